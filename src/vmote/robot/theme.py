# SPDX-License-Identifier: Apache-2.0
"""What every theme of keywords shares."""

from __future__ import annotations

from vmote.errors import BadInput, nearest
from vmote.robot.arguments import Duration
from vmote.robot.bench import Bench
from vmote.robot.cause import log_cause
from vmote.robot.suite import say_test_command
from vmote.units import say_time


class Theme:
    """A group of keywords about one thing."""

    bench: Bench

    def fail(
        self, what: str, detail: str = "", start_ns: int | None = None, end_ns: int | None = None
    ) -> AssertionError:
        """Return a failure; its cause goes into the log, and the way to see it again into the message."""
        scene = self.bench.scene
        log_cause(scene, what, start_ns, end_ns)
        again = scene.again() or say_test_command()
        report = f"report: {scene.folder}/report.html" if scene.folder else ""
        return AssertionError(
            "\n".join(part for part in (what, detail, f"again: {again}" if again else "", report) if part)
        )

    def know(self, label: str) -> str:
        """Return a label that the model can say, or refuse one that it cannot."""
        labels = self.bench.scene.labels
        if labels and label not in labels:
            raise BadInput(f"the model has no label {label!r}", hint=nearest(label, labels))
        return label

    def span(self, after: Duration | None, before: Duration | None, within: Duration | None) -> tuple[int, int]:
        """Return the stretch of time that a keyword's bounds stand for.

        `within` counts from `after`, or from now while a device runs; what is not given reaches to either end.
        """
        scene = self.bench.scene
        if before is not None and within is not None:
            raise BadInput("`before` and `within` cannot both be", hint="keep one of them")
        here = scene.now_ns if scene.live is not None and within is not None else 0
        start = after.ns if after else here
        end = before.ns if before else start + within.ns if within else max(scene.now_ns, start)
        if end < start:
            raise BadInput(f"{say_time(end)} comes before {say_time(start)}", hint="`before` must lie past `after`")
        return start, end


def say_span(start_ns: int, end_ns: int) -> str:
    """Write a stretch of time for a message."""
    return f"between {say_time(start_ns)} and {say_time(end_ns)}"
