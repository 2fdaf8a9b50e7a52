# SPDX-License-Identifier: Apache-2.0
"""LPS22HB, pressure and temperature. Source: ST DocID027083 Rev 6 (DS), the numbers of its sections in brackets."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import ClassVar

from vmote.soc.sensors.periodic import Periodic
from vmote.soc.sensors.registers import Cell, RegisterPart, int16_bytes, pin_level

INTERRUPT_CFG, THS_P_L, THS_P_H, WHO_AM_I, CTRL_REG1, CTRL_REG2, CTRL_REG3, FIFO_CTRL, REF_P_XL, RPDS_L = (
    0x0B, 0x0C, 0x0D, 0x0F, 0x10, 0x11, 0x12, 0x14, 0x15, 0x18,
)  # fmt: skip
INT_SOURCE, FIFO_STATUS, STATUS, PRESS_OUT_XL, PRESS_OUT_H, TEMP_OUT_L, TEMP_OUT_H, LPFP_RES = (
    0x25, 0x26, 0x27, 0x28, 0x2A, 0x2B, 0x2C, 0x33,
)  # fmt: skip
AUTORIFP, RESET_ARP, AUTOZERO, RESET_AZ, DIFF_EN, LIR, PLE, PHE = 0x80, 0x40, 0x20, 0x10, 8, 4, 2, 1  # [9.1]
LPFP = 0x0C  # CTRL_REG1 [9.5]: the low-pass filter
BDU = 0x02  # CTRL_REG1
BOOT, FIFO_EN, STOP_ON_FTH, IF_ADD_INC, SWRESET, ONE_SHOT = 0x80, 0x40, 0x20, 0x10, 0x04, 0x01  # CTRL_REG2 [9.6]
INT_LOW, OPEN_DRAIN, F_FSS5, F_FTH, F_OVR, DRDY, INT_S = 0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x03  # CTRL_REG3 [9.7]
IA, PL, PH = 4, 2, 1  # INT_SOURCE [9.15]
T_OR, P_OR, T_DA, P_DA = 0x20, 0x10, 0x02, 0x01  # STATUS [9.17]
RATES = {1: Fraction(1), 2: Fraction(10), 3: Fraction(25), 4: Fraction(50), 5: Fraction(75)}  # [9.5, table 17]
BYPASS, FIFO, STREAM, STREAM_TO_FIFO, BYPASS_TO_STREAM, DYNAMIC_STREAM, BYPASS_TO_FIFO = 0, 1, 2, 3, 4, 6, 7  # [5]
FIFO_SLOTS = 32  # [5]
LSB_PER_HPA, LSB_PER_DEGREE = 4096, 100  # [3, table 3]
ONE_SHOT_NS = 13_000_000  # the DS gives no figure; one period of the fastest rate
LOOKED_BACK = 4096  # conversions that an interrupt may have been due in since somebody looked


class Lps22hb(RegisterPart):
    """Converts on request or at a rate, into the output registers or the FIFO; compares with a threshold."""

    auto_increment_bit: ClassVar[int] = 0
    table: ClassVar[tuple[Cell, ...]] = (  # [8, table 16]
        Cell(INTERRUPT_CFG, "INTERRUPT_CFG", 0, 0xFF),
        Cell(THS_P_L, "THS_P_L", 0, 0xFF),
        Cell(THS_P_H, "THS_P_H", 0, 0xFF),
        Cell(WHO_AM_I, "WHO_AM_I", 0xB1),
        Cell(CTRL_REG1, "CTRL_REG1", 0, 0x7F, inert=LPFP),
        Cell(CTRL_REG2, "CTRL_REG2", IF_ADD_INC, 0xFD),
        Cell(CTRL_REG3, "CTRL_REG3", 0, 0xFF),
        Cell(FIFO_CTRL, "FIFO_CTRL", 0, 0xFF),
        *(Cell(REF_P_XL + n, f"REF_P_{name}", 0, 0xFF) for n, name in enumerate(("XL", "L", "H"))),
        Cell(RPDS_L, "RPDS_L", 0, 0xFF),
        Cell(RPDS_L + 1, "RPDS_H", 0, 0xFF),
        Cell(0x1A, "RES_CONF", 0, 0x03),
        Cell(INT_SOURCE, "INT_SOURCE"),
        Cell(FIFO_STATUS, "FIFO_STATUS"),
        Cell(STATUS, "STATUS"),
        Cell(PRESS_OUT_XL, "PRESS_OUT_XL", most=False),
        Cell(PRESS_OUT_XL + 1, "PRESS_OUT_L", most=False),
        Cell(PRESS_OUT_H, "PRESS_OUT_H", most=True),
        Cell(TEMP_OUT_L, "TEMP_OUT_L", most=False),
        Cell(TEMP_OUT_H, "TEMP_OUT_H", most=True),
        Cell(LPFP_RES, "LPFP_RES"),
    )
    lines: ClassVar[tuple[str, ...]] = ("int",)

    def reset(self) -> None:
        """Forget conversions."""
        self._periodic = Periodic()
        self._done_ns: int | None = None
        self._fifo: deque[tuple[int, ...]] = deque(maxlen=FIFO_SLOTS)
        self._overrun = False
        self._zeroed = False  # AUTOZERO: the output is what lies above the reference
        self._triggered = False  # the interrupt that a mode of the FIFO waits for has come
        self._held = False  # BDU: the outputs wait until their high byte is read
        self._waiting: tuple[int, ...] | None = None

    def increments(self) -> bool:
        """IF_ADD_INC decides."""
        return bool(self.registers[CTRL_REG2] & IF_ADD_INC)

    def after(self, register: int) -> int:
        """With the FIFO on, reading runs round in the output registers [5]."""
        if register == TEMP_OUT_H and self._fifo_mode():
            return PRESS_OUT_XL
        return (register + 1) & 0x7F

    def _fifo_mode(self) -> int:
        """Return what the FIFO does now: modes that wait for an interrupt are one thing before it, another after."""
        if not self.registers[CTRL_REG2] & FIFO_EN:
            return BYPASS
        mode, after = self.registers[FIFO_CTRL] >> 5, self._triggered
        return {
            STREAM_TO_FIFO: FIFO if after else STREAM, BYPASS_TO_STREAM: STREAM if after else BYPASS,
            BYPASS_TO_FIFO: FIFO if after else BYPASS, DYNAMIC_STREAM: STREAM,
        }.get(mode, mode)  # fmt: skip

    @property
    def _room(self) -> int:
        """Return how many samples the FIFO takes."""
        watermark = self.registers[FIFO_CTRL] & 0x1F
        return max(watermark, 1) if self.registers[CTRL_REG2] & STOP_ON_FTH else FIFO_SLOTS

    def _word(self, low: int, count: int) -> int:
        raw = bytes(self.registers[low + n] for n in range(count))
        return int.from_bytes(raw, "little", signed=True)

    # --- the line ---

    def _fifo_flags(self) -> int:
        level, watermark = len(self._fifo), self.registers[FIFO_CTRL] & 0x1F
        return level | (0x40 if self._overrun else 0) | (0x80 if watermark and level >= watermark else 0)

    def line(self, name: str) -> bool | None:
        """INT_DRDY: what CTRL_REG3 sends there [9.7]."""
        if not self.powered:
            return None
        control, fifo = self.registers[CTRL_REG3], self._fifo_flags()
        if control & INT_S:
            active = bool(self.registers[INT_SOURCE] & (control & INT_S))  # PH by bit 0, PL by bit 1, as there
        else:
            active = bool(
                (control & DRDY and self.registers[STATUS] & P_DA)
                or (control & F_FTH and fifo & 0x80)
                or (control & F_OVR and fifo & 0x40)
                or (control & F_FSS5 and fifo & 0x20)
            )
        return pin_level(active, active_low=bool(control & INT_LOW), open_drain=bool(control & OPEN_DRAIN))

    def next_line_ns(self) -> int | None:
        """Return the end of the next conversion, if it could change the line."""
        if not self.registers[CTRL_REG3] & (INT_S | DRDY | F_FTH | F_OVR | F_FSS5):
            return None
        if self._done_ns is not None:
            return self._done_ns
        return self._periodic.time_of(self._periodic.taken + 1) if self._periodic.rate else None

    # --- conversions ---

    def sync(self, now_ns: int) -> None:
        """Finish the conversions that ended."""
        if self._done_ns is not None and now_ns >= self._done_ns:
            self._convert(self._done_ns)
            self._done_ns = None
            self.registers[CTRL_REG2] &= ~ONE_SHOT
        due = self._periodic.due(now_ns)
        keep = FIFO_SLOTS + 1 if self._fifo_mode() else 1
        if self.registers[INTERRUPT_CFG] & (DIFF_EN | AUTORIFP | AUTOZERO):
            keep = LOOKED_BACK
        for index in due[-keep:]:
            self._convert(self._periodic.time_of(index))

    def _convert(self, t_ns: int) -> None:
        status = self.registers[STATUS]
        overrun = (P_OR if status & P_DA else 0) | (T_OR if status & T_DA else 0)
        self.registers[STATUS] = status | overrun | P_DA | T_DA
        if self.stale:
            return
        pressure = min(1260.0, max(260.0, self.around.value("pressure", t_ns)))  # [3, table 3]
        temperature = min(85.0, max(-40.0, self.around.value("temperature", t_ns)))
        raw = round(pressure * LSB_PER_HPA) - 256 * self._word(RPDS_L, 2)  # [9.12]: a sixteenth of a hPa
        raw -= self._compare(raw)
        sample = (raw & 0xFF, raw >> 8 & 0xFF, raw >> 16 & 0xFF, *int16_bytes(temperature * LSB_PER_DEGREE))
        mode = self._fifo_mode()
        if mode:
            full = len(self._fifo) >= self._room
            self._overrun |= full
            if full and mode == STREAM and self._room < FIFO_SLOTS:
                self._fifo.popleft()
            if not (full and mode == FIFO):  # FIFO mode stops when full, stream mode drops the oldest [5]
                self._fifo.append(sample)
        elif self._held and self.registers[CTRL_REG1] & BDU:
            self._waiting = sample
        else:
            self._show(sample)

    def _compare(self, raw: int) -> int:
        """Compare with threshold and reference [4, 9.1]; return what is taken from the output."""
        config = self.registers[INTERRUPT_CFG]
        if config & (AUTORIFP | AUTOZERO):  # the first measurement becomes the reference; the bits clear themselves
            for n in range(3):
                self.registers[REF_P_XL + n] = raw >> 8 * n & 0xFF
            self._zeroed = bool(config & AUTOZERO)
            config &= ~(AUTORIFP | AUTOZERO)
            self.registers[INTERRUPT_CFG] = config
        reference = self._word(REF_P_XL, 3)
        if config & DIFF_EN:
            threshold = 256 * (self.registers[THS_P_L] | self.registers[THS_P_H] << 8)  # sixteenths of a hPa
            high = PH if config & PHE and raw - reference > threshold else 0
            low = PL if config & PLE and raw - reference < -threshold else 0
            now = high | low | (IA if high or low else 0)
            self._triggered |= bool(now)
            self.registers[INT_SOURCE] = now | (self.registers[INT_SOURCE] if config & LIR else 0)
        return reference if self._zeroed else 0

    def _show(self, sample: tuple[int, ...]) -> None:
        for n, byte in enumerate(sample):
            self.registers[PRESS_OUT_XL + n] = byte

    # --- registers ---

    def on_write(self, register: int, value: int) -> None:
        """Set rates, start conversions, reset."""
        now = self.around.now_ns()
        if register == CTRL_REG1:
            rate = RATES.get(value >> 4 & 7, Fraction(0))
            if rate != self._periodic.rate:
                self._periodic.set(rate, now)
        elif register == CTRL_REG2:
            self._control(value, now)
        elif register == FIFO_CTRL and not value >> 5:
            self._empty()
        elif register == INTERRUPT_CFG:
            if value & (RESET_ARP | RESET_AZ):
                self._zeroed = False
                for n in range(3):
                    self.registers[REF_P_XL + n] = 0
                self.registers[INTERRUPT_CFG] &= ~(RESET_ARP | RESET_AZ)
            if not value & DIFF_EN:
                self.registers[INT_SOURCE] = 0

    def _control(self, value: int, now: int) -> None:
        if value & SWRESET:
            self.restart()
            return
        self.registers[CTRL_REG2] &= ~BOOT
        if not value & FIFO_EN:
            self._empty()
        if value & ONE_SHOT:
            if self._periodic.rate:
                self.registers[CTRL_REG2] &= ~ONE_SHOT
            elif self._done_ns is None:
                self._done_ns = now + ONE_SHOT_NS

    def _empty(self) -> None:
        self._fifo.clear()
        self._overrun = self._triggered = False

    def on_read(self, register: int) -> int:
        """Reading the high bytes clears the status bits [9.17] and steps the FIFO."""
        if register == FIFO_STATUS:
            return self._fifo_flags()
        if register == PRESS_OUT_XL and self._fifo_mode() and self._fifo:
            self._show(self._fifo[0])
        value = self.registers[register]
        if register == INT_SOURCE and self.registers[INTERRUPT_CFG] & LIR:
            self.registers[INT_SOURCE] = 0
        elif register == PRESS_OUT_XL:
            self._held = True
        elif register == PRESS_OUT_H:
            self.registers[STATUS] &= ~(P_DA | P_OR)
            self._held = False
            if self._waiting is not None:
                self._show(self._waiting)
                self._waiting = None
        elif register == TEMP_OUT_H:
            self.registers[STATUS] &= ~(T_DA | T_OR)
            if self._fifo_mode() and self._fifo:
                self._fifo.popleft()
                self._overrun = False
        return value
