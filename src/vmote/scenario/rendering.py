# SPDX-License-Identifier: Apache-2.0
"""A scenario into a stimulus: the one place where written pieces become samples."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import numpy as np

from vmote.scenario import pieces as p
from vmote.scenario.channels import GridChannel
from vmote.scenario.model import Scenario
from vmote.scenario.signals import scalar
from vmote.scenario.signals.compose import Laid, Mix, Placement
from vmote.scenario.signals.grid import Floats, Grid, Source
from vmote.scenario.stimulus import Channel, Stimulus, TruthWindow
from vmote.units import to_ns

VERSION = b"vmote stimulus 1"
HASHED = 4_000_000  # samples of a channel that the hash reads; beyond them it rests on the scenario's own words

# What a quantity can be at all, and the grain it is rounded to.
LIMITS: dict[str, tuple[float, float, float]] = {
    "temperature": (-90.0, 150.0, 1e-6),
    "humidity": (0.0, 100.0, 1e-6),
    "pressure": (1.0, 2000.0, 1e-6),
}
SLOW = ("temperature", "humidity", "pressure")


def render(scenario: Scenario) -> Stimulus:
    """Make the samples, faults and truth of a scenario; the same scenario gives the same bytes."""
    channels: dict[str, GridChannel] = {}
    truth = [TruthWindow(w.label, to_ns(w.start_s), to_ns(w.end_s)) for w in scenario.truth]
    grid = _slow_grid(scenario.duration)
    mixes: dict[str, list[Laid]] = {}
    for number, piece in enumerate(scenario.world.weather or []):
        sources, windows = _weather(piece, grid, scenario, number)
        for quantity, source in sources.items():
            mixes.setdefault(quantity, []).append(Laid(source, Placement()))
        truth += windows
    for quantity in SLOW:
        for number, scalar_piece in enumerate(getattr(scenario.world, quantity) or []):
            laid = _lay(scalar_piece, grid, scenario, f"{quantity}/{number}")
            mixes.setdefault(quantity, []).append(laid)
    for quantity, laid_pieces in mixes.items():
        low, high, quantum = LIMITS[quantity]
        channels[quantity] = GridChannel(Mix(grid, laid_pieces), grid, quantum, low, high)
    truth.sort(key=lambda window: (window.start_ns, window.end_ns, window.label))
    given: dict[str, Channel] = dict(channels)
    stimulus = Stimulus(given, scenario.duration_ns, (), tuple(truth))
    return Stimulus(given, scenario.duration_ns, (), tuple(truth), _hash(stimulus, channels))


def _slow_grid(duration: float) -> Grid:
    """Choose how finely slow quantities are laid out: the finest of a few rates that stays within bounds."""
    for rate in (Fraction(100), Fraction(10), Fraction(1), Fraction(1, 60), Fraction(1, 600)):
        if duration * rate <= 200_000 or rate == Fraction(1, 600):
            break
    return Grid(rate, int(duration * rate) + 2)


def _lay(piece: p.Piece, grid: Grid, scenario: Scenario, name: str) -> Laid:
    source = _source(piece, grid, scenario, name)
    return Laid(source, _placement(piece), piece.gain, piece.replace or piece.crossfade > 0)


def _placement(piece: p.Piece) -> Placement:
    fade = piece.crossfade or piece.fade
    own_time = isinstance(piece, p.Ramp | p.Step | p.Front)  # these say themselves what is before and after
    every, times = (piece.repeat.every, piece.repeat.times) if piece.repeat else (None, None)
    if own_time or (piece.for_ is None and not piece.at and every is None):
        return Placement()
    return Placement(piece.at, piece.at + (piece.for_ or np.inf), fade, every, times)


def _source(piece: p.Piece, grid: Grid, scenario: Scenario, name: str) -> Source:
    function: scalar.Function
    match piece:
        case p.Constant():
            function = scalar.constant(piece)
        case p.Points():
            function = scalar.points(piece)
        case p.Ramp():
            function = scalar.ramp(piece, scenario.duration - piece.at)
        case p.Step():
            function = scalar.step(piece)
        case p.Sine():
            function = scalar.sine(piece)
        case p.Diurnal():
            function = scalar.diurnal(piece)
        case p.Front():
            function = scalar.front(piece)
        case p.Walk():
            return scalar.Walk(grid, piece.walk, scenario.seed, name)
        case p.Noise():
            return scalar.White(grid, piece.noise.sd, scenario.seed, name)
        case _:
            raise AssertionError(piece)
    return scalar.Analytic(grid, piece.at, function)


def _weather(
    piece: p.Climate, grid: Grid, scenario: Scenario, number: int
) -> tuple[dict[str, Source], list[TruthWindow]]:
    from vmote.scenario.climate import ClimateParams, climate  # noqa: PLC0415

    spec = piece.climate
    names = ("mean", "start_day", "start_hour", "diurnal", "front_every", "front_change", "fog")
    chosen = {name: getattr(spec, name) for name in names if getattr(spec, name) is not None}
    skip = round(spec.skip / 3600)
    hours = int(scenario.duration / 3600) + 2
    seed = scenario.seed if spec.seed is None else spec.seed
    made = climate(skip + hours, seed + number, ClimateParams(**chosen))
    when = np.arange(hours) * 3600.0

    def hourly(values: Floats) -> Source:
        return scalar.Analytic(grid, 0.0, lambda t: np.interp(t, when, values[skip:]))

    windows = []
    if piece.truth is not False:
        snowing = np.concatenate([[False], made.snowing[skip:], [False]])
        edges = np.flatnonzero(snowing[1:] != snowing[:-1])
        for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            start, end = to_ns(first * 3600.0), min(to_ns((after - 0.5) * 3600.0), scenario.duration_ns)
            if start < scenario.duration_ns:
                windows.append(TruthWindow(piece.truth, start, end))
    return {"temperature": hourly(made.temperature), "humidity": hourly(made.humidity)}, windows


def _hash(stimulus: Stimulus, channels: dict[str, GridChannel]) -> str:
    """Hash what the world turned into: whole quanta, faults and truth, in an order of their own."""
    digest = hashlib.sha256(VERSION)
    digest.update(f"{stimulus.duration_ns} {stimulus.faults!r} {stimulus.truth!r}".encode())
    for name in sorted(channels):
        channel = channels[name]
        digest.update(f"{name} {channel.grid.rate} {channel.grid.count} {channel.quantum!r}".encode())
        for k in range(min(channel.grid.blocks, -(-HASHED // channel.grid.size))):
            digest.update(np.rint(channel.block(k) / channel.quantum).astype("<i8").tobytes())
    return digest.hexdigest()
