# SPDX-License-Identifier: Apache-2.0
"""Keywords about what the device concludes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from robot.api import logger

from vmote.checks.inference import Inference
from vmote.checks.rates import rates
from vmote.errors import BadInput
from vmote.robot.arguments import Duration, Share, duration, only
from vmote.robot.keyword import keyword
from vmote.robot.scene import said, world_ns
from vmote.robot.theme import Theme, say_span
from vmote.scenario.expect import Rates
from vmote.scenario.stimulus import TruthWindow
from vmote.units import NS_PER_S, say_time
from vmote.verdict import Outcome

_SHOWN = 20


class InferenceKeywords(Theme):
    """What was inferred, and when."""

    @keyword
    def device_should_infer(
        self,
        label: str,
        after: Duration | None = None,
        before: Duration | None = None,
        within: Duration | None = None,
        score: Share = Share(0.0),  # noqa: B008  frozen, shared safely
    ) -> None:
        """Demand at least one inference with this label, in this stretch of time, with at least this score.

        In a scenario that was played, times count from reset: ``after`` and ``before``, or ``within`` counted from
        ``after``. For a device that was started by hand, ``within`` lets time pass from now until the label comes, the
        time is over, or the device can no longer say it.

        | Device Should Infer | snow | after=06:00 | before=09:00 | score=80% |
        | Device Should Infer | snow | within=1h |
        """
        self.know(label)
        scene = self.bench.scene
        start, end = self.span(after, before, within)

        def found() -> Inference | None:
            return next(
                (
                    i
                    for i in said(scene)
                    if i.label == label and start <= i.t_ns <= end and (i.score is None or i.score >= score.fraction)
                ),
                None,
            )

        inference = scene.wait(found, end)
        if inference is None:
            wanted = f"{label!r} {say_span(start, end)}" + (
                f" with a score of {score.fraction:g} or more" if score.fraction else ""
            )
            raise self.fail(f"the device did not infer {wanted}{self._why(end)}", self._told(start, end), start, end)
        logger.info(str(inference))

    @keyword
    def device_should_not_infer(
        self,
        label: str,
        after: Duration | None = None,
        before: Duration | None = None,
        during: Duration | None = None,
    ) -> None:
        """Demand that no inference has this label in this stretch of time, and that there were inferences at all.

        A device that said nothing has not shown that it can hold its tongue. For a device that was started by hand,
        ``during`` lets that much time pass, and ends it at the first wrong word.

        | Device Should Not Infer | snow | before=05:00 |
        | Device Should Not Infer | yes | during=60s |
        """
        self.know(label)
        scene = self.bench.scene
        start, end = self.span(after, before, during)

        def wrong() -> list[Inference] | None:
            return [i for i in said(scene) if i.label == label and start <= i.t_ns <= end] or None

        found = scene.wait(wrong, end)
        if found is not None:
            raise self.fail(
                f"the device inferred {label!r} {say_span(start, end)}", _listed(found), found[0].t_ns, found[-1].t_ns
            )
        if not [i for i in said(scene) if start <= i.t_ns <= end]:
            what = f"the device inferred nothing {say_span(start, end)}, so its silence proves nothing"
            raise self.fail(f"{what}{self._why(end)}", "", start, end)
        if scene.live is not None and scene.now_ns < end:
            raise self.fail(f"the device could not be watched to the end{self._why(end)}", "", start, end)

    @keyword
    def device_should_infer_only(
        self, *labels: str, after: Duration | None = None, before: Duration | None = None
    ) -> None:
        """Demand that every inference of this stretch of time has one of these labels, and that there is one.

        | Device Should Infer Only | no-snow | before=05:00 |
        """
        if not labels:
            raise BadInput("no label is given", hint="Device Should Infer Only    no-snow")
        for label in labels:
            self.know(label)
        start, end = self.span(after, before, None)
        there = [i for i in said(self.bench.scene) if start <= i.t_ns <= end]
        wrong = [i for i in there if i.label not in labels]
        if wrong or not there:
            what = f"the device inferred something else {say_span(start, end)}" if wrong else "the device said nothing"
            raise self.fail(what, _listed(wrong), start, end)

    @keyword
    def device_should_have_inferred(self, times: int, label: str | None = None) -> None:
        """Demand an exact number of inferences up to now: of this label, or of any.

        | Device Should Have Inferred | 10 |
        | Device Should Have Inferred | 5 | label=snow |
        """
        if label is not None:
            self.know(label)
        there = [i for i in said(self.bench.scene) if label is None or i.label == label]
        if len(there) != times:
            what = f" {label!r}" if label else ""
            raise self.fail(f"the device inferred{what} {len(there)} times, not {times}", _listed(there))

    @keyword
    def recall_should_be_at_least(self, share: Share, **options: str) -> None:
        """Demand how many of the scenario's true windows were heard.

        Options: ``for=<label>`` (every label when left out), ``latency=<time>`` (how long after a window's end its
        word still counts).

        | Recall Should Be At Least | 90% | for=yes | latency=1s |
        """
        self._rate("recall", share, options)

    @keyword
    def precision_should_be_at_least(self, share: Share, **options: str) -> None:
        """Demand how many of the device's words were true. Options: ``for=<label>``, ``latency=<time>``.

        | Precision Should Be At Least | 0.95 | for=yes |
        """
        self._rate("precision", share, options)

    @keyword
    def accuracy_should_be_at_least(
        self,
        share: Share,
        background: str,
        margin: Duration = Duration(0),  # noqa: B008  frozen
    ) -> None:
        """Demand how many inferences say what is true when they are made; ``background`` is true where no window is.

        Inferences nearer than ``margin`` to a window's edge do not count.

        | Accuracy Should Be At Least | 95% | background=no-snow | margin=1h |
        """
        limits = Rates.model_construct(
            accuracy=share.fraction, background=self.know(background), margin=margin.ns / NS_PER_S, confusion=[]
        )
        self._judge(limits)

    @keyword
    def false_alarms_should_be_at_most(
        self,
        number: float,
        background: str | None = None,
        latency: Duration = Duration(0),  # noqa: B008  frozen
    ) -> None:
        """Demand how often an hour the device may say what nothing true called for.

        | False Alarms Should Be At Most | 0.5 | background=unknown |
        """
        if background is not None:
            self.know(background)
        limits = Rates.model_construct(
            false_alarms=number, background=background, latency=latency.ns / NS_PER_S, confusion=[]
        )
        self._judge(limits)

    def _rate(self, name: str, share: Share, options: dict[str, str]) -> None:
        only(options, "for", "latency")
        label = options.get("for")
        if label is not None:
            self.know(label)
        try:
            latency = duration(options.get("latency", "0s"))
        except ValueError as error:
            raise BadInput(f"latency: {error}") from error
        given: dict[str, Any] = {name: {label or "every": share.fraction}, "latency": latency.ns / NS_PER_S}
        limits = Rates.model_construct(**given, confusion=[])
        self._judge(limits)

    def _judge(self, limits: Rates) -> None:
        """Hold a rate against the scenario's truth; one that nothing could be judged by is a failure, not a pass."""
        scene = self.bench.scene
        pace = scene.scenario.pace
        truth: Sequence[TruthWindow] = [
            TruthWindow(w.label, world_ns(w.start_ns, pace), world_ns(w.end_ns, pace)) for w in scene.stimulus.truth
        ]
        checks: list[Any] = list(rates(limits, truth, said(scene), scene.now_ns))
        for check in checks:
            logger.info(f"{check.expected}: {check.happened}")
            if check.outcome is not Outcome.PASS:
                raise self.fail(f"{check.expected}: {check.happened}", check.detail)
        if not checks:
            raise self.fail("there was nothing to judge")

    def _why(self, end_ns: int) -> str:
        """Say why a wait ended before its time."""
        scene = self.bench.scene
        if scene.now_ns >= end_ns or not scene.over:
            return ""
        return f"; at {say_time(scene.now_ns)} {scene.over}"

    def _told(self, start: int, end: int) -> str:
        there = [i for i in said(self.bench.scene) if start <= i.t_ns <= end]
        return "what it inferred there:\n" + _listed(there) if there else "it inferred nothing there"


def _listed(found: Sequence[Inference]) -> str:
    lines = [f"  {say_time(i.t_ns):>12}  {i.label:<10} {i.record.text('score')}" for i in found[:_SHOWN]]
    return "\n".join([*lines, *([f"  … {len(found)} in all"] if len(found) > _SHOWN else [])])
