# SPDX-License-Identifier: Apache-2.0
"""The pieces of motion: what a hand, a body or a machine does to an accelerometer and a gyroscope."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from vmote.scenario.pieces import Piece, kind_of
from vmote.scenario.written import (
    Accel,
    Angle,
    Frequency,
    Length,
    Number,
    Share,
    Span,
    Words,
    many,
    nothing_said,
    problem,
)

Axis = Literal["x", "y", "z"]
MOTION_RATE_FAST = 10_000.0  # Hz, at which motion is laid out where a machine vibrates
GESTURES = ("wing", "ring", "slope", "line", "wave", "shake", "tap")
Gestures = Literal["wing", "ring", "slope", "line", "wave", "shake", "tap"]
FACES = ("face-up", "face-down", "left-edge", "right-edge", "top-edge", "bottom-edge")


class RestSpec(Words):
    """How the device lies: rotated by roll about x, then pitch about y, from lying face up."""

    roll: Angle = 0.0
    pitch: Angle = 0.0


FACE_ANGLES: dict[str, tuple[float, float]] = {
    "face-up": (0, 0), "face-down": (180, 0), "left-edge": (0, 90), "right-edge": (0, -90), "top-edge": (-90, 0),
    "bottom-edge": (90, 0),
}  # fmt: skip


def _face(value: object) -> object:
    if isinstance(value, str):
        from vmote.errors import nearest  # noqa: PLC0415

        if value not in FACE_ANGLES:
            raise problem(f"the device cannot lie {value!r}", nearest(value, FACE_ANGLES))
        roll, pitch = FACE_ANGLES[value]
        return {"roll": f"{roll} deg", "pitch": f"{pitch} deg"}
    return value


class Rest(Piece):
    """The device lies still, and turns smoothly there from how it lay before: `rest: face-up`."""

    kind = "rest"
    rest: Annotated[RestSpec, BeforeValidator(_face)]
    over: Span = 0.5  # how long the turn takes


class GestureSpec(Words):
    """A gesture and who makes it."""

    name: Gestures
    size: Length = 0.3  # how wide it is drawn
    person: Annotated[int, Field(ge=0, le=1_000_000)] = 0  # whose hand: proportions, tilt, wrist, tremor
    sloppy: Share = 0.15  # how far a hand strays from the ideal path
    mirrored: bool = False  # the other hand


def _name_alone(value: object) -> object:
    if isinstance(value, str):
        value = {"name": value}
    if isinstance(value, dict) and "name" in value and value["name"] not in GESTURES:
        from vmote.errors import nearest  # noqa: PLC0415

        raise problem(f"there is no gesture {value['name']!r}", nearest(str(value["name"]), GESTURES))
    return value


class Gesture(Piece):
    """A gesture in the air, drawn in `for` (1.2 s by itself): `gesture: wing`; its truth is its name."""

    kind = "gesture"
    gesture: Annotated[GestureSpec, BeforeValidator(_name_alone)]

    def known_truth(self) -> str | None:
        """Return the gesture's name."""
        return self.gesture.name


class WalkingSpec(Words):
    """Somebody carries the device."""

    cadence: Frequency = 1.9  # steps a second
    strength: Accel = 0.25  # of a step's bounce
    where: Literal["hand", "pocket", "wrist"] = "hand"
    person: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Walking(Piece):
    """Walking; its truth is `walk`."""

    kind = "walking"
    walking: Annotated[WalkingSpec, BeforeValidator(nothing_said)]

    def known_truth(self) -> str | None:
        """Return what walking is called."""
        return "walk"


class TremorSpec(Words):
    """What a hand that holds still does."""

    sd: Accel = 0.01


class Tremor(Piece):
    """A hand that holds the device: small, slow noise on every axis."""

    kind = "tremor"
    tremor: Annotated[TremorSpec, BeforeValidator(nothing_said)]


class Bearing(Words):
    """A rolling bearing with a fault: each passage over it rings the structure."""

    fault: Literal["outer", "inner", "ball", "cage"]
    severity: Accel = 0.5  # of one impulse
    balls: Annotated[int, Field(ge=3, le=60)] = 9
    ratio: Annotated[Number, Field(gt=0, lt=0.9)] = 0.25  # ball diameter to pitch diameter
    contact: Angle = 0.0  # contact angle
    resonance: Frequency = 2500.0
    decay: Span = 0.0015
    slip: Share = 0.01  # how much the period of the passages wanders


class VibrationSpec(Words):
    """A machine that turns."""

    speed: Frequency
    harmonics: Annotated[list[Accel], Field(min_length=1, max_length=32)]  # amplitudes at 1×, 2×, … the speed
    unsteady: Share = 0.002  # how much the speed wanders
    bearing: Bearing | None = None


class Vibration(Piece):
    """A machine's vibration along an axis; with a faulty bearing its truth is the fault."""

    kind = "vibration"
    vibration: VibrationSpec
    axis: Axis = "z"

    @model_validator(mode="after")
    def _audible(self) -> Vibration:
        top = self.vibration.bearing.resonance if self.vibration.bearing else self.vibration.speed
        if top > MOTION_RATE_FAST / 2.5:
            raise problem(f"{top:g} Hz is faster than motion is laid out", f"stay below {MOTION_RATE_FAST / 2.5:g} Hz")
        return self

    def known_truth(self) -> str | None:
        """Return the bearing's fault."""
        return self.vibration.bearing.fault if self.vibration.bearing else None


MOTION_KINDS = ("rest", "gesture", "walking", "tremor", "vibration")

MotionSignal = Annotated[
    list[
        Annotated[
            Annotated[Rest, Tag("<rest>")]
            | Annotated[Gesture, Tag("<gesture>")]
            | Annotated[Walking, Tag("<walking>")]
            | Annotated[Tremor, Tag("<tremor>")]
            | Annotated[Vibration, Tag("<vibration>")],
            Discriminator(lambda value: kind_of(value, MOTION_KINDS)),
        ]
    ],
    BeforeValidator(many),
    Field(min_length=1, max_length=10_000),
]
