# SPDX-License-Identifier: Apache-2.0
"""What a failed expectation shows: the truth, what was sensed, what the model was given and what the device said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np

from vmote.checks.features_text import BARS, features_text
from vmote.checks.inference import Inference, when
from vmote.console import Record
from vmote.golden.seen import Seen
from vmote.scenario.stimulus import Fault, Stimulus, TruthWindow
from vmote.trace import Trace
from vmote.units import NS_PER_S, say_time
from vmote.verdict import Check, Outcome

SHOWN = 8
HEARD = 48  # marks of the curve of a sound's level
_QUIETEST_DB = -72.0

Listed = TypeVar("Listed")
Look = Callable[[Record], Seen | None]


@dataclass(frozen=True)
class Around:
    """All there is to look at; times are the world's, but for those of the trace's own records and the stimulus."""

    trace: Trace
    truth: Sequence[TruthWindow]
    faults: Sequence[Fault]
    said: Sequence[Inference]
    scale: float  # the world's seconds in a second of the device
    stimulus: Stimulus | None = None
    look: Look | None = None  # what the model was given at an `@infer` record

    def explained(self, check: Check) -> Check:
        """Add to a failure what happened around it, and name the inference that tells most."""
        if check.outcome is not Outcome.FAIL or check.start_ns is None:
            return check
        start, end = check.start_ns, check.end_ns if check.end_ns is not None else check.start_ns
        margin = max((end - start) // 4, self._spacing())
        low, high = start - margin, end + margin
        lines = [check.detail] if check.detail else []
        true = [window for window in self.truth if window.start_ns <= high and window.end_ns >= low]
        spans = [f"{w.label} {say_time(w.start_ns)} - {say_time(w.end_ns)}" for w in true[:SHOWN]]
        lines.append(f"true around it: {', '.join(spans) or 'nothing'}")
        broken = [f"{f.kind} of {f.part}" for f in self.faults if f.start_ns <= high and f.end_ns >= low]
        if broken:
            lines.append(f"broken around it: {', '.join(dict.fromkeys(broken))}")
        lines += self._sensed(low, high)
        errors = [record for record in self.trace.of("error") if low <= self._at(record) <= high]
        if errors:
            lines.append(f"the device reported {len(errors)} errors, the first: {errors[0]}")
        near = [inference for inference in self.said if low <= inference.t_ns <= high]
        lines += _list("inferred around it", near, str)
        telling = self._telling(check, near, start, end)
        if telling is None:
            return replace(check, detail="\n".join(lines))
        seen = self.look(telling.record) if self.look else None
        lines += features_text(seen, self.scale) if seen else []
        return replace(check, detail="\n".join(lines), line=telling.record.line)

    def _at(self, record: Record) -> float:
        return when(record) * self.scale

    def _spacing(self) -> int:
        """Return the usual time between two inferences, so that a mere instant has neighbours too."""
        gaps = np.diff([inference.t_ns for inference in self.said])
        return max(int(np.median(gaps)), 1) if len(gaps) else 1

    def _telling(self, check: Check, near: Sequence[Inference], start: int, end: int) -> Inference | None:
        """Choose the inference whose input is shown: the one the check names, else the last before the stretch ends."""
        named = next((inference for inference in self.said if inference.record.line == check.line), None)
        if named is not None:
            return named
        inside = [inference for inference in near if start <= inference.t_ns <= end]
        return min(inside or near, key=lambda inference: abs(inference.t_ns - end), default=None)

    def _sensed(self, low: int, high: int) -> list[str]:
        """List what the device says it sensed, its `@sample` records; of sound, which it does not tell, the level."""
        near = [record for record in self.trace.of("sample") if low <= self._at(record) <= high]
        if near:
            return _list("sensed around it", near, self._say_sample)
        sound = self.stimulus.channels.get("sound") if self.stimulus else None
        if sound is None or self.stimulus is None:
            return []
        first, last = max(low / self.scale, 0), min(high / self.scale, self.stimulus.duration_ns)
        step = max((last - first) / HEARD, 1e6)
        levels = []
        for k in range(int((last - first) // step)):
            values = sound.samples(round(first + k * step), 16_000, max(int(min(step, 1e8) * 16_000 / NS_PER_S), 1))
            levels.append(10 * np.log10(np.mean(values**2) + 1e-12))
        if not levels:
            return []
        marks = [int(np.clip((db - _QUIETEST_DB) / -_QUIETEST_DB * len(BARS), 0, len(BARS) - 1)) for db in levels]
        curve = "".join(BARS[mark] for mark in marks)
        span = f"{say_time(round(first * self.scale))} - {say_time(round(last * self.scale))}"
        return [f"to be heard around it, {span}:", f"  {curve}  {min(levels):.0f} to {max(levels):.0f} dBFS"]

    def _say_sample(self, record: Record) -> str:
        values = " ".join(f"{key}={value}" for key, value in record.fields.items() if key not in ("n", "t"))
        return f"{say_time(round(self._at(record)))} {values}"


def _list(title: str, found: Sequence[Listed], say: Callable[[Listed], str]) -> list[str]:
    """List a few of what was found, spread evenly over it."""
    if not found:
        return [f"{title}: nothing"]
    picked = sorted({round(k) for k in np.linspace(0, len(found) - 1, min(SHOWN, len(found)))})
    more = f" ({len(picked)} of {len(found)})" if len(found) > len(picked) else ""
    return [f"{title}{more}:", *(f"  {say(found[k])}" for k in picked)]
