# SPDX-License-Identifier: Apache-2.0
"""HS3003, humidity and temperature of the board's second revision. Source: Renesas HS300x datasheet, 2019 (DS)."""

from __future__ import annotations

from vmote.soc.sensors.part import I2cSensor

MEASURE_NS = 33_900_000  # DS 3.2: 16.90 ms for each of two 14-bit conversions, and the wake-up of 0.1 ms
FULL = (1 << 14) - 1


class Hs300x(I2cSensor):
    """A write of nothing starts a measurement, a read of four bytes fetches it; two status bits say if it is new."""

    def power_off(self) -> None:
        """Be without supply."""
        self.powered = False
        self._reset()

    def power(self, on: bool) -> None:
        """Switch the supply."""
        if on != self.powered:
            self.powered = on
            self._reset()

    def _reset(self) -> None:
        self._done_ns: int | None = None
        self._fresh = False
        self._bytes = (0, 0, 0, 0)
        self._at = 0

    def sync(self, now_ns: int) -> None:
        """Finish a measurement that ended."""
        if self._done_ns is None or now_ns < self._done_ns:
            return
        t_ns, self._done_ns, self._fresh = self._done_ns, None, True
        if self.stale:
            return
        humidity = min(100.0, max(0.0, self.around.value("humidity", t_ns)))
        temperature = min(125.0, max(-40.0, self.around.value("temperature", t_ns)))
        h, t = round(humidity / 100 * FULL), round((temperature + 40) / 165 * FULL)  # DS 5.4, equations 1 and 2
        self._bytes = (h >> 8, h & 0xFF, t >> 6, (t & 0x3F) << 2)

    def i2c_start(self, read: bool) -> bool:
        """A write starts a measurement; a read begins with the status."""
        if not self.answers:
            return False
        self.settle()
        self._at = 0
        if not read and self._done_ns is None:
            self._done_ns = self.around.now_ns() + MEASURE_NS
        return True

    def i2c_read(self) -> int:
        """Give the next of four bytes; status 0 is fresh, 1 was read before (DS 5.3)."""
        n, self._at = self._at, self._at + 1
        if n >= 4:
            return 0xFF
        byte = self._bytes[n]
        if self.faults:
            byte = self.spoiled(byte, most=n in (0, 2)) & (0x3F if n == 0 else 0xFF)
        if n == 0:
            byte |= 0 if self._fresh else 1 << 6
        if n == 3:
            self._fresh = False
        return byte
