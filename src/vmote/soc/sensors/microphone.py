# SPDX-License-Identifier: Apache-2.0
"""A PDM microphone, as the decimated samples that a PDM interface makes of its bit stream."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vmote.soc.sensors.part import Sensor

WAKE_UP_NS = 10_000_000  # MP34DT06J DS, table 3: from power-down to sound


class Microphone(Sensor):
    """Sound as a fraction of full scale; without supply, silence."""

    def power_off(self) -> None:
        """Be without supply."""
        self.powered = False
        self._since_ns = 0

    def power(self, on: bool) -> None:
        """Switch the supply."""
        if on != self.powered:
            self.powered = on
            self._since_ns = self.around.now_ns()

    def samples(self, start_ns: int, rate_hz: float, count: int, gain: float) -> NDArray[np.int16]:
        """Return samples of 16 bits, after the interface's gain."""
        if not self.powered or "vanish" in self.faults:
            return np.zeros(count, dtype="<i2")
        if fault := self.faults.get("freeze") or self.faults.get("stale"):
            held = self.around.samples("sound", fault.start_ns, rate_hz, 1)[0]
            sound = np.full(count, held)
        else:
            sound = self.around.samples("sound", start_ns, rate_hz, count)
        raw = np.clip(np.rint(sound * (32767 * gain)), -32768, 32767).astype("<i2")
        asleep = int((self._since_ns + WAKE_UP_NS - start_ns) * rate_hz / 1e9)
        if self._since_ns and asleep > 0:
            raw[:asleep] = 0
        if fault := self.faults.get("out-of-range"):
            raw[:] = 32767 if fault.args.get("value", "high") == "high" else -32768
        if fault := self.faults.get("stuck-bits"):
            mask = int(fault.args.get("mask", 0)) & 0xFFFF
            bits = raw.view("<u2")
            bits[:] = bits | mask if fault.args.get("value", "high") == "high" else bits & ~np.uint16(mask)
        return raw
