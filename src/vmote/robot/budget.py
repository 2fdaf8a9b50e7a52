# SPDX-License-Identifier: Apache-2.0
"""Keywords about what it costs: cycles, time, memory, energy."""

from __future__ import annotations

from itertools import pairwise

from robot.api import SkipExecution, logger

from vmote.checks.budgets import held
from vmote.errors import BadInput, nearest
from vmote.robot.arguments import Cycles, Duration, Energy, Share
from vmote.robot.keyword import keyword
from vmote.robot.scene import said
from vmote.robot.theme import Theme
from vmote.scenario.expect import Limits
from vmote.units import NS_PER_S
from vmote.verdict import Outcome


class BudgetKeywords(Theme):
    """What an inference and an image may take."""

    @keyword
    def inference_should_cost_less_than(self, cycles: Cycles) -> None:
        """Hold the dearest inference against a number of the core's cycles.

        | Inference Should Cost Less Than | 60000 cycles |
        """
        priced = [i for i in said(self.bench.scene) if i.cycles is not None]
        if not priced:
            raise self.fail("the device reported no inference with its cycles")
        dearest = max(priced, key=lambda inference: inference.cycles or 0)
        spent = dearest.cycles or 0
        if spent >= cycles.count:
            what = f"the inference at {dearest} cost {spent:,} cycles; fewer than {cycles.count:,} were allowed"
            raise self.fail(what, "", dearest.t_ns, dearest.t_ns)
        logger.info(f"at most {spent:,} cycles in {len(priced)} inferences")

    @keyword
    def deadline_should_hold(self, within: Duration | None = None) -> None:
        """Demand that each word comes soon enough after its sample, and that the device itself counts none as late.

        Without ``within``, the scenario's own deadline holds, or else the time between two inferences.

        | Deadline Should Hold |
        | Deadline Should Hold | within=100ms |
        """
        scene = self.bench.scene
        own = scene.scenario.expect.budgets.under(scene.trace.identity.runtime).deadline
        limit = within.ns / NS_PER_S if within else own or self._pace_of_inferences()
        check = next(iter(held(Limits.model_construct(deadline=limit), scene.trace, said(scene))))
        logger.info(f"{check.expected}: {check.happened}")
        if check.outcome is not Outcome.PASS:
            raise self.fail(f"{check.expected}: {check.happened}", check.detail)

    def _pace_of_inferences(self) -> float:
        times = [i.t_ns for i in said(self.bench.scene)]
        if len(times) < 2:
            raise self.fail("there are no two inferences, so there is no deadline to hold")
        return min(b - a for a, b in pairwise(times)) / NS_PER_S

    @keyword
    def memory_should_fit(self, region: str, share: Share) -> None:
        """Hold what an image uses of a memory region against a share of it.

        | Memory Should Fit | ram | 25% |
        """
        memory = {use.region: use for use in self.bench.scene.trace.memory}
        if region not in memory:
            raise BadInput(f"there is no memory region {region!r}", hint=nearest(region, memory))
        use = memory[region]
        if use.used > share.fraction * use.size:
            raise self.fail(
                f"{region}: {use.used:,} of {use.size:,} bytes are used, {use.used / use.size:.1%}; "
                f"{share.fraction:.1%} are allowed"
            )

    @keyword
    def arena_should_fit(self, with_margin: Share = Share(0.0)) -> None:  # noqa: B008  frozen, shared safely
        """Hold what the model uses of its arena against the arena's size less a margin.

        | Arena Should Fit | with_margin=10% |
        """
        self._fits("arena", with_margin)

    @keyword
    def stack_should_fit(self, with_margin: Share = Share(0.0)) -> None:  # noqa: B008  frozen, shared safely
        """Hold the deepest stack the device found against the stack's size less a margin.

        | Stack Should Fit | with_margin=25% |
        """
        self._fits("stack", with_margin, field="used")

    @keyword
    def energy_should_be_less_than(self, energy: Energy) -> None:
        """Hold the run's energy against a limit; skipped where the run does not price its energy.

        | Energy Should Be Less Than | 12 mJ |
        """
        scene = self.bench.scene
        check = next(iter(held(Limits.model_construct(energy=energy.value), scene.trace, said(scene))))
        if check.outcome is Outcome.SKIPPED:
            raise SkipExecution(check.happened)
        if check.outcome is Outcome.FAIL:
            raise self.fail(f"{check.expected}: {check.happened}", check.detail)

    def _fits(self, name: str, margin: Share, field: str | None = None) -> None:
        """Hold `used/size`, as the device reports it, against a margin."""
        records = self.bench.scene.trace.records
        told = [r.text(name) for r in records if name in r.fields]
        told += [r.text(field) for r in records if field and r.kind == name and field in r.fields]
        pairs = [(int(a), int(b)) for a, slash, b in (t.partition("/") for t in told) if slash]
        if not pairs:
            raise self.fail(f"the device did not report its {name}")
        used, size = max(pairs)
        if used > size * (1 - margin.fraction):
            raise self.fail(f"the {name} uses {used} of {size} bytes; a margin of {margin.fraction:.0%} is asked")
        logger.info(f"{name}: {used} of {size} bytes")
