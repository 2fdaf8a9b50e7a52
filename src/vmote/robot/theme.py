# SPDX-License-Identifier: Apache-2.0
"""What every theme of keywords shares."""

from __future__ import annotations

from vmote.robot.bench import Bench


class Theme:
    """A group of keywords about one thing."""

    bench: Bench

    def fail(self, what: str, detail: str = "") -> AssertionError:
        """Return a failure with its cause and the way to see it again."""
        return AssertionError("\n".join(part for part in (what, detail, self.bench.again()) if part))
