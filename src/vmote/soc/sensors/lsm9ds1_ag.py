# SPDX-License-Identifier: Apache-2.0
"""LSM9DS1, the accelerometer and gyroscope die. Source: ST DocID025715 Rev 3 (DS), sections in brackets."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import ClassVar

import numpy as np

from vmote.soc.sensors.periodic import Periodic
from vmote.soc.sensors.registers import RegisterPart, int16_bytes

WHO_AM_I, CTRL_REG1_G, OUT_TEMP_L, STATUS_G, OUT_X_G = 0x0F, 0x10, 0x15, 0x17, 0x18
CTRL_REG4, CTRL_REG5_XL, CTRL_REG6_XL, CTRL_REG8, CTRL_REG9 = 0x1E, 0x1F, 0x20, 0x22, 0x23
STATUS_XL, OUT_X_XL, FIFO_CTRL, FIFO_SRC = 0x27, 0x28, 0x2E, 0x2F
BOOT, BDU, IF_ADD_INC, SW_RESET = 0x80, 0x40, 0x04, 0x01  # CTRL_REG8 [7.24]
FIFO_EN = 0x02  # CTRL_REG9 [7.25]
TDA, GDA, XLDA = 0x04, 0x02, 0x01  # STATUS_REG [7.18]
FIFO_SLOTS = 32  # [3.3]

# Rates: [7.12, table 46] with the gyroscope on, [7.22, table 68] with the accelerometer alone.
RATES_G = {1: Fraction(149, 10), 2: Fraction(595, 10), 3: Fraction(119), 4: Fraction(238), 5: Fraction(476),
           6: Fraction(952)}  # fmt: skip
RATES_XL = {1: Fraction(10), 2: Fraction(50), 3: Fraction(119), 4: Fraction(238), 5: Fraction(476), 6: Fraction(952)}
G_PER_LSB = {0: 0.061e-3, 1: 0.732e-3, 2: 0.122e-3, 3: 0.244e-3}  # 2, 16, 4, 8 g [2.1, table 3]
DPS_PER_LSB = {0: 8.75e-3, 1: 17.5e-3, 2: 17.5e-3, 3: 70e-3}  # 245, 500, -, 2000 dps [2.1, table 3]
AXES = ("x", "y", "z")

Sample = tuple[int, ...]  # gyroscope x y z, accelerometer x y z: two bytes each


class Lsm9ds1Ag(RegisterPart):
    """Both sensors of the die sample together, into the output registers or the FIFO."""

    auto_increment_bit: ClassVar[int] = 0
    power_up: ClassVar[dict[int, int]] = {
        WHO_AM_I: 0x68, CTRL_REG4: 0x38, CTRL_REG5_XL: 0x38, CTRL_REG8: IF_ADD_INC,
    }  # fmt: skip  # [6, table 21]
    writable: ClassVar[dict[int, int]] = {
        **dict.fromkeys((0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D), 0xFF),
        CTRL_REG1_G: 0xFB, 0x11: 0x0F, 0x12: 0xCF, 0x13: 0x3F, CTRL_REG4: 0x3B, CTRL_REG5_XL: 0xF8,
        CTRL_REG6_XL: 0xFF, 0x21: 0xE5, CTRL_REG8: 0xFF, CTRL_REG9: 0x5F, 0x24: 0x05, FIFO_CTRL: 0xFF,
        **dict.fromkeys(range(0x30, 0x38), 0xFF),
    }  # fmt: skip
    measurement: ClassVar[dict[int, bool]] = {
        **{OUT_X_G + n: bool(n & 1) for n in range(6)},
        **{OUT_X_XL + n: bool(n & 1) for n in range(6)},
    }

    def reset(self) -> None:
        """Forget samples."""
        self._periodic = Periodic()
        self._fifo: deque[Sample] = deque(maxlen=FIFO_SLOTS)
        self._overrun = False

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
        return self.registers.get(FIFO_CTRL, 0) >> 5 if self.registers.get(CTRL_REG9, 0) & FIFO_EN else 0

    def _rate(self) -> Fraction:
        gyroscope = RATES_G.get(self.registers.get(CTRL_REG1_G, 0) >> 5)
        return gyroscope or RATES_XL.get(self.registers.get(CTRL_REG6_XL, 0) >> 5, Fraction(0))

    def sync(self, now_ns: int) -> None:
        """Take the samples that are due, those that can still be seen."""
        due = self._periodic.due(now_ns)
        if not due:
            return
        gyroscope = bool(self.registers.get(CTRL_REG1_G, 0) >> 5)
        self.registers[STATUS_XL] = XLDA | TDA | (GDA if gyroscope else 0)
        if self.stale:
            return
        mode = self._fifo_mode()
        seen = due[-FIFO_SLOTS:] if mode else due[-1:]
        if mode == 1:
            seen = due[: FIFO_SLOTS - len(self._fifo)]
            self._overrun |= len(seen) < len(due)
        elif mode:
            self._overrun |= len(due) + len(self._fifo) > FIFO_SLOTS
        if seen:
            self._take(seen, gyroscope)

    def _take(self, seen: range, gyroscope: bool) -> None:
        first, rate = self._periodic.time_of(seen[0]), float(self._periodic.rate)
        g = G_PER_LSB[self.registers.get(CTRL_REG6_XL, 0) >> 3 & 3]
        dps = DPS_PER_LSB[self.registers.get(CTRL_REG1_G, 0) >> 3 & 3]
        columns = [
            np.rint(self.around.samples(f"angular-rate-{axis}", first, rate, len(seen)) / dps) * gyroscope
            for axis in AXES
        ]
        columns += [np.rint(self.around.samples(f"acceleration-{axis}", first, rate, len(seen)) / g) for axis in AXES]
        rows = np.clip(np.stack(columns, axis=1), -32768, 32767).astype("<i2")
        for row in rows:
            sample = tuple(row.tobytes())
            if self._fifo_mode():
                self._fifo.append(sample)
            else:
                self._show(sample)
        temperature = self.around.value("temperature", self._periodic.time_of(seen[-1]))
        low, high = int16_bytes((temperature - 25.0) * 16)  # [2.2, table 5]
        self.registers[OUT_TEMP_L], self.registers[OUT_TEMP_L + 1] = low, high

    def _show(self, sample: Sample) -> None:
        for n in range(6):
            self.registers[OUT_X_G + n] = sample[n]
            self.registers[OUT_X_XL + n] = sample[6 + n]

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
        elif register in (FIFO_CTRL, CTRL_REG9) and not self._fifo_mode():
            self._fifo.clear()
            self._overrun = False

    def on_read(self, register: int) -> int:
        """Reading outputs clears their data-ready bit; the last of a set steps the FIFO."""
        fifo = self._fifo_mode()
        if register == FIFO_SRC:
            level, threshold = len(self._fifo), self.registers.get(FIFO_CTRL, 0) & 0x1F
            return level | (0x40 if self._overrun else 0) | (0x80 if threshold and level >= threshold else 0)
        if register == STATUS_G:
            register = STATUS_XL
        if fifo and self._fifo and register in (OUT_X_G, OUT_X_XL):
            self._show(self._fifo[0])
        value = self.registers.get(register, 0)
        if register == OUT_X_G + 5:
            self.registers[STATUS_XL] = self.registers.get(STATUS_XL, 0) & ~GDA
        elif register == OUT_X_XL + 5:
            self.registers[STATUS_XL] = self.registers.get(STATUS_XL, 0) & ~XLDA
            if fifo and self._fifo:
                self._fifo.popleft()
                self._overrun = False
        elif register == OUT_TEMP_L + 1:
            self.registers[STATUS_XL] = self.registers.get(STATUS_XL, 0) & ~TDA
        return value
