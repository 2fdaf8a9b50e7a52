# SPDX-License-Identifier: Apache-2.0
"""A conversion that repeats: how many have been made when someone looks."""

from __future__ import annotations

from fractions import Fraction

NS_PER_S = 1_000_000_000


class Periodic:
    """Conversions at a rate since it was set. They end at whole periods, so that looking late loses none."""

    def __init__(self) -> None:
        self.rate = Fraction(0)
        self.start_ns = 0
        self.taken = 0

    def set(self, rate: Fraction, now_ns: int) -> None:
        """Begin anew at a rate in Hz; 0 stops."""
        self.rate, self.start_ns, self.taken = rate, now_ns, 0

    def time_of(self, index: int) -> int:
        """Return when a conversion (the first is 1) ends."""
        return self.start_ns + (index * NS_PER_S * self.rate.denominator) // max(self.rate.numerator, 1)

    def due(self, now_ns: int) -> range:
        """Return the conversions that ended since it was asked last, and count them as taken."""
        if not self.rate:
            return range(0)
        # +1 ns: time_of rounds down, and a conversion that ends now is done.
        count = (now_ns - self.start_ns + 1) * self.rate.numerator // (NS_PER_S * self.rate.denominator)
        fresh = range(self.taken + 1, count + 1)
        self.taken = max(self.taken, count)
        return fresh
