# SPDX-License-Identifier: Apache-2.0
"""Generators of sound: tones, glides, knocks, noise, rooms."""

from __future__ import annotations

import numpy as np

from vmote.scenario import pieces_sound as ps
from vmote.scenario.signals.filters import Filtered, colour_sections, energy
from vmote.scenario.signals.grid import Floats, Grid, Source, generator
from vmote.scenario.signals.scalar import Function, White


def tone(spec: ps.ToneSpec, rate: float) -> Function:
    """A steady tone of unit amplitude; harmonics above the Nyquist rate are left out."""

    def wave(t: Floats) -> Floats:
        total = np.sin(2 * np.pi * spec.frequency * t)
        for number, amplitude in enumerate(spec.harmonics, start=2):
            if number * spec.frequency < rate / 2:
                total = total + amplitude * np.sin(2 * np.pi * number * spec.frequency * t)
        return total

    return wave


def chirp(spec: ps.ChirpSpec, length: float) -> Function:
    """A tone that glides over `length` seconds."""
    f0, f1 = spec.from_, spec.to

    def linear(t: Floats) -> Floats:
        value: Floats = np.sin(2 * np.pi * (f0 * t + (f1 - f0) / (2 * length) * t * t))
        return value

    def logarithmic(t: Floats) -> Floats:
        ratio = np.log(f1 / f0) / length
        value: Floats = np.sin(2 * np.pi * f0 * np.expm1(ratio * np.clip(t, 0.0, length)) / ratio)
        return value

    return linear if spec.shape == "linear" or abs(f1 / f0 - 1) < 1e-6 else logarithmic


def click(spec: ps.ClickSpec, rate: float) -> Floats:
    """A tone that dies away, ten times its decay long."""
    t = np.arange(max(2, int(10 * spec.decay * rate))) / rate
    value: Floats = np.exp(-t / spec.decay) * np.sin(2 * np.pi * min(spec.frequency, 0.45 * rate) * t)
    return value


def noise(grid: Grid, colour: str, sd: float, seed: int, name: str) -> Source:
    """Noise of a colour with a standard deviation."""
    sections = colour_sections(colour, grid.hertz)
    if sections is None:
        return White(grid, sd, seed, name)
    scale = sd / np.sqrt(energy(sections))
    return Filtered(grid, White(grid, scale, seed, name), sections)


def in_room(dry: Floats, room: ps.Room, rate: float, seed: int, name: str) -> Floats:
    """Let a clip sound in a room: direct sound and a diffuse tail whose energy has its share."""
    from scipy.signal import fftconvolve  # noqa: PLC0415

    length = max(2, int(room.reverb * rate))
    t = np.arange(length) / rate
    tail = generator(seed, f"{name}/room").standard_normal(length) * 10 ** (-3.0 * t / room.reverb)
    tail[: max(1, int(0.002 * rate))] = 0.0  # the first wall is some decimetres away
    tail /= np.sqrt(np.sum(tail**2)) or 1.0
    wet = fftconvolve(dry, tail)
    out = np.zeros(len(wet))
    out[: len(dry)] += np.sqrt(1.0 - room.wet) * dry
    value: Floats = out + np.sqrt(room.wet) * wet
    return value
