# SPDX-License-Identifier: Apache-2.0
"""HS3003, humidity and temperature of the board's second revision. Source: Renesas HS300x datasheet, 2019 (DS)."""

from __future__ import annotations

from typing import ClassVar

from vmote.soc.sensors.part import I2cSensor

WAKE_UP_NS = 100_000  # DS 3.2
CONVERSION_NS = (550_000, 1_310_000, 4_500_000, 16_900_000)  # DS 3.2: of 8, 10, 12, 14 bits
FULL = (1 << 14) - 1

# The programming mode (DS 6.8): to be entered within 10 ms of power-up; a command is a byte and two more.
WINDOW_NS = 10_000_000
ENTER, LEAVE, WRITES = 0xA0, 0x80, 0x40
HUMIDITY_RESOLUTION, TEMPERATURE_RESOLUTION, ID_HIGH, ID_LOW = 0x06, 0x11, 0x1E, 0x1F
RESOLUTION_AT = 10  # its two bits (DS 6.8.2)
COMMAND_DONE = 0x81  # the first byte of an answer
KNOWN = {HUMIDITY_RESOLUTION: 0x0C00, TEMPERATURE_RESOLUTION: 0x0C00, ID_HIGH: 0x766D, ID_LOW: 0x6F74}


class Hs300x(I2cSensor):
    """A write of nothing starts a measurement, a read of four bytes fetches it; two status bits say if it is new."""

    signed: ClassVar[bool] = False
    _memory: dict[int, int] | None = None  # non-volatile: outlives the supply

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
        if self._memory is None:
            self._memory = dict(KNOWN)
        self._words = self._memory
        self._since_ns = self.around.now_ns()
        self._programming = False
        self._command: list[int] = []
        self._answer: tuple[int, ...] = ()
        self._done_ns: int | None = None
        self._fresh = False
        self._bytes: tuple[int, ...] = (0, 0, 0, 0)
        self._at = 0

    def _resolution(self, register: int) -> int:
        return self._words[register] >> RESOLUTION_AT & 3

    def measure_ns(self) -> int:
        """Return how long a measurement takes: both conversions, and the wake-up."""
        chosen = (self._resolution(at) for at in (HUMIDITY_RESOLUTION, TEMPERATURE_RESOLUTION))
        return WAKE_UP_NS + sum(CONVERSION_NS[n] for n in chosen)

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
        h &= FULL << 2 * (3 - self._resolution(HUMIDITY_RESOLUTION))
        t &= FULL << 2 * (3 - self._resolution(TEMPERATURE_RESOLUTION))
        self._bytes = (h >> 8 & 0x3F, h & 0xFF, t >> 6 & 0xFF, (t & 0x3F) << 2)

    # --- I2C ---

    def i2c_start(self, read: bool) -> bool:
        """A write starts a measurement; a read begins with the status."""
        if not self.answers:
            return False
        self.settle()
        self._at = 0
        self._command = []
        if not read and not self._programming and self._done_ns is None:
            self._done_ns = self.around.now_ns() + self.measure_ns()
        return True

    def i2c_write(self, byte: int) -> bool:
        """Take a command of the programming mode."""
        self._command.append(byte)
        if len(self._command) == 3:
            self._obey(self._command[0], self._command[1] << 8 | self._command[2])
        return True

    def _obey(self, command: int, value: int) -> None:
        if command == ENTER:
            if self.around.now_ns() - self._since_ns <= WINDOW_NS:
                self._programming, self._done_ns = True, None
        elif not self._programming:
            return
        elif command == LEAVE:
            self._programming = False
        elif command & ~WRITES in self._words:
            register = command & ~WRITES
            if command & WRITES and register in (HUMIDITY_RESOLUTION, TEMPERATURE_RESOLUTION):
                self._words[register] = value
            word = self._words[register]
            self._answer = (COMMAND_DONE, word >> 8, word & 0xFF)
        else:
            self.around.unmodelled(f"the firmware gives {self.name} the command 0x{command:02x}")

    def i2c_read(self) -> int:
        """Give the next of four bytes; status 0 is fresh, 1 was read before (DS 5.3)."""
        n, self._at = self._at, self._at + 1
        if self._programming:
            return self._answer[n] if n < len(self._answer) else 0xFF
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
