# SPDX-License-Identifier: Apache-2.0
"""LSM9DS1, the accelerometer and gyroscope die. Source: ST DocID025715 Rev 3 (DS), sections in brackets."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from vmote.soc.sensors.periodic import Periodic
from vmote.soc.sensors.registers import Cell, RegisterPart, int16_bytes, pin_level
from vmote.soc.sensors.threshold import Generator

INT_GEN_CFG_XL, INT_GEN_THS_XL, INT_GEN_DUR_XL, INT1_CTRL, INT2_CTRL = 0x06, 0x07, 0x0A, 0x0C, 0x0D
WHO_AM_I, CTRL_REG1_G, INT_GEN_SRC_G, OUT_TEMP_L, STATUS_G, OUT_X_G = 0x0F, 0x10, 0x14, 0x15, 0x17, 0x18
CTRL_REG4, CTRL_REG5_XL, CTRL_REG6_XL, CTRL_REG8, CTRL_REG9, INT_GEN_SRC_XL = 0x1E, 0x1F, 0x20, 0x22, 0x23, 0x26
STATUS_XL, OUT_X_XL, FIFO_CTRL, FIFO_SRC = 0x27, 0x28, 0x2E, 0x2F
INT_GEN_CFG_G, INT_GEN_THS_G, INT_GEN_DUR_G = 0x30, 0x31, 0x37
AOI, SIX_D, LIR_G, WAIT = 0x80, 0x40, 0x40, 0x80  # INT_GEN_CFG_XL, _G [7.4, 7.31], INT_GEN_DUR [7.6, 7.36]
BOOT, BDU, INT_LOW, OPEN_DRAIN, IF_ADD_INC, BIG_ENDIAN, SW_RESET = 0x80, 0x40, 0x20, 0x10, 4, 2, 1  # CTRL_REG8 [7.24]
LIR_XL = 0x02  # CTRL_REG4 [7.20]
SLEEP_G, FIFO_TEMP_EN, DRDY_MASK, FIFO_EN, STOP_ON_FTH = 0x40, 0x10, 0x08, 0x02, 0x01  # CTRL_REG9 [7.25]
IG_XL, IG_G, TDA, GDA, XLDA = 0x40, 0x20, 0x04, 0x02, 0x01  # STATUS_REG [7.18]
FIFO, CONTINUOUS_TO_FIFO, BYPASS_TO_CONTINUOUS, CONTINUOUS = 1, 3, 4, 6  # FIFO_CTRL [7.29, table 84]
FIFO_SLOTS = 32  # [3.3]
TAKEN_AT_ONCE = 4096  # samples that a generator looks back on when nobody looked for long

# Rates: [7.12, table 46] with the gyroscope on, [7.22, table 68] with the accelerometer alone.
RATES_G = {1: Fraction(149, 10), 2: Fraction(595, 10), 3: Fraction(119), 4: Fraction(238), 5: Fraction(476),
           6: Fraction(952)}  # fmt: skip
RATES_XL = {1: Fraction(10), 2: Fraction(50), 3: Fraction(119), 4: Fraction(238), 5: Fraction(476), 6: Fraction(952)}
G_PER_LSB = {0: 0.061e-3, 1: 0.732e-3, 2: 0.122e-3, 3: 0.244e-3}  # 2, 16, 4, 8 g [2.1, table 3]
DPS_PER_LSB = {0: 8.75e-3, 1: 17.5e-3, 2: 17.5e-3, 3: 70e-3}  # 245, 500, -, 2000 dps [2.1, table 3]
AXES = ("x", "y", "z")

Sample = tuple[int, ...]  # gyroscope x y z, accelerometer x y z: two bytes each


def _axes(first: int, suffix: str) -> tuple[Cell, ...]:
    ends = (("L", False), ("H", True))
    names = ((f"OUT_{axis.upper()}_{end}_{suffix}", most) for axis in AXES for end, most in ends)
    return tuple(Cell(first + n, name, most=most) for n, (name, most) in enumerate(names))


class Lsm9ds1Ag(RegisterPart):
    """Both sensors of the die sample together, into the output registers or the FIFO, and past two generators."""

    auto_increment_bit: ClassVar[int] = 0
    table: ClassVar[tuple[Cell, ...]] = (  # [6, table 21]
        Cell(0x04, "ACT_THS", 0, 0xFF, inert=0xFF),
        Cell(0x05, "ACT_DUR", 0, 0xFF, inert=0xFF),
        Cell(INT_GEN_CFG_XL, "INT_GEN_CFG_XL", 0, 0xFF),
        *(Cell(INT_GEN_THS_XL + n, f"INT_GEN_THS_{axis}_XL", 0, 0xFF) for n, axis in enumerate("XYZ")),
        Cell(INT_GEN_DUR_XL, "INT_GEN_DUR_XL", 0, 0xFF),
        Cell(0x0B, "REFERENCE_G", 0, 0xFF, inert=0xFF),
        Cell(INT1_CTRL, "INT1_CTRL", 0, 0xFF),
        Cell(INT2_CTRL, "INT2_CTRL", 0, 0xBF, inert=0x80),
        Cell(WHO_AM_I, "WHO_AM_I", 0x68),
        Cell(CTRL_REG1_G, "CTRL_REG1_G", 0, 0xFB),
        Cell(0x11, "CTRL_REG2_G", 0, 0x0F, inert=0x0F),
        Cell(0x12, "CTRL_REG3_G", 0, 0xCF, inert=0x4F),
        Cell(0x13, "ORIENT_CFG_G", 0, 0x3F, inert=0x3F),
        Cell(INT_GEN_SRC_G, "INT_GEN_SRC_G"),
        Cell(OUT_TEMP_L, "OUT_TEMP_L"),
        Cell(OUT_TEMP_L + 1, "OUT_TEMP_H"),
        Cell(STATUS_G, "STATUS_REG"),
        *_axes(OUT_X_G, "G"),
        Cell(CTRL_REG4, "CTRL_REG4", 0x38, 0x3B),
        Cell(CTRL_REG5_XL, "CTRL_REG5_XL", 0x38, 0xF8, inert=0xC0),
        Cell(CTRL_REG6_XL, "CTRL_REG6_XL", 0, 0xFF),
        Cell(0x21, "CTRL_REG7_XL", 0, 0xE5, inert=0x05),
        Cell(CTRL_REG8, "CTRL_REG8", IF_ADD_INC, 0xFF),
        Cell(CTRL_REG9, "CTRL_REG9", 0, 0x5F, inert=FIFO_TEMP_EN),
        Cell(0x24, "CTRL_REG10", 0, 0x05, inert=0x05),
        Cell(INT_GEN_SRC_XL, "INT_GEN_SRC_XL"),
        Cell(STATUS_XL, "STATUS_REG"),
        *_axes(OUT_X_XL, "XL"),
        Cell(FIFO_CTRL, "FIFO_CTRL", 0, 0xFF),
        Cell(FIFO_SRC, "FIFO_SRC"),
        Cell(INT_GEN_CFG_G, "INT_GEN_CFG_G", 0, 0xFF),
        *(Cell(INT_GEN_THS_G + n, f"INT_GEN_THS_{'XYZ'[n // 2]}{'HL'[n % 2]}_G", 0, 0xFF) for n in range(6)),
        Cell(INT_GEN_DUR_G, "INT_GEN_DUR_G", 0, 0xFF),
    )
    lines: ClassVar[tuple[str, ...]] = ("int1", "int2")

    def reset(self) -> None:
        """Forget samples."""
        self._periodic = Periodic()
        self._fifo: deque[Sample] = deque(maxlen=FIFO_SLOTS)
        self._overrun = False
        self._triggered = False  # the interrupt that a mode of the FIFO waits for has come
        self._of_xl, self._of_g = Generator(), Generator()
        self._half_read: set[int] = set()  # low bytes read while BDU holds their pairs
        self._waiting: dict[int, tuple[int, int]] = {}

    def increments(self) -> bool:
        """IF_ADD_INC decides."""
        return bool(self.registers[CTRL_REG8] & IF_ADD_INC)

    def after(self, register: int) -> int:
        """Reading runs from the gyroscope's to the accelerometer's outputs and, with the FIFO, round [3.3]."""
        if self._fifo_mode():
            if register == OUT_X_G + 5:
                return OUT_X_XL
            if register == OUT_X_XL + 5:
                return OUT_X_G
        return (register + 1) & 0x7F

    def _fifo_mode(self) -> int:
        """Return what the FIFO does now: modes that wait for an interrupt are one thing before it, another after."""
        if not self.registers[CTRL_REG9] & FIFO_EN:
            return 0
        mode, after = self.registers[FIFO_CTRL] >> 5, self._triggered
        if mode == CONTINUOUS_TO_FIFO:
            return FIFO if after else CONTINUOUS
        if mode == BYPASS_TO_CONTINUOUS:
            return CONTINUOUS if after else 0
        return mode

    @property
    def _room(self) -> int:
        """Return how many samples the FIFO takes."""
        return max(self.registers[FIFO_CTRL] & 0x1F, 1) if self.registers[CTRL_REG9] & STOP_ON_FTH else FIFO_SLOTS

    @property
    def _gyroscope(self) -> bool:
        """Tell whether the gyroscope measures."""
        return bool(self.registers[CTRL_REG1_G] >> 5) and not self.registers[CTRL_REG9] & SLEEP_G

    def _rate(self) -> Fraction:
        gyroscope = RATES_G.get(self.registers[CTRL_REG1_G] >> 5)
        return gyroscope or RATES_XL.get(self.registers[CTRL_REG6_XL] >> 5, Fraction(0))

    # --- the lines ---

    def _fifo_flags(self) -> int:
        level, threshold = len(self._fifo), self.registers[FIFO_CTRL] & 0x1F
        return level | (0x40 if self._overrun else 0) | (0x80 if threshold and level >= threshold else 0)

    def _status(self) -> int:
        generators = (IG_XL if self._of_xl.active else 0) | (IG_G if self._of_g.active else 0)
        return self.registers[STATUS_XL] | generators

    def line(self, name: str) -> bool | None:
        """INT1_A/G and INT2_A/G: what their control registers send there [7.8, 7.9]."""
        if not self.powered:
            return None
        control, how = self.registers[INT1_CTRL if name == "int1" else INT2_CTRL], self.registers[CTRL_REG8]
        status, fifo = self._status(), self._fifo_flags()
        due = (0x20 if fifo & 0x20 else 0) | (0x10 if fifo & 0x40 else 0) | (0x08 if fifo & 0x80 else 0)
        due |= status & (GDA | XLDA)
        if name == "int1":
            due |= (0x80 if status & IG_G else 0) | (0x40 if status & IG_XL else 0)
        else:
            due |= status & TDA
        return pin_level(bool(control & due), active_low=bool(how & INT_LOW), open_drain=bool(how & OPEN_DRAIN))

    def next_line_ns(self) -> int | None:
        """Return when the next sample is taken that could change a line."""
        control = self.registers[INT1_CTRL] | self.registers[INT2_CTRL]
        if not control or not self._periodic.rate:
            return None
        ahead, threshold = 1, self.registers[FIFO_CTRL] & 0x1F
        if not control & ~0x08 and threshold:  # the FIFO's threshold alone: nothing happens before it is reached
            ahead = max(threshold - len(self._fifo), 1)
        return self._periodic.time_of(self._periodic.taken + ahead)

    # --- samples ---

    def sync(self, now_ns: int) -> None:
        """Take the samples that are due, those that can still be seen."""
        due = self._periodic.due(now_ns)
        if not due:
            return
        self.registers[STATUS_XL] = XLDA | TDA | (GDA if self._gyroscope else self.registers[STATUS_XL] & GDA)
        if self.stale:
            return
        if self._fifo_mode() == FIFO:  # keeps the first ones
            self._take(due[:TAKEN_AT_ONCE])
        else:
            self._take(due[-TAKEN_AT_ONCE:] if self._compares else due[-FIFO_SLOTS - 1 :])

    @property
    def _compares(self) -> bool:
        """Tell whether a generator is on."""
        return bool((self.registers[INT_GEN_CFG_XL] | self.registers[INT_GEN_CFG_G]) & 0x3F)

    def _measure(self, seen: range) -> NDArray[np.int16]:
        """Return rows of gyroscope x y z and accelerometer x y z; an axis that is off measures nothing."""
        first, rate = self._periodic.time_of(seen[0]), float(self._periodic.rate)
        g = G_PER_LSB[self.registers[CTRL_REG6_XL] >> 3 & 3]
        dps = DPS_PER_LSB[self.registers[CTRL_REG1_G] >> 3 & 3]
        columns = []
        for quantity, lsb, enables in (("angular-rate", dps, CTRL_REG4), ("acceleration", g, CTRL_REG5_XL)):
            for n, axis in enumerate(AXES):
                on = self.registers[enables] >> (3 + n) & 1 and (quantity == "acceleration" or self._gyroscope)
                values = (
                    self.around.samples(f"{quantity}-{axis}", first, rate, len(seen)) if on else np.zeros(len(seen))
                )
                columns.append(np.rint(values / lsb))
        rows: NDArray[np.int16] = np.clip(np.stack(columns, axis=1), -32768, 32767).astype("<i2")
        return rows

    def _take(self, seen: range) -> None:
        for row in self._measure(seen):
            if self._compares:
                self._compare([int(value) for value in row])
            sample = tuple(row.tobytes())
            mode = self._fifo_mode()
            if mode:
                full = len(self._fifo) >= self._room
                self._overrun |= full
                if full and mode != FIFO:
                    self._fifo.popleft()
                if not (full and mode == FIFO):
                    self._fifo.append(sample)
            else:
                self._show(sample)
        temperature = self.around.value("temperature", self._periodic.time_of(seen[-1]))
        low, high = int16_bytes((temperature - 25.0) * 16)  # [2.2, table 5]
        self.registers[OUT_TEMP_L], self.registers[OUT_TEMP_L + 1] = low, high

    def _compare(self, row: list[int]) -> None:
        """Feed the generators. The accelerometer's thresholds count 256ths of full scale: the DS has no figure."""
        reg = self.registers
        config, duration = reg[INT_GEN_CFG_XL], reg[INT_GEN_DUR_XL]
        self._of_xl.feed(
            row[3:], [reg[INT_GEN_THS_XL + n] << 7 for n in range(3)], config & 0x3F, all_of=bool(config & AOI),
            signed=bool(config & SIX_D), duration=duration & 0x7F, wait=bool(duration & WAIT),
            latch=bool(reg[CTRL_REG4] & LIR_XL),
        )  # fmt: skip
        config, duration = reg[INT_GEN_CFG_G], reg[INT_GEN_DUR_G]
        thresholds = [(reg[INT_GEN_THS_G + 2 * n] & 0x7F) << 8 | reg[INT_GEN_THS_G + 2 * n + 1] for n in range(3)]
        self._of_g.feed(
            row[:3], thresholds, config & 0x3F, all_of=bool(config & AOI), signed=False, duration=duration & 0x7F,
            wait=bool(duration & WAIT), latch=bool(config & LIR_G),
        )  # fmt: skip
        self._triggered |= self._of_xl.active or self._of_g.active

    def _show(self, sample: Sample) -> None:
        """Put a sample into the outputs; a pair of which one byte was read waits, if BDU says so [7.24]."""
        swap = bool(self.registers[CTRL_REG8] & BIG_ENDIAN)
        holds = bool(self.registers[CTRL_REG8] & BDU) and not self._fifo_mode()
        for first, bytes_ in ((OUT_X_G, sample[:6]), (OUT_X_XL, sample[6:])):
            for n in range(0, 6, 2):
                pair = (bytes_[n + 1], bytes_[n]) if swap else (bytes_[n], bytes_[n + 1])
                if holds and first + n in self._half_read:
                    self._waiting[first + n] = pair
                else:
                    self.registers[first + n], self.registers[first + n + 1] = pair

    # --- registers ---

    def on_write(self, register: int, value: int) -> None:
        """Set rates, reset."""
        if register == CTRL_REG8:
            if value & SW_RESET:
                self.restart()
                return
            self.registers[CTRL_REG8] &= ~BOOT
        elif register in (CTRL_REG1_G, CTRL_REG6_XL):
            rate = self._rate()
            if rate != self._periodic.rate:
                self._periodic.set(rate, self.around.now_ns())
        elif register in (FIFO_CTRL, CTRL_REG9):
            if not self.registers[FIFO_CTRL] >> 5 or not self.registers[CTRL_REG9] & FIFO_EN:
                self._fifo.clear()
                self._overrun = self._triggered = False
        elif register == INT_GEN_CFG_XL:
            self._of_xl.clear()
        elif register == INT_GEN_CFG_G:
            self._of_g.clear()

    def on_read(self, register: int) -> int:
        """Reading outputs clears their data-ready bit; the last of a set steps the FIFO."""
        if register == FIFO_SRC:
            return self._fifo_flags()
        if register in (STATUS_G, STATUS_XL):
            return self._status()
        if register == INT_GEN_SRC_XL:
            return self._of_xl.read(latch=bool(self.registers[CTRL_REG4] & LIR_XL))
        if register == INT_GEN_SRC_G:
            return self._of_g.read(latch=bool(self.registers[INT_GEN_CFG_G] & LIR_G))
        fifo = self._fifo_mode()
        if fifo and self._fifo and register in (OUT_X_G, OUT_X_XL):
            self._show(self._fifo[0])
        value = self.registers[register]
        cell = self.cells[register]
        if cell.most is not None:
            self._hold(register, most=cell.most)
        if register == OUT_X_G + 5:
            self.registers[STATUS_XL] &= ~GDA
        elif register == OUT_X_XL + 5:
            self.registers[STATUS_XL] &= ~XLDA
            if fifo and self._fifo:
                self._fifo.popleft()
                self._overrun = False
        elif register == OUT_TEMP_L + 1:
            self.registers[STATUS_XL] &= ~TDA
        return value

    def _hold(self, register: int, *, most: bool) -> None:
        """One byte of a pair was read: BDU keeps the other one of the same sample."""
        if not most:
            self._half_read.add(register)
            return
        low = register - 1
        self._half_read.discard(low)
        if low in self._waiting:
            self.registers[low], self.registers[register] = self._waiting.pop(low)
