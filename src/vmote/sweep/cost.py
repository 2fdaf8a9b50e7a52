# SPDX-License-Identifier: Apache-2.0
"""What a run costs: the numbers a change of firmware or model may move, and a hash of all it put out."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from vmote.run import Boots, Request, Run, execute

SIZES = ("cycles", "flash", "ram", "arena", "stack")  # less is better


@dataclass(frozen=True)
class Cost:
    """One scenario on one device. A size that nobody told is None."""

    scenario: str  # its path as written, the key of a baseline
    board: str
    app: str
    port: str
    runtime: str
    engine: str
    model: str
    passed: bool
    inferences: int
    cycles: int | None  # of the dearest inference
    flash: int | None
    ram: int | None
    arena: int | None
    stack: int | None
    outputs: str  # sha256 of every inference's label and output bytes, in order

    @property
    def key(self) -> str:
        """Name what was measured; two measurements of the same key can be held against each other."""
        return f"{self.scenario} on {self.board} ({self.port}, {self.runtime}, {self.engine})"

    def as_dict(self) -> dict[str, Any]:
        """Return it as a JSON document."""
        return asdict(self)


def cost_of(run: Run, scenario: str) -> Cost:
    """Return what a run cost."""
    trace, identity = run.trace, run.trace.identity
    infers = trace.of("infer")
    memory = {use.region: use.used for use in trace.memory}
    digest = hashlib.sha256()
    for record in infers:
        digest.update(f"{record.text('label')} {record.text('out')}\n".encode())
    used = [_first(r.text("arena")) for r in trace.of("boot")]
    stacks = [_first(r.text("used")) for r in trace.of("stack")]
    return Cost(
        scenario=scenario, board=identity.board, app=identity.app, port=identity.port, runtime=identity.runtime,
        engine=identity.engine, model=identity.model, passed=run.verdict.passed, inferences=len(infers),
        cycles=max((c for r in infers if (c := r.integer("cycles")) is not None), default=None),
        flash=memory.get("flash"), ram=memory.get("ram"),
        arena=max((u for u in used if u is not None), default=None),
        stack=max((u for u in stacks if u is not None), default=None),
        outputs=digest.hexdigest()[:16],
    )  # fmt: skip


def measure(requests: Iterable[Request]) -> list[Cost]:
    """Do the runs and return their costs."""
    with Boots() as boots:
        return [cost_of(execute(request, boots=boots), Path(request.scenario).as_posix()) for request in requests]


def _first(text: str) -> int | None:
    """Read the first number of `used/size`."""
    first = text.partition("/")[0]
    return int(first) if first.isdigit() else None
