# SPDX-License-Identifier: Apache-2.0
"""Keywords about what it costs: cycles and memory."""

from __future__ import annotations

from robot.api.deco import keyword

from vmote.robot.arguments import Cycles, Share
from vmote.robot.theme import Theme


class BudgetKeywords(Theme):
    """What an inference and an image may take."""

    @keyword
    def inference_should_cost_less_than(self, cycles: Cycles) -> None:
        """Hold the dearest inference against a number of the core's cycles.

        | Inference Should Cost Less Than | 60000 cycles |
        """
        counts = {r.text("n"): c for r in self.bench.inferences() if (c := r.integer("cycles")) is not None}
        if not counts:
            raise self.fail("the device reported no cycles")
        n, dearest = max(counts.items(), key=lambda item: item[1])
        if dearest >= cycles.count:
            raise self.fail(f"inference n={n} cost {dearest:,} cycles; fewer than {cycles.count:,} were allowed")

    @keyword
    def memory_should_fit(self, region: str, share: Share) -> None:
        """Hold what an image uses of a memory region against a share of it.

        | Memory Should Fit | ram | 25% |
        """
        use = next((use for use in self.bench.run.trace.memory if use.region == region), None)
        if use is None:
            known = ", ".join(use.region for use in self.bench.run.trace.memory)
            raise self.fail(f"there is no memory region {region!r}; known: {known}")
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
        boot = next(iter(self.bench.run.trace.of("boot")), None)
        used, slash, size = boot.text("arena").partition("/") if boot else ("", "", "")
        if not slash:
            raise self.fail("the device did not report its arena in @boot")
        if int(used) > int(size) * (1 - with_margin.fraction):
            raise self.fail(f"the arena uses {used} of {size} bytes; a margin of {with_margin.fraction:.0%} is asked")
