# SPDX-License-Identifier: Apache-2.0
"""A flame graph: what the core executed, by call stack, as a picture that needs nothing but itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup, escape

_WIDTH, _ROW = 900.0, 18
_NARROWEST = 0.6  # pixels: what is narrower is not drawn
_LETTER = 6.6  # pixels of a letter of the label
_COLOURS = ("#e6a35c", "#d98a4e", "#e3b968", "#cf7a52", "#e0c07a")  # by name, so that a function keeps its own


@dataclass
class Frame:
    """A function at a place of the stack."""

    name: str
    own: int = 0
    called: dict[str, Frame] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Return the instructions of this and of all it called."""
        return self.own + sum(frame.total for frame in self.called.values())

    @property
    def depth(self) -> int:
        """Return how many rows it needs."""
        return 1 + max((frame.depth for frame in self.called.values()), default=0)


def tree_of(stacks: Mapping[str, int]) -> Frame:
    """Gather `main;loop;infer` counts into a tree below one frame for all."""
    root = Frame("all")
    for stack, count in stacks.items():
        frame = root
        for name in stack.split(";"):
            frame = frame.called.setdefault(name, Frame(name))
        frame.own += count
    return root


def draw_flame(stacks: Mapping[str, int]) -> Markup:
    """Draw it; every box tells its function, its instructions and its share when it is pointed at."""
    root = tree_of(stacks)
    boxes: list[str] = []
    _draw(root, 0.0, 0, _WIDTH / max(root.total, 1), root.total, boxes)
    height = root.depth * _ROW
    return Markup(
        f'<svg viewBox="0 0 {_WIDTH:.0f} {height}" role="img" aria-label="Flame graph: instructions by call stack" '
        f'font-family="monospace" font-size="11">{"".join(boxes)}</svg>'
    )  # every name in it is escaped below


def _draw(frame: Frame, x: float, row: int, scale: float, all_: int, boxes: list[str]) -> None:
    width = frame.total * scale
    if width < _NARROWEST:
        return
    told = f"{frame.name}: {frame.total:,} instructions, {100 * frame.total / max(all_, 1):.1f} %"
    colour = _COLOURS[sum(frame.name.encode()) % len(_COLOURS)]
    letters = int((width - 6) / _LETTER)
    label = frame.name if len(frame.name) <= letters else f"{frame.name[: letters - 1]}…" if letters > 3 else ""
    boxes.append(
        f'<g><title>{escape(told)}</title><rect x="{x:.2f}" y="{row * _ROW}" width="{width:.2f}" height="{_ROW - 1}" '
        f'fill="{colour}" rx="1"/><text x="{x + 3:.2f}" y="{row * _ROW + 12}" fill="#2b1a0c">{escape(label)}</text></g>'
    )
    x += frame.own * scale if frame.name == "all" else 0
    for called in sorted(frame.called.values(), key=lambda other: (-other.total, other.name)):
        _draw(called, x, row + 1, scale, all_, boxes)
        x += called.total * scale
