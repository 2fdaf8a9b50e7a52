# SPDX-License-Identifier: Apache-2.0
"""A scenario into a stimulus: the one place where a written world becomes channels, faults and truth."""

from __future__ import annotations

import hashlib
from fractions import Fraction

import numpy as np

from vmote.scenario.channels import GridChannel
from vmote.scenario.making import Maker
from vmote.scenario.model import Scenario
from vmote.scenario.signals import scalar
from vmote.scenario.signals.compose import Laid, Mix, Placement
from vmote.scenario.signals.grid import BLOCK, Floats, Grid, Source, generator
from vmote.scenario.stimulus import Channel, Fault, Stimulus, Switch, TruthWindow
from vmote.units import to_ns

VERSION = b"vmote stimulus 1"
HASHED = 2_000_000  # samples of a channel that the hash reads; beyond them it rests on what the channel is made of

# What a quantity can be at all, and the grain it is rounded to: below any sensor's, above any machine's last bit.
_TURN, _PULL, _FIELD = (-100_000.0, 100_000.0, 1e-4), (-1000.0, 1000.0, 1e-6), (-1000.0, 1000.0, 1e-6)
LIMITS: dict[str, tuple[float, float, float]] = {
    "temperature": (-90.0, 150.0, 1e-6),
    "humidity": (0.0, 100.0, 1e-6),
    "pressure": (1.0, 2000.0, 1e-6),
    "acceleration-x": _PULL, "acceleration-y": _PULL, "acceleration-z": _PULL,
    "angular-rate-x": _TURN, "angular-rate-y": _TURN, "angular-rate-z": _TURN,
    "magnetic-field-x": _FIELD, "magnetic-field-y": _FIELD, "magnetic-field-z": _FIELD,
    "sound": (-1.0, 1.0, 2.0**-17),
}  # fmt: skip
SOUND_RATE = 16_000
MOTION_RATE, MOTION_RATE_FAST = 1_000, 10_000
AXES = ("x", "y", "z")


def render(scenario: Scenario) -> Stimulus:
    """Make the samples, faults and truth of a scenario; the same scenario gives the same bytes."""
    maker = Maker(scenario.seed, scenario.duration, scenario.path.parent)
    mixes: dict[str, tuple[Grid, list[Laid]]] = {}
    _weather(scenario, maker, mixes)
    _motion(scenario, maker, mixes)
    for quantity in LIMITS:
        pieces = getattr(scenario.world, quantity.replace("-", "_"))
        if pieces is None:
            continue
        grid, laid = mixes.setdefault(quantity, (_grid(scenario, quantity), []))
        laid += maker.lay_all(list(pieces), grid, quantity)
    channels = {name: _channel(name, grid, laid, scenario) for name, (grid, laid) in mixes.items()}
    truth = [TruthWindow(w.label, to_ns(w.start_s), to_ns(w.end_s)) for w in scenario.truth]
    windows = sorted(truth + maker.truth, key=lambda window: (window.start_ns, window.end_ns, window.label))
    paced = tuple(
        TruthWindow(w.label, round(w.start_ns / scenario.pace), round(w.end_ns / scenario.pace)) for w in windows
    )
    faults = _faults(scenario)
    given: dict[str, Channel] = dict(channels)
    button = _button(scenario)
    if button is not None:
        given["button"] = button
    digest = _hash(scenario, channels, button, faults, paced, maker.clips)
    return Stimulus(given, scenario.duration_ns, faults, paced, digest)


def _grid(scenario: Scenario, quantity: str) -> Grid:
    """Choose how finely a quantity is laid out."""
    duration = scenario.duration
    if quantity == "sound":
        return Grid(Fraction(SOUND_RATE), int(duration * SOUND_RATE) + 2)
    if quantity in ("temperature", "humidity", "pressure"):
        # The finest of a few rates that stays within bounds: all of them have a sample on every full ten minutes.
        for rate in (Fraction(100), Fraction(10), Fraction(1), Fraction(1, 60), Fraction(1, 600)):
            if duration * rate <= 200_000 or rate == Fraction(1, 600):
                break
        return Grid(rate, int(duration * rate) + 2)
    fast = any(piece.kind == "vibration" for piece in scenario.world.motion or [])
    rate = Fraction(MOTION_RATE_FAST if fast else MOTION_RATE)
    return Grid(rate, int(duration * rate) + 2)


def _channel(name: str, grid: Grid, laid: list[Laid], scenario: Scenario) -> GridChannel:
    low, high, quantum = LIMITS[name]
    source: Source = Mix(grid, laid)
    wrong = scenario.imperfections.get(name)
    if wrong is not None:
        from vmote.scenario.signals.imperfect import imperfect  # noqa: PLC0415

        source = imperfect(source, wrong, grid, scenario.seed, name)
        quantum = min(quantum, (wrong.quantize or 1.0) / 1024)
    return GridChannel(source, grid, quantum, low, high, silent_end=name == "sound", pace=scenario.pace)


def _weather(scenario: Scenario, maker: Maker, mixes: dict[str, tuple[Grid, list[Laid]]]) -> None:
    """Make temperature and humidity of the synthetic climate, and let it tell when it snows."""
    for piece in scenario.world.weather or []:
        from vmote.scenario.climate import ClimateParams, climate  # noqa: PLC0415

        spec = piece.climate
        names = ("mean", "start_day", "start_hour", "diurnal", "front_every", "front_change", "fog")
        chosen = {name: getattr(spec, name) for name in names if getattr(spec, name) is not None}
        skip, hours = round(spec.skip / 3600), int(scenario.duration / 3600) + 2
        seed = scenario.seed if spec.seed is None else spec.seed
        made = climate(skip + hours, seed, ClimateParams(**chosen))
        for name, values in (("temperature", made.temperature[skip:]), ("humidity", made.humidity[skip:])):
            grid = _grid(scenario, name)
            mixes[name] = (grid, [Laid(scalar.Analytic(grid, Placement(), 0.0, _hourly(values)), Placement())])
        if piece.truth is not False:
            snowing = np.concatenate([[False], made.snowing[skip:], [False]])
            edges = np.flatnonzero(snowing[1:] != snowing[:-1])
            for first, after in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
                # From the first hour of snow to half an hour after the last: the samples of these hours lie inside.
                start, end = first * 3600.0, min((after - 0.5) * 3600.0, scenario.duration)
                if start < scenario.duration:
                    maker.truth.append(TruthWindow(piece.truth, to_ns(start), to_ns(end)))


def _hourly(values: Floats) -> scalar.Function:
    hours = np.arange(len(values)) * 3600.0
    return lambda t: np.asarray(np.interp(t, hours, values), dtype=np.float64)


def _motion(scenario: Scenario, maker: Maker, mixes: dict[str, tuple[Grid, list[Laid]]]) -> None:
    """Make the six axes of what moves the device."""
    if not scenario.world.motion:
        return
    from vmote.scenario.signals.motion import Axis, Motion  # noqa: PLC0415
    from vmote.scenario.signals.moving import movers  # noqa: PLC0415

    grid = _grid(scenario, "acceleration-x")
    motion = Motion(grid, movers(list(scenario.world.motion), grid, maker))
    for rotation, quantity in enumerate(("acceleration", "angular-rate")):
        for axis, letter in enumerate(AXES):
            mixes[f"{quantity}-{letter}"] = (grid, [Laid(Axis(motion, bool(rotation), axis), Placement())])


def _button(scenario: Scenario) -> Switch | None:
    """Lay out when the button is down, on the device's clock; presses that overlap are one."""
    if scenario.world.button is None:
        return None
    stretches: list[tuple[int, int]] = []
    for press in sorted(scenario.world.button, key=lambda press: press.start_s):
        start, end = scenario.device_ns(press.start_s), scenario.device_ns(press.end_s)
        if stretches and start <= stretches[-1][1]:
            stretches[-1] = (stretches[-1][0], max(end, stretches[-1][1]))
        else:
            stretches.append((start, end))
    return Switch(tuple(stretches))


def _faults(scenario: Scenario) -> tuple[Fault, ...]:
    """Lay out the faults on the device's clock; those of a probability are drawn here, so that engines need no luck."""
    out: list[Fault] = []
    for number, item in enumerate(scenario.faults):
        start, end = item.start_s, item.end_s
        spans = [(start, end)]
        if item.every is not None:
            count = max(1, int(np.ceil((end - start) / item.every - 1e-9)))
            happens = generator(scenario.seed, f"fault/{number}").random(count) < item.probability
            spans = [
                (start + i * item.every, min(start + (i + 1) * item.every, end))
                for i in np.flatnonzero(happens).tolist()
            ]
        for low, high in spans:
            times = scenario.device_ns(low), scenario.device_ns(high)
            out.append(Fault(item.fault, item.victim, *times, item.args()))
    return tuple(sorted(out, key=lambda fault: (fault.start_ns, fault.end_ns, fault.kind, fault.part)))


def _hash(
    scenario: Scenario, channels: dict[str, GridChannel], button: Switch | None, faults: tuple[Fault, ...],
    truth: tuple[TruthWindow, ...], clips: list[Floats],
) -> str:  # fmt: skip
    """Hash what the world turned into: whole quanta, faults and truth, in an order of their own.

    Of a channel too long to be made twice, the first two minutes of sound, the words it is written in and the clips
    laid into it are hashed instead: everything that its other samples are made of, but for this program (VERSION).
    """
    digest = hashlib.sha256(VERSION)
    digest.update(f"{scenario.duration_ns} {scenario.pace} {faults!r} {truth!r}".encode())
    if button is not None:
        digest.update(f"button {button.stretches!r}".encode())
    for name in sorted(channels):
        channel = channels[name]
        digest.update(f"{name} {channel.grid.rate} {channel.grid.count} {channel.quantum!r}".encode())
        blocks = min(channel.grid.blocks, -(-HASHED // channel.grid.size))
        if blocks < channel.grid.blocks:
            digest.update(scenario.model_dump_json(include={"world", "imperfections", "seed"}).encode())
            for clip in clips:
                for first in range(0, len(clip), BLOCK):
                    digest.update(np.rint(clip[first : first + BLOCK] * 2.0**17).astype("<i8").tobytes())
        for k in range(blocks):
            digest.update(np.rint(channel.block(k) / channel.quantum).astype("<i8").tobytes())
    return digest.hexdigest()
