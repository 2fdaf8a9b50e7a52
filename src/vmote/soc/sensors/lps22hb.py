# SPDX-License-Identifier: Apache-2.0
"""LPS22HB, pressure and temperature. Source: ST DocID027083 Rev 6 (DS), the numbers of its sections in brackets."""

from __future__ import annotations

from collections import deque
from fractions import Fraction
from typing import ClassVar

from vmote.soc.sensors.periodic import Periodic
from vmote.soc.sensors.registers import RegisterPart, int16_bytes

WHO_AM_I, CTRL_REG1, CTRL_REG2, CTRL_REG3, FIFO_CTRL = 0x0F, 0x10, 0x11, 0x12, 0x14
FIFO_STATUS, STATUS, PRESS_OUT_XL, PRESS_OUT_H, TEMP_OUT_L, TEMP_OUT_H = 0x26, 0x27, 0x28, 0x2A, 0x2B, 0x2C
BDU = 0x02  # CTRL_REG1 [9.6]
BOOT, FIFO_EN, IF_ADD_INC, SWRESET, ONE_SHOT = 0x80, 0x40, 0x10, 0x04, 0x01  # CTRL_REG2 [9.7]
T_OR, P_OR, T_DA, P_DA = 0x20, 0x10, 0x02, 0x01  # STATUS [9.20]
RATES = {1: Fraction(1), 2: Fraction(10), 3: Fraction(25), 4: Fraction(50), 5: Fraction(75)}  # [9.6, table 17]
FIFO_SLOTS = 32  # [5]
LSB_PER_HPA, LSB_PER_DEGREE = 4096, 100  # [3, table 3]
ONE_SHOT_NS = 13_000_000  # the DS gives no figure; one period of the fastest rate


class Lps22hb(RegisterPart):
    """Converts on request or at a rate, into the output registers or the FIFO."""

    auto_increment_bit: ClassVar[int] = 0
    power_up: ClassVar[dict[int, int]] = {WHO_AM_I: 0xB1, CTRL_REG2: IF_ADD_INC}  # [8, table 16]
    writable: ClassVar[dict[int, int]] = {
        0x0B: 0xFF, 0x0C: 0xFF, 0x0D: 0xFF, CTRL_REG1: 0x7F, CTRL_REG2: 0xFD, CTRL_REG3: 0xFF, FIFO_CTRL: 0xFF,
        0x15: 0xFF, 0x16: 0xFF, 0x17: 0xFF, 0x18: 0xFF, 0x19: 0xFF, 0x1A: 0x03,
    }  # fmt: skip
    measurement: ClassVar[dict[int, bool]] = {0x28: False, 0x29: False, 0x2A: True, 0x2B: False, 0x2C: True}

    def reset(self) -> None:
        """Forget conversions."""
        self._periodic = Periodic()
        self._done_ns: int | None = None
        self._fifo: deque[tuple[int, ...]] = deque(maxlen=FIFO_SLOTS)
        self._overrun = False
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
        return self.registers[FIFO_CTRL] >> 5 if self.registers.get(FIFO_CTRL) and self._fifo_on() else 0

    def _fifo_on(self) -> bool:
        return bool(self.registers[CTRL_REG2] & FIFO_EN)

    def sync(self, now_ns: int) -> None:
        """Finish the conversions that ended."""
        if self._done_ns is not None and now_ns >= self._done_ns:
            self._convert(self._done_ns)
            self._done_ns = None
            self.registers[CTRL_REG2] &= ~ONE_SHOT
        due = self._periodic.due(now_ns)
        keep = FIFO_SLOTS + 1 if self._fifo_mode() else 1
        for index in due[-keep:]:
            self._convert(self._periodic.time_of(index))

    def _convert(self, t_ns: int) -> None:
        status = self.registers.get(STATUS, 0)
        overrun = (P_OR if status & P_DA else 0) | (T_OR if status & T_DA else 0)
        self.registers[STATUS] = status | overrun | P_DA | T_DA
        if self.stale:
            return
        pressure = min(1260.0, max(260.0, self.around.value("pressure", t_ns)))  # [3, table 3]
        temperature = min(85.0, max(-40.0, self.around.value("temperature", t_ns)))
        raw = round(pressure * LSB_PER_HPA)
        sample = (raw & 0xFF, raw >> 8 & 0xFF, raw >> 16 & 0xFF, *int16_bytes(temperature * LSB_PER_DEGREE))
        mode = self._fifo_mode()
        if mode:
            full = len(self._fifo) == FIFO_SLOTS
            self._overrun |= full
            if not (full and mode == 1):  # FIFO mode stops when full, stream mode drops the oldest [5]
                self._fifo.append(sample)
        elif self._held and self.registers[CTRL_REG1] & BDU:
            self._waiting = sample
        else:
            self._show(sample)

    def _show(self, sample: tuple[int, ...]) -> None:
        for n, byte in enumerate(sample):
            self.registers[PRESS_OUT_XL + n] = byte

    def on_write(self, register: int, value: int) -> None:
        """Set rates, start conversions, reset."""
        now = self.around.now_ns()
        if register == CTRL_REG1:
            rate = RATES.get(value >> 4 & 7, Fraction(0))
            if rate != self._periodic.rate:
                self._periodic.set(rate, now)
        elif register == CTRL_REG2:
            if value & SWRESET:
                self.restart()
                return
            self.registers[CTRL_REG2] &= ~BOOT
            if not value & FIFO_EN:
                self._fifo.clear()
                self._overrun = False
            if value & ONE_SHOT:
                if self._periodic.rate:
                    self.registers[CTRL_REG2] &= ~ONE_SHOT
                elif self._done_ns is None:
                    self._done_ns = now + ONE_SHOT_NS
        elif register == FIFO_CTRL and not value >> 5:
            self._fifo.clear()
            self._overrun = False

    def on_read(self, register: int) -> int:
        """Reading the high bytes clears the status bits [9.20] and steps the FIFO."""
        if register == FIFO_STATUS:
            level = len(self._fifo)
            threshold = self.registers.get(FIFO_CTRL, 0) & 0x1F
            return level | (0x40 if self._overrun else 0) | (0x80 if threshold and level >= threshold else 0)
        if register == PRESS_OUT_XL and self._fifo_mode() and self._fifo:
            self._show(self._fifo[0])
        value = self.registers.get(register, 0)
        if register == PRESS_OUT_XL:
            self._held = True
        elif register == PRESS_OUT_H:
            self.registers[STATUS] = self.registers.get(STATUS, 0) & ~(P_DA | P_OR)
            self._held = False
            if self._waiting is not None:
                self._show(self._waiting)
                self._waiting = None
        elif register == TEMP_OUT_H:
            self.registers[STATUS] = self.registers.get(STATUS, 0) & ~(T_DA | T_OR)
            if self._fifo_mode() and self._fifo:
                self._fifo.popleft()
                self._overrun = False
        return value
