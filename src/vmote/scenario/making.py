# SPDX-License-Identifier: Apache-2.0
"""Written pieces into sources: which generator serves which piece, where it lies and how loud it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vmote.errors import BadInput
from vmote.scenario import pieces as p
from vmote.scenario.signals import scalar
from vmote.scenario.signals.clip import Clip
from vmote.scenario.signals.compose import Laid, Placement
from vmote.scenario.signals.grid import Floats, Grid, Source
from vmote.scenario.stimulus import QUANTITY_UNITS, TruthWindow
from vmote.units import UNITS, Unit, to_ns

if TYPE_CHECKING:
    from vmote.scenario.speech import Utterance

MEASURED_S = 10.0  # how much of a piece is listened to for its level
_MOST = 2e8  # samples of a recording
_MOST_BETWEEN = 2e7  # of one whose readings are far apart: the rest lies between them


@dataclass
class Maker:
    """Makes the sources of one scenario, and gathers the truths they know."""

    seed: int
    duration: float
    folder: Path
    truth: list[TruthWindow] = field(default_factory=list)
    clips: list[Floats] = field(default_factory=list)  # what was recorded or spoken: all that no word of the file tells

    def lay_all(self, pieces: list[p.Piece], grid: Grid, quantity: str) -> list[Laid]:
        """Lay a quantity's pieces over each other."""
        laid: list[Laid] = []
        for number, piece in enumerate(pieces):
            name = f"{quantity}/{number}"
            source, length = self.source(piece, grid, quantity, name)
            if piece.filter is not None:
                from vmote.scenario.signals.filters import Filtered, butterworth  # noqa: PLC0415

                cut = butterworth(grid.hertz, piece.filter.highpass, piece.filter.lowpass, piece.filter.order)
                source = Filtered(grid, source, cut)
            placement = place(piece, length)
            gain = piece.gain
            if piece.family == "sound":
                from vmote.scenario.making_sound import loudness  # noqa: PLC0415

                gain *= loudness(self, piece, source, placement, laid, grid)
            replaces = piece.replace or piece.crossfade > 0 or isinstance(piece, p.Gap)
            laid.append(Laid(source, placement, gain, replaces))
            self.tell(piece, placement)
        return laid

    def source(self, piece: p.Piece, grid: Grid, quantity: str, name: str) -> tuple[Source, float | None]:
        """Return a piece's source, and how long it lasts by itself where it ends."""
        if isinstance(piece, p.Gap):
            return scalar.Analytic(grid, Placement(), 0.0, np.zeros_like), None
        if isinstance(piece, p.Recording):
            return self.recording(piece, grid, quantity)
        if piece.family == "sound":
            from vmote.scenario.making_sound import sound_source  # noqa: PLC0415

            return sound_source(self, piece, grid, name)
        return scalar_source(piece, grid, self.duration, self.seed, name), None

    def spoken(self, utterances: list[Utterance], grid: Grid) -> list[Floats]:
        """Have words spoken at the grid's rate."""
        from vmote.scenario.speech import speak  # noqa: PLC0415

        return speak(utterances, round(grid.hertz))

    def clip(
        self, piece: p.Piece, samples: Floats, grid: Grid, starts: list[int] | None = None
    ) -> tuple[Source, float | None]:
        """Put ready-made samples where the piece is placed."""
        self.clips.append(samples)
        length = None if starts else len(samples) / grid.hertz
        return Clip(grid, samples, turns(piece, grid, self.duration) if starts is None else starts), length

    def recording(self, piece: p.Recording, grid: Grid, quantity: str) -> tuple[Source, float | None]:
        """Put recorded values where the piece is placed."""
        return self.clip(piece, self.recorded(piece.recording, grid, quantity), grid)

    def recorded(self, spec: p.RecordingSpec, grid: Grid, quantity: str) -> Floats:
        """Read a column and bring it to the grid's rate and the quantity's unit."""
        from vmote.scenario.recorded import TIME_UNITS, read  # noqa: PLC0415
        from vmote.scenario.signals.resample import onto_grid  # noqa: PLC0415

        path = self.folder / spec.file
        wanted = [column for column in (spec.column, spec.time) if column is not None]
        table = read(path, wanted if spec.column is not None else None)
        column: str | int | None = spec.column
        if column is None and len(table.columns) == 2 and spec.time is not None:
            column = next(name for name in table.columns if name != table.pick(spec.time)[0])
        if column is None and quantity == "sound" and table.rate:
            column = 1
        name, values = table.pick(column)
        unit = recorded_unit(spec.unit or table.units.get(name, ""), quantity, str(path))
        values = values * unit.scale + unit.offset
        if spec.time is not None:
            times = table.pick(spec.time)[1] * TIME_UNITS[spec.time_unit]
            if np.any(np.diff(times) <= 0):
                row = int(np.flatnonzero(np.diff(times) <= 0)[0]) + 2
                raise BadInput(f"time does not increase at sample {row}", where=str(path), hint="sort it by time")
            times = times - times[0]
        else:
            rate = spec.rate or table.rate
            if rate is None:
                hint = "give it `rate:` (such as 50 Hz), or `time:` with its column of times"
                raise BadInput("this recording does not say how fast it was taken", where=str(path), hint=hint)
            times = np.arange(len(values)) / rate
        if spec.skip >= times[-1] and spec.skip > 0:
            raise BadInput(f"`skip:` leaves nothing of its {times[-1]:g} s", where=str(path))
        samples = (times[-1] - spec.skip) * grid.hertz
        drawn_out = samples > 10 * len(times)  # a few slow readings must not fill the memory with what lies between
        if times[-1] - spec.skip > 86400 * 3660 or samples > (_MOST_BETWEEN if drawn_out else _MOST):
            raise BadInput("the recording is too long for one piece", where=str(path), hint="cut it into parts")
        return onto_grid(times, values, spec.skip, grid.hertz)

    def tell(self, piece: p.Piece, placement: Placement) -> None:
        """Note what is true while a piece is there."""
        self.tell_as(piece, placement, piece.known_truth())

    def tell_as(self, piece: p.Piece, placement: Placement, known: str | None) -> None:
        """Note what is true while a piece is there: what its author says, or else what it knows itself."""
        label = known if piece.truth is None else piece.truth
        if not label:
            return
        start = 0.0 if placement.start == -np.inf else placement.start
        length = (self.duration if placement.end == np.inf else placement.end) - start
        turn = 0
        while start < self.duration and (placement.times is None or turn < placement.times):
            end = min(start + length, self.duration)
            self.truth.append(TruthWindow(label, to_ns(start), to_ns(end)))
            if placement.every is None:
                break
            turn += 1
            start = placement.start + turn * placement.every


def recorded_unit(name: str, quantity: str, where: str) -> Unit:
    """Return how a recorded column becomes the quantity."""
    own = UNITS[QUANTITY_UNITS[quantity]]
    spelled = {"m/s2": "m/s2", "m/s^2": "m/s2", "m/s²": "m/s2", "C": "degC", "°C": "degC", "%": "%RH", "deg/s": "dps"}
    given = spelled.get(name, name)
    if quantity == "sound" and given in ("wav", ""):
        return own
    if given in ("", "N/A"):
        return own
    unit = UNITS.get(given)
    if unit is None or unit.dimension != own.dimension:
        raise BadInput(
            f"its unit {name!r} is none of {own.dimension}",
            where=where,
            hint=f"say which it is with `unit:`, such as {QUANTITY_UNITS[quantity]}",
        )
    return unit


def place(piece: p.Piece, length: float | None) -> Placement:
    """Return when a piece is there; `length` is how long it lasts by itself."""
    fade = piece.crossfade or piece.fade
    every, times = (piece.repeat.every, piece.repeat.times) if piece.repeat else (None, None)
    own_time = isinstance(piece, p.Ramp | p.Step | p.Front)  # these say themselves what is before and after
    lasts = piece.for_ if length is None else min(piece.for_ or length, length)
    if own_time or (lasts is None and not piece.at and every is None):
        return Placement()
    return Placement(piece.at, piece.at + (np.inf if lasts is None else lasts), fade, every, times)


def turns(piece: p.Piece, grid: Grid, duration: float) -> list[int]:
    """Return the sample numbers at which each repetition of a piece starts."""
    if piece.repeat is None:
        return [round(piece.at * grid.hertz)]
    most = int(max(0.0, duration - piece.at) / piece.repeat.every) + 1
    count = min(most, piece.repeat.times or most)
    if count > 1_000_000:
        raise BadInput(f"a piece would be repeated {count} times", hint="make `every:` longer")
    return [round((piece.at + i * piece.repeat.every) * grid.hertz) for i in range(count)]


def loops(piece: p.Piece, grid: Grid, length: int, duration: float) -> list[int]:
    """Return the starts that play a clip end to end, as long as the piece lasts."""
    end = piece.at + (piece.for_ or duration - piece.at)
    return list(range(round(piece.at * grid.hertz), int(min(end, duration) * grid.hertz) + 1, length))


def rms(source: Source, placement: Placement, grid: Grid, duration: float) -> float:
    """Return how loud a source is where a piece is placed: over its first seconds."""
    start = max(0.0, placement.start)
    end = min(placement.end, start + MEASURED_S, duration)
    first, last = int(start * grid.hertz), max(int(end * grid.hertz), int(start * grid.hertz) + 1)
    total, count = 0.0, 0
    for k in range(first // grid.size, (last - 1) // grid.size + 1):
        if k >= grid.blocks:
            break
        part = source.block(k)[max(0, first - k * grid.size) : last - k * grid.size]
        total += float(np.sum(part * part))
        count += len(part)
    return float(np.sqrt(total / count)) if count else 0.0


def scalar_source(piece: p.Piece, grid: Grid, duration: float, seed: int, name: str) -> Source:
    """Make a piece of a slow quantity."""
    function: scalar.Function
    match piece:
        case p.Constant():
            function = scalar.constant(piece)
        case p.Points():
            function = scalar.points(piece)
        case p.Ramp():
            function = scalar.ramp(piece, duration - piece.at)
        case p.Step():
            function = scalar.step(piece)
        case p.Sine():
            function = scalar.sine(piece)
        case p.Diurnal():
            function = scalar.diurnal(piece)
        case p.Front():
            function = scalar.front(piece)
        case p.Walk():
            return scalar.Walk(grid, piece.walk, seed, name)
        case p.Noise() if piece.noise.colour == "white":
            return scalar.White(grid, piece.noise.sd, seed, name)
        case p.Noise():
            from vmote.scenario.signals.sound import noise  # noqa: PLC0415

            return noise(grid, piece.noise.colour, piece.noise.sd, seed, name)
        case _:
            raise AssertionError(piece)
    return scalar.Analytic(grid, place(piece, None), piece.at, function)
