# SPDX-License-Identifier: Apache-2.0
"""LSM9DS1, the magnetometer die. Source: ST DocID025715 Rev 3 (DS), sections in brackets."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from vmote.soc.sensors.periodic import Periodic
from vmote.soc.sensors.registers import RegisterPart, int16_bytes

OFFSET, WHO_AM_I = 0x05, 0x0F
CTRL_REG1_M, CTRL_REG2_M, CTRL_REG3_M, CTRL_REG4_M, CTRL_REG5_M, STATUS_M, OUT_X = (
    0x20, 0x21, 0x22, 0x23, 0x24, 0x27, 0x28,
)  # fmt: skip
REBOOT, SOFT_RST = 0x08, 0x04  # CTRL_REG2_M [8.6]
FAST_ODR = 0x02  # CTRL_REG1_M [8.5]
ZYXDA, ZYXOR = 0x0F, 0xF0  # STATUS_REG_M [8.10]: of each axis and of all
RATES = (Fraction(5, 8), Fraction(5, 4), Fraction(5, 2), Fraction(5), Fraction(10), Fraction(20), Fraction(40),
         Fraction(80))  # [8.5, table 111]  # fmt: skip
FAST_RATES = (Fraction(1000), Fraction(560), Fraction(300), Fraction(155))  # by the operating mode [8.5]
GAUSS_PER_LSB = (0.14e-3, 0.29e-3, 0.43e-3, 0.58e-3)  # 4, 8, 12, 16 gauss [2.1, table 3]
SINGLE_NS = 12_500_000  # a single conversion; the DS gives no figure: a period of the fastest ordinary rate


class Lsm9ds1M(RegisterPart):
    """Converts at a rate, once, or not at all (the state after power-up)."""

    power_up: ClassVar[dict[int, int]] = {WHO_AM_I: 0x3D, CTRL_REG1_M: 0x10, CTRL_REG3_M: 0x03}  # [6, table 22]
    writable: ClassVar[dict[int, int]] = {
        **dict.fromkeys(range(OFFSET, OFFSET + 6), 0xFF),
        CTRL_REG1_M: 0xFF, CTRL_REG2_M: 0x6C, CTRL_REG3_M: 0xA7, CTRL_REG4_M: 0x0E, CTRL_REG5_M: 0xC0,
        0x30: 0xE7, 0x32: 0xFF, 0x33: 0x7F,
    }  # fmt: skip
    measurement: ClassVar[dict[int, bool]] = {OUT_X + n: bool(n & 1) for n in range(6)}

    def reset(self) -> None:
        """Forget conversions."""
        self._periodic = Periodic()
        self._single_ns: int | None = None

    def sync(self, now_ns: int) -> None:
        """Finish the conversions that ended."""
        if self._single_ns is not None and now_ns >= self._single_ns:
            self._convert(self._single_ns)
            self._single_ns = None
            self.registers[CTRL_REG3_M] |= 0x03
        due = self._periodic.due(now_ns)
        if due:
            if len(due) > 1 and not self.registers.get(STATUS_M, 0):
                self.registers[STATUS_M] = ZYXDA
            self._convert(self._periodic.time_of(due[-1]))

    def _convert(self, t_ns: int) -> None:
        status = self.registers.get(STATUS_M, 0)
        self.registers[STATUS_M] = ZYXDA | (ZYXOR if status & ZYXDA else 0)
        if self.stale:
            return
        scale = GAUSS_PER_LSB[self.registers.get(CTRL_REG2_M, 0) >> 5 & 3]
        for n, axis in enumerate("xyz"):
            low, high = self.registers.get(OFFSET + 2 * n, 0), self.registers.get(OFFSET + 2 * n + 1, 0)
            offset = ((high << 8 | low) ^ 0x8000) - 0x8000
            field = int16_bytes(self.around.value(f"magnetic-field-{axis}", t_ns) / scale - offset)
            self.registers[OUT_X + 2 * n], self.registers[OUT_X + 2 * n + 1] = field

    def on_write(self, register: int, value: int) -> None:
        """Set mode and rate, reset."""
        if register == CTRL_REG2_M:
            if value & SOFT_RST:
                self.restart()
                return
            self.registers[CTRL_REG2_M] &= ~REBOOT
        if register not in (CTRL_REG1_M, CTRL_REG3_M):
            return
        now, one, mode = self.around.now_ns(), self.registers[CTRL_REG1_M], self.registers[CTRL_REG3_M] & 3
        rate = FAST_RATES[one >> 5 & 3] if one & FAST_ODR else RATES[one >> 2 & 7]
        rate = rate if mode == 0 else Fraction(0)
        if rate != self._periodic.rate:
            self._periodic.set(rate, now)
        if register == CTRL_REG3_M and mode == 1 and self._single_ns is None:
            self._single_ns = now + SINGLE_NS

    def on_read(self, register: int) -> int:
        """Reading an axis clears its data-ready bits, reading all those of all [8.10]."""
        value = self.registers.get(register, 0)
        if register in (OUT_X + 1, OUT_X + 3, OUT_X + 5):
            axis = (register - OUT_X) // 2
            status = self.registers.get(STATUS_M, 0) & ~(0x11 << axis) & ~0x88
            self.registers[STATUS_M] = status
        return value
