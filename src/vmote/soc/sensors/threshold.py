# SPDX-License-Identifier: Apache-2.0
"""Interrupt generators of motion sensors: magnitudes of axes against thresholds, for a number of samples in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

IA = 0x40  # of the source register; below it ZH ZL YH YL XH XL


@dataclass
class Generator:
    """One generator. `feed` is called once a sample with the settings of that moment."""

    active: bool = False
    source: int = 0
    _matched: int = 0  # samples in a row
    _missed: int = field(default=0)

    def feed(
        self, raw: Sequence[int], thresholds: Sequence[int], chosen: int,
        *, all_of: bool, signed: bool, duration: int, wait: bool, latch: bool,
    ) -> None:  # fmt: skip
        """Compare a sample of x, y, z. `chosen` has the six enable bits as the source register has their events."""
        seen = 0
        for axis, (value, threshold) in enumerate(zip(raw, thresholds, strict=True)):
            high = value > threshold if signed else abs(value) > threshold
            low = value < -threshold if signed else abs(value) < threshold
            seen |= (2 << 2 * axis if high else 0) | (1 << 2 * axis if low else 0)
        seen &= chosen
        matches = bool(chosen) and (seen == chosen if all_of else seen != 0)
        self._matched = self._matched + 1 if matches else 0
        self._missed = 0 if matches else self._missed + 1
        if self._matched > duration or (matches and duration == 0):
            self.active, self.source = True, IA | seen
        elif not matches and not latch and (not wait or self._missed > duration):
            self.active, self.source = False, seen

    def read(self, *, latch: bool) -> int:
        """Return the source register; reading a latched one clears it."""
        source = self.source
        if latch:
            self.active, self.source = False, 0
        return source

    def clear(self) -> None:
        """Begin anew."""
        self.active, self.source, self._matched, self._missed = False, 0, 0, 0
