# SPDX-License-Identifier: Apache-2.0
"""HTS221, humidity and temperature. Source: ST DocID026333 Rev 4 (DS), the numbers of its sections in brackets."""

from __future__ import annotations

from typing import ClassVar

from vmote.soc.sensors.registers import Cell, RegisterPart, int16_bytes, pin_level

WHO_AM_I, AV_CONF = 0x0F, 0x10
CTRL_REG1, CTRL_REG2, CTRL_REG3, STATUS = 0x20, 0x21, 0x22, 0x27
HUMIDITY_OUT_L, HUMIDITY_OUT_H, TEMP_OUT_L, TEMP_OUT_H = 0x28, 0x29, 0x2A, 0x2B

PD, BDU, ODR = 0x80, 0x04, 0x03  # CTRL_REG1 [7.3]
BOOT, HEATER, ONE_SHOT = 0x80, 0x02, 0x01  # CTRL_REG2 [7.4]
DRDY_LOW, OPEN_DRAIN, DRDY_EN = 0x80, 0x40, 0x04  # CTRL_REG3 [7.5]
H_DA, T_DA = 0x02, 0x01  # STATUS [7.6]

PERIOD_NS = {1: 1_000_000_000, 2: 142_857_143, 3: 80_000_000}  # 1, 7, 12.5 Hz [7.3, table 17]

# This part's own calibration [8]. Each real part has other values; the slopes are the typical sensitivities of
# [4, table 3]: 64 LSB a degree, 256 LSB a per cent.
H0_RH, H1_RH, H0_OUT, H1_OUT = 33.0, 74.5, -18, -18 + 10624
T0_DEG, T1_DEG, T0_OUT, T1_OUT = 19.875, 36.625, -4, -4 + 1072


def _calibration() -> dict[int, int]:
    t0, t1 = round(T0_DEG * 8), round(T1_DEG * 8)
    table = {0x30: round(H0_RH * 2), 0x31: round(H1_RH * 2), 0x32: t0 & 0xFF, 0x33: t1 & 0xFF}
    table[0x35] = (t1 >> 8 & 3) << 2 | (t0 >> 8 & 3)
    for register, value in ((0x36, H0_OUT), (0x3A, H1_OUT), (0x3C, T0_OUT), (0x3E, T1_OUT)):
        table[register], table[register + 1] = int16_bytes(value)
    return table


CALIBRATION = _calibration()


class Hts221(RegisterPart):
    """Converts on request (ONE_SHOT) or at a rate; results stay until the next conversion."""

    table: ClassVar[tuple[Cell, ...]] = (  # [6, table 14]
        Cell(WHO_AM_I, "WHO_AM_I", 0xBC),
        Cell(AV_CONF, "AV_CONF", 0x1B, 0x3F),
        Cell(CTRL_REG1, "CTRL_REG1", 0, PD | BDU | ODR),
        Cell(CTRL_REG2, "CTRL_REG2", 0, BOOT | HEATER | ONE_SHOT, inert=HEATER),
        Cell(CTRL_REG3, "CTRL_REG3", 0, DRDY_LOW | OPEN_DRAIN | DRDY_EN),
        Cell(STATUS, "STATUS_REG"),
        Cell(HUMIDITY_OUT_L, "HUMIDITY_OUT_L", most=False),
        Cell(HUMIDITY_OUT_H, "HUMIDITY_OUT_H", most=True),
        Cell(TEMP_OUT_L, "TEMP_OUT_L", most=False),
        Cell(TEMP_OUT_H, "TEMP_OUT_H", most=True),
        *(Cell(at, f"CALIB_{at - 0x30:X}", CALIBRATION.get(at, 0)) for at in range(0x30, 0x40)),
    )
    lines: ClassVar[tuple[str, ...]] = ("drdy",)

    def reset(self) -> None:
        """Forget conversions."""
        self._done_ns: int | None = None  # when the conversion under way ends
        self._from_ns = 0  # when the continuous mode began
        self._taken = 0  # conversions of it so far
        self._half_read: set[int] = set()  # low registers read while BDU holds the pair
        self._waiting: dict[int, tuple[int, int]] = {}

    def conversion_ns(self) -> int:
        """Return how long a conversion takes: the DS gives no figure; assumed 1 ms and 0.1 ms for each average."""
        averages = self.registers[AV_CONF]
        t, h = 2 << (averages >> 3 & 7), 4 << (averages & 7)  # [7.2, table 16]
        return 1_000_000 + 100_000 * (t + h)

    def line(self, name: str) -> bool | None:
        """DRDY: something new is there to be read [7.5]."""
        control = self.registers[CTRL_REG3]
        if not self.powered:
            return None
        active = bool(control & DRDY_EN and self.registers[STATUS] & (H_DA | T_DA))
        return pin_level(active, active_low=bool(control & DRDY_LOW), open_drain=bool(control & OPEN_DRAIN))

    def next_line_ns(self) -> int | None:
        """Return the end of the conversion that DRDY would tell of."""
        control = self.registers[CTRL_REG1]
        if not control & PD or not self.registers[CTRL_REG3] & DRDY_EN or self.registers[STATUS] & (H_DA | T_DA):
            return None
        period = PERIOD_NS.get(control & ODR)
        return self._done_ns if period is None else self._from_ns + (self._taken + 1) * period

    def sync(self, now_ns: int) -> None:
        """Finish the conversions that end before now."""
        control = self.registers[CTRL_REG1]
        if not control & PD:
            return
        period = PERIOD_NS.get(control & ODR)
        if period is None:
            if self._done_ns is not None and now_ns >= self._done_ns:
                self._convert(self._done_ns)
                self._done_ns = None
                self.registers[CTRL_REG2] &= ~ONE_SHOT
            return
        count = (now_ns - self._from_ns) // period
        if count > self._taken:
            self._taken = count
            self._convert(self._from_ns + count * period)

    def _convert(self, t_ns: int) -> None:
        humidity = min(100.0, max(0.0, self.around.value("humidity", t_ns)))
        temperature = min(120.0, max(-40.0, self.around.value("temperature", t_ns)))  # [4, table 3]
        raw_h = H0_OUT + (humidity - H0_RH) * (H1_OUT - H0_OUT) / (H1_RH - H0_RH)
        raw_t = T0_OUT + (temperature - T0_DEG) * (T1_OUT - T0_OUT) / (T1_DEG - T0_DEG)
        if not self.stale:
            self._publish(HUMIDITY_OUT_L, int16_bytes(raw_h))
            self._publish(TEMP_OUT_L, int16_bytes(raw_t))
        self.registers[STATUS] = H_DA | T_DA

    def _publish(self, low: int, pair: tuple[int, int]) -> None:
        if self.registers[CTRL_REG1] & BDU and low in self._half_read:
            self._waiting[low] = pair
        else:
            self.registers[low], self.registers[low + 1] = pair

    def on_write(self, register: int, value: int) -> None:
        """Start conversions."""
        now = self.around.now_ns()
        if register == CTRL_REG1:
            self._from_ns, self._taken = now, 0
            if not value & PD:
                self._done_ns = None
        elif register == CTRL_REG2:
            if value & BOOT:  # reloads the calibration and clears itself [7.4]
                self.registers.update(CALIBRATION)
                self.registers[CTRL_REG2] &= ~BOOT
            control = self.registers[CTRL_REG1]
            if value & ONE_SHOT and control & PD and not control & ODR:
                self._done_ns = now + self.conversion_ns()

    def on_read(self, register: int) -> int:
        """Reading the high byte clears the status bit and releases a pair held by BDU [7.6, 7.3]."""
        value = self.registers[register]
        if register in (HUMIDITY_OUT_L, TEMP_OUT_L):
            self._half_read.add(register)
        elif register in (HUMIDITY_OUT_H, TEMP_OUT_H):
            low = register - 1
            self._half_read.discard(low)
            self.registers[STATUS] &= ~(H_DA if low == HUMIDITY_OUT_L else T_DA)
            if low in self._waiting:
                self.registers[low], self.registers[register] = self._waiting.pop(low)
        return value
