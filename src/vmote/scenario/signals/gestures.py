# SPDX-License-Identifier: Apache-2.0
"""Gestures: the path a hand draws in the air, and what an accelerometer and a gyroscope in that hand make of it.

    from vmote.scenario.signals.gestures import gesture, sensed

    move = gesture("wing", seconds=1.2, rate=1000, person=7, seed=1)
    acceleration, angular_rate = sensed(move)      # float64[n, 3] in g, gravity included, and in degrees a second

The device lies in the hand face up: x to the right, y away from the body, z up. A gesture is drawn in the vertical
plane before the body. A hand speeds up and slows down along each stroke as hands do (minimum jerk: T. Flash and
N. Hogan, J. Neurosci. 5 (1985)), the wrist turns a little with the arm, and no two people, and no two tries, are equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vmote.scenario.signals.grid import Floats, generator

STANDARD_GRAVITY = 9.80665

# Corner points of what is drawn, in units of its size: right and up.
STROKES: dict[str, tuple[tuple[float, float], ...]] = {
    "wing": ((-0.5, 0.45), (-0.28, -0.45), (0.0, 0.3), (0.28, -0.45), (0.5, 0.45)),
    "slope": ((0.2, 0.5), (-0.35, -0.4), (0.5, -0.4)),
    "line": ((-0.6, 0.0), (0.6, 0.0)),
    "wave": ((0.0, 0.0), (0.5, 0.05), (-0.5, 0.0), (0.5, 0.05), (-0.5, 0.0), (0.0, 0.0)),
}


@dataclass(frozen=True)
class Move:
    """Linear acceleration in g (world axes, without gravity), attitude in degrees and its rate, over time."""

    rate: float
    linear: Floats  # [n, 3]
    attitude: Floats  # [n, 3] roll, pitch, yaw
    turning: Floats  # [n, 3] their derivatives, degrees a second


def gesture(
    name: str,
    seconds: float,
    rate: float,
    *,
    person: int = 0,
    seed: int = 0,
    size: float = 0.3,
    sloppy: float = 0.15,
    mirrored: bool = False,
) -> Move:
    """Draw a gesture; the same person and seed draw it the same way."""
    own = generator(person, "person")
    scale = size * own.uniform(0.85, 1.15)
    aspect, slant = own.uniform(0.8, 1.25), np.deg2rad(own.uniform(-10, 10))
    depth, swing = own.uniform(-0.15, 0.15), own.uniform(0.6, 1.4)
    hold = own.uniform(-12, 12, 2)
    luck = generator(seed, f"gesture/{name}/{person}")

    count = max(8, round(seconds * rate))
    tau = np.arange(count) / (count - 1)
    if name == "shake":
        right, up = _shake(tau, seconds, luck)
    elif name == "tap":
        right, up = np.zeros(count), np.zeros(count)
    elif name == "ring":
        angle = 2 * np.pi * _minimum_jerk(tau, 0.35)
        right, up = 0.5 * np.sin(angle), 0.5 * np.cos(angle)
    else:
        corners = np.array(STROKES[name])
        right, up = _strokes(corners + luck.normal(0, 0.06 * min(1, 4 * sloppy), corners.shape), tau)
    if mirrored:
        right = -right
    envelope = np.sin(np.pi * tau) ** 2
    stray = [_wander(tau, luck) * envelope * sloppy * 0.25 for _ in range(3)]
    right, up = aspect * right + stray[0], up / aspect + stray[1]
    right, up = right * np.cos(slant) - up * np.sin(slant), right * np.sin(slant) + up * np.cos(slant)
    forward = depth * (right - right[0]) + stray[2]
    path = scale * np.stack([right - right[0], forward, up - up[0]], axis=1)
    linear = _second(path, rate) / STANDARD_GRAVITY
    if name == "tap":
        linear[:, 2] += _tap(tau * seconds, luck)

    # The forearm turns about the elbow, some 35 cm away: the device yaws as it goes right and pitches as it goes up.
    turn = np.rad2deg(1 / 0.35) * 0.35 * swing * scale
    gone, risen = turn * (right - right[0]), turn * (up - up[0])
    attitude = np.stack([hold[0] * envelope + 0.5 * gone, hold[1] * envelope + risen, -gone], axis=1)
    home = np.clip((tau - 0.8) / 0.2, 0.0, 1.0)  # the hand comes to rest as it began, so that nothing jumps after it
    attitude *= (1.0 - home * home * (3.0 - 2.0 * home))[:, None]
    return Move(rate, linear, attitude, _first(attitude, rate))


def sensed(move: Move) -> tuple[Floats, Floats]:
    """Return acceleration with gravity in g, and angular rate in degrees a second, on the device's axes."""
    return to_device(move.linear.T, move.attitude.T, move.turning.T)


def to_device(linear: Floats, attitude: Floats, turning: Floats) -> tuple[Floats, Floats]:
    """Turn world-axis motion (rows x, y, z; roll, pitch, yaw) into what the device's axes sense, as [n, 3]."""
    roll, pitch, yaw = np.deg2rad(attitude)
    cr, sr, cp, sp, cy, sy = np.cos(roll), np.sin(roll), np.cos(pitch), np.sin(pitch), np.cos(yaw), np.sin(yaw)
    x, y, z = linear[0], linear[1], linear[2] + 1.0
    x, y = cy * x + sy * y, cy * y - sy * x  # undo yaw about z, then pitch about y, then roll about x
    x, z = cp * x - sp * z, sp * x + cp * z
    y, z = cr * y + sr * z, cr * z - sr * y
    dr, dp, dy = turning
    rates = np.stack([dr - sp * dy, cr * dp + sr * cp * dy, cr * cp * dy - sr * dp], axis=1)
    return np.stack([x, y, z], axis=1), rates


def _strokes(points: Floats, tau: Floats) -> tuple[Floats, Floats]:
    """Draw from corner to corner, slowing at each; longer strokes take longer, but not in proportion."""
    lengths = np.sqrt(np.maximum(np.hypot(*np.diff(points, axis=0).T), 1e-6))
    ends = np.concatenate([[0.0], np.cumsum(lengths) / lengths.sum()])
    at = np.clip(np.searchsorted(ends, tau, side="right") - 1, 0, len(lengths) - 1)
    part = _minimum_jerk((tau - ends[at]) / (ends[at + 1] - ends[at]), 0.0)
    drawn = points[at] + (points[at + 1] - points[at]) * part[:, None]
    return drawn[:, 0], drawn[:, 1]


def _minimum_jerk(tau: Floats, steady: float) -> Floats:
    """Go from 0 to 1 as a hand does; `steady` mixes in an even pace that still starts and ends at rest."""
    tau = np.clip(tau, 0.0, 1.0)
    smooth: Floats = tau**3 * (10 - 15 * tau + 6 * tau**2)
    even: Floats = tau - np.sin(2 * np.pi * tau) / (2 * np.pi)
    return (1 - steady) * smooth + steady * even


def _shake(tau: Floats, seconds: float, luck: np.random.Generator) -> tuple[Floats, Floats]:
    frequency = luck.uniform(4.0, 6.0)
    envelope = np.sin(np.pi * tau) ** 2
    wave = np.sin(2 * np.pi * frequency * tau * seconds) * envelope
    return 0.12 * wave, 0.04 * wave


def _tap(t: Floats, luck: np.random.Generator) -> Floats:
    start = 0.3 * t[-1]
    late = np.clip(t - start, 0.0, None)
    value: Floats = luck.uniform(1.0, 2.0) * np.exp(-late / 0.015) * np.sin(2 * np.pi * 45 * late)
    return value


def _wander(tau: Floats, luck: np.random.Generator) -> Floats:
    """Stray slowly, by about one."""
    total = np.zeros_like(tau)
    for cycles in (0.7, 1.3, 2.1):
        total += luck.normal(0, 0.6) * np.sin(2 * np.pi * (cycles * tau + luck.random()))
    return total


def _first(values: Floats, rate: float) -> Floats:
    out = np.zeros_like(values)
    out[1:-1] = (values[2:] - values[:-2]) * (rate / 2)
    return out


def _second(values: Floats, rate: float) -> Floats:
    out = np.zeros_like(values)
    out[1:-1] = (values[2:] - 2 * values[1:-1] + values[:-2]) * rate**2
    return out
