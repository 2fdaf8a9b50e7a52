# SPDX-License-Identifier: Apache-2.0
"""When a label begins to hold (`@heard`), as the card says: the other half of `firmware/app/decide.c`'s twin."""

from __future__ import annotations

from vmote.firmware.card import Decision

_TOLD_NS = 1_000_000  # the device tells whole milliseconds, cut off: two times may be nearly one more apart, or less


class Holding:
    """Counts inferences that agree, and keeps quiet for a while after a label that alerts."""

    def __init__(self, rule: Decision) -> None:
        self._rule = rule
        self.reset()

    def reset(self) -> None:
        """Forget the past."""
        self._candidate, self._heard = "", ""
        self._agreed, self._quiet_until_ns = 0, 0

    def begins(self, label: str, t_ns: int, said: str) -> bool:
        """Tell whether a label begins to hold; what the device `said` counts where its own time leaves it open."""
        self._agreed = self._agreed + 1 if label == self._candidate else 1
        self._candidate = label
        if self._agreed < self._rule.hold or label == self._heard:
            return False
        quiet_ns = self._quiet_until_ns - t_ns
        open_question = self._quiet_until_ns > 0 and abs(quiet_ns) < _TOLD_NS
        if said != label if open_question else quiet_ns > 0:
            return False
        self._heard = label
        if label in self._rule.alert:
            self._quiet_until_ns = t_ns + self._rule.refractory_ms * 1_000_000
        return True
