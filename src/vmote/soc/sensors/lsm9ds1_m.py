# SPDX-License-Identifier: Apache-2.0
"""LSM9DS1, the magnetometer die. Source: ST DocID025715 Rev 3 (DS), sections in brackets."""

from __future__ import annotations

from fractions import Fraction
from typing import ClassVar

from vmote.soc.sensors.periodic import Periodic
from vmote.soc.sensors.registers import Cell, RegisterPart, int16_bytes

OFFSET, WHO_AM_I = 0x05, 0x0F
CTRL_REG1_M, CTRL_REG2_M, CTRL_REG3_M, CTRL_REG4_M, CTRL_REG5_M, STATUS_M, OUT_X = (
    0x20, 0x21, 0x22, 0x23, 0x24, 0x27, 0x28,
)  # fmt: skip
INT_CFG, INT_SRC, INT_THS = 0x30, 0x31, 0x32
REBOOT, SOFT_RST = 0x08, 0x04  # CTRL_REG2_M [8.6]
FAST_ODR = 0x02  # CTRL_REG1_M [8.5]
BIG_ENDIAN = 0x02  # CTRL_REG4_M [8.8]
BDU = 0x40  # CTRL_REG5_M [8.9]
ZYXDA, ZYXOR = 0x0F, 0xF0  # STATUS_REG_M [8.10]: of each axis and of all
IEA, IEL, IEN = 0x04, 0x02, 0x01  # INT_CFG_M [8.12]: active high, not latched, enabled
MROI, INT = 0x02, 0x01  # INT_SRC_M [8.13]
RATES = (Fraction(5, 8), Fraction(5, 4), Fraction(5, 2), Fraction(5), Fraction(10), Fraction(20), Fraction(40),
         Fraction(80))  # [8.5, table 111]  # fmt: skip
FAST_RATES = (Fraction(1000), Fraction(560), Fraction(300), Fraction(155))  # by the operating mode [8.5]
GAUSS_PER_LSB = (0.14e-3, 0.29e-3, 0.43e-3, 0.58e-3)  # 4, 8, 12, 16 gauss [2.1, table 3]
SINGLE_NS = 12_500_000  # a single conversion; the DS gives no figure: a period of the fastest ordinary rate


class Lsm9ds1M(RegisterPart):
    """Converts at a rate, once, or not at all (the state after power-up)."""

    table: ClassVar[tuple[Cell, ...]] = (  # [6, table 22]
        *(Cell(OFFSET + n, f"OFFSET_{'XYZ'[n // 2]}_REG_{'LH'[n % 2]}_M", 0, 0xFF) for n in range(6)),
        Cell(WHO_AM_I, "WHO_AM_I_M", 0x3D),
        Cell(CTRL_REG1_M, "CTRL_REG1_M", 0x10, 0xFF, inert=0x01),
        Cell(CTRL_REG2_M, "CTRL_REG2_M", 0, 0x6C),
        Cell(CTRL_REG3_M, "CTRL_REG3_M", 0x03, 0xA7),
        Cell(CTRL_REG4_M, "CTRL_REG4_M", 0, 0x0E),
        Cell(CTRL_REG5_M, "CTRL_REG5_M", 0, 0xC0, inert=0x80),
        Cell(STATUS_M, "STATUS_REG_M"),
        *(Cell(OUT_X + n, f"OUT_{'XYZ'[n // 2]}_{'LH'[n % 2]}_M", most=bool(n & 1)) for n in range(6)),
        Cell(INT_CFG, "INT_CFG_M", 0x08, 0xEF),
        Cell(INT_SRC, "INT_SRC_M"),
        Cell(INT_THS, "INT_THS_L_M", 0, 0xFF),
        Cell(INT_THS + 1, "INT_THS_H_M", 0, 0x7F),
    )
    lines: ClassVar[tuple[str, ...]] = ("drdy", "int")

    def reset(self) -> None:
        """Forget conversions."""
        self._periodic = Periodic()
        self._single_ns: int | None = None
        self._half_read: set[int] = set()  # low bytes read while BDU holds their pairs
        self._waiting: dict[int, tuple[int, int]] = {}

    # --- the lines ---

    def line(self, name: str) -> bool | None:
        """DRDY_M: a new set of data; INT_M: a field above the threshold [8.12]."""
        if not self.powered:
            return None
        if name == "drdy":
            return bool(self.registers[STATUS_M] & 0x08)
        config = self.registers[INT_CFG]
        return bool(config & IEN and self.registers[INT_SRC] & INT) == bool(config & IEA)

    def next_line_ns(self) -> int | None:
        """Return the end of the conversion that would change a line."""
        if self.registers[STATUS_M] & 0x08 and not self.registers[INT_CFG] & IEN:
            return None
        if self._single_ns is not None:
            return self._single_ns
        return self._periodic.time_of(self._periodic.taken + 1) if self._periodic.rate else None

    # --- conversions ---

    def sync(self, now_ns: int) -> None:
        """Finish the conversions that ended."""
        if self._single_ns is not None and now_ns >= self._single_ns:
            self._convert(self._single_ns)
            self._single_ns = None
            self.registers[CTRL_REG3_M] |= 0x03
        due = self._periodic.due(now_ns)
        if due:
            if len(due) > 1 and not self.registers[STATUS_M]:
                self.registers[STATUS_M] = ZYXDA
            self._convert(self._periodic.time_of(due[-1]))

    def _convert(self, t_ns: int) -> None:
        status = self.registers[STATUS_M]
        self.registers[STATUS_M] = ZYXDA | (ZYXOR if status & ZYXDA else 0)
        if self.stale:
            return
        scale, seen = GAUSS_PER_LSB[self.registers[CTRL_REG2_M] >> 5 & 3], 0
        config, threshold = self.registers[INT_CFG], self.registers[INT_THS] | self.registers[INT_THS + 1] << 8
        for n, axis in enumerate("xyz"):
            at, low, high = OUT_X + 2 * n, self.registers[OFFSET + 2 * n], self.registers[OFFSET + 2 * n + 1]
            offset = ((high << 8 | low) ^ 0x8000) - 0x8000
            raw = self.around.value(f"magnetic-field-{axis}", t_ns) / scale - offset
            seen |= MROI if not -32768 <= round(raw) <= 32767 else 0
            if config & IEN and config & 0x80 >> n:
                seen |= (0x80 >> n if raw > threshold else 0) | (0x10 >> n if raw < -threshold else 0)
            pair = int16_bytes(raw)
            pair = pair[::-1] if self.registers[CTRL_REG4_M] & BIG_ENDIAN else pair
            if self.registers[CTRL_REG5_M] & BDU and at in self._half_read:
                self._waiting[at] = pair
            else:
                self.registers[at], self.registers[at + 1] = pair
        kept = 0 if config & IEL else self.registers[INT_SRC] & ~MROI
        self.registers[INT_SRC] = seen | kept | (INT if seen & ~MROI else 0)

    # --- registers ---

    def on_write(self, register: int, value: int) -> None:
        """Set mode and rate, reset."""
        if register == CTRL_REG2_M:
            if value & SOFT_RST:
                self.restart()
                return
            self.registers[CTRL_REG2_M] &= ~REBOOT
        if register == INT_CFG and not value & IEN:
            self.registers[INT_SRC] = 0
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
        value = self.registers[register]
        if register == INT_SRC:
            self.registers[INT_SRC] = 0
        elif OUT_X <= register < OUT_X + 6:
            if (register - OUT_X) % 2 == 0:
                self._half_read.add(register)
            else:
                axis, low = (register - OUT_X) // 2, register - 1
                self.registers[STATUS_M] &= ~(0x11 << axis) & ~0x88
                self._half_read.discard(low)
                if low in self._waiting:
                    self.registers[low], self.registers[register] = self._waiting.pop(low)
        return value
