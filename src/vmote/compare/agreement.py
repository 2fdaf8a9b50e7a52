# SPDX-License-Identifier: Apache-2.0
"""What a comparison comes to: an aspect for each thing compared, and the first difference with its context."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A console line of either run at the same place; None where a run has no such line."""

    line: int  # from 1
    one: str | None
    other: str | None

    @property
    def same(self) -> bool:
        """Tell whether both runs said the same."""
        return self.one == self.other


@dataclass(frozen=True)
class Difference:
    """The first place at which an aspect differs."""

    t_ns: int  # virtual time, the earlier of the two
    where: str
    one: str
    other: str
    context: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Aspect:
    """One thing that was compared."""

    name: str
    compared: int
    differing: int
    said: str  # a figure worth knowing, whether or not it differs
    first: Difference | None = None
    judged: bool = True  # whether a difference counts; what is expected to differ is only told

    @property
    def agrees(self) -> bool:
        """Tell whether both runs are alike in this."""
        return self.differing == 0

    @property
    def failed(self) -> bool:
        """Tell whether this is a difference that counts."""
        return self.judged and self.differing > 0


@dataclass(frozen=True)
class Bounds:
    """How far apart two runs may be where equality is not to be had."""

    time_ns: int  # between the arrivals of the same record, and between the same pin changes
    instructions: int = 0  # between the instructions of the whole run


@dataclass(frozen=True)
class Agreement:
    """All aspects of one comparison."""

    aspects: tuple[Aspect, ...]
    same_image: bool
    bounds: Bounds

    @property
    def passed(self) -> bool:
        """Tell whether nothing that counts differs."""
        return not any(aspect.failed for aspect in self.aspects)

    @property
    def first(self) -> tuple[Aspect, Difference] | None:
        """Return the difference that came first in virtual time, of those that count."""
        found = [(aspect.first.t_ns, n) for n, aspect in enumerate(self.aspects) if aspect.failed and aspect.first]
        if not found:
            return None
        aspect = self.aspects[min(found)[1]]
        assert aspect.first is not None
        return aspect, aspect.first
