# SPDX-License-Identifier: Apache-2.0
"""Keywords about what the device concludes."""

from __future__ import annotations

from robot.api.deco import keyword

from vmote.console import Record
from vmote.robot.arguments import Duration
from vmote.robot.theme import Theme
from vmote.units import say_time


class InferenceKeywords(Theme):
    """What was inferred, and when."""

    @keyword
    def device_should_infer(
        self, label: str, after: Duration | None = None, before: Duration | None = None, score: float = 0.0
    ) -> None:
        """Demand at least one inference with this label, in this stretch of time, with at least this score.

        | Device Should Infer | snow | after=06:00 | before=09:00 | score=0.8 |
        """
        found = self._inferences(after, before)
        if not any(self._is(record, label) and (record.number("score") or 0.0) >= score for record in found):
            wanted = f"{label!r}{_when(after, before)}" + (f" with a score of {score} or more" if score else "")
            raise self.fail(f"the device did not infer {wanted}", self._told(found))

    @keyword
    def device_should_not_infer(
        self, label: str, after: Duration | None = None, before: Duration | None = None
    ) -> None:
        """Demand that no inference has this label in this stretch of time, and that there were inferences at all.

        A device that said nothing has not shown that it can hold its tongue.
        """
        found = self._inferences(after, before)
        if not found:
            raise self.fail(f"the device inferred nothing{_when(after, before)}, so its silence proves nothing")
        wrong = [record for record in found if self._is(record, label)]
        if wrong:
            raise self.fail(f"the device inferred {label!r}{_when(after, before)}", self._told(wrong))

    @keyword
    def device_should_have_inferred(self, times: int) -> None:
        """Demand an exact number of inferences in the whole run."""
        found = self._inferences(None, None)
        if len(found) != times:
            raise self.fail(f"the device inferred {len(found)} times, not {times}", self._told(found))

    def _is(self, record: Record, label: str) -> bool:
        return record.text("label") == label

    def _inferences(self, after: Duration | None, before: Duration | None) -> list[Record]:
        return self.bench.inferences(after.ns if after else 0, before.ns if before else None)

    def _told(self, records: list[Record]) -> str:
        if not records:
            return "it inferred nothing there"
        lines = [f"  {say_time(r.device_t_ns):>12}  {r.text('label'):<10} {r.text('score')}" for r in records[:20]]
        return "\n".join(["what it inferred there:", *lines, *(["  …"] if len(records) > 20 else [])])


def _when(after: Duration | None, before: Duration | None) -> str:
    return (f" after {after}" if after else "") + (f" before {before}" if before else "")
