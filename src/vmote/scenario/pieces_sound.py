# SPDX-License-Identifier: Apache-2.0
"""The pieces of sound. A level is RMS against full scale: a sine of amplitude 1 has -3 dBFS."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from vmote.scenario.pieces import Colour, Gap, Piece, RecordingSpec, file_alone, kind_of
from vmote.scenario.written import Frequency, Level, Number, Ratio, Share, Span, Words, many, nothing_said, problem

Speed = Annotated[int, Field(ge=80, le=450)]  # words a minute, espeak-ng's own limits
Pitch = Annotated[int, Field(ge=0, le=99)]


class Room(Words):
    """Walls: an echo that dies away."""

    reverb: Span  # until it has fallen by 60 dB
    wet: Share = 0.3  # how much of what is heard came by the walls


class SoundPiece(Piece):
    """A piece of sound: at a level of its own, or at an SNR above what is written before it."""

    family: ClassVar[str] = "sound"
    level: Level | None = None
    snr: Ratio | None = None

    @model_validator(mode="after")
    def _one_loudness(self) -> SoundPiece:
        if self.level is not None and self.snr is not None:
            raise problem("`level:` and `snr:` cannot both be", "keep one of them")
        return self


class ToneSpec(Words):
    """A steady tone and its harmonics."""

    frequency: Frequency
    harmonics: Annotated[list[Number], Field(max_length=64, default_factory=list)]  # amplitudes of the 2nd, 3rd, …


class Tone(SoundPiece):
    """A steady tone."""

    kind = "tone"
    tone: ToneSpec


class ChirpSpec(Words):
    """A tone that glides."""

    from_: Frequency
    to: Frequency
    shape: Literal["linear", "logarithmic"] = "linear"


class Chirp(SoundPiece):
    """A tone that glides from one frequency to another over `for`."""

    kind = "chirp"
    chirp: ChirpSpec

    @model_validator(mode="after")
    def _ends(self) -> Chirp:
        if self.for_ is None:
            raise problem("a chirp needs to end", "give it `for:`")
        return self


class SoundNoiseSpec(Words):
    """Noise of a colour."""

    colour: Colour = "white"


def _colour_alone(value: object) -> object:
    return {"colour": value} if isinstance(value, str) else value


class SoundNoise(SoundPiece):
    """Noise: `noise: pink`."""

    kind = "noise"
    noise: Annotated[SoundNoiseSpec, BeforeValidator(_colour_alone)]


class ClickSpec(Words):
    """A short knock."""

    frequency: Frequency = 2000.0
    decay: Span = 0.005


class Click(SoundPiece):
    """A knock: a tone that dies at once."""

    kind = "click"
    click: Annotated[ClickSpec, BeforeValidator(nothing_said)]


class WordSpec(Words):
    """What is said, and by whom."""

    say: Annotated[str, Field(min_length=1, max_length=400)]
    voice: Annotated[str, Field(pattern=r"^[A-Za-z0-9_+/-]{1,40}$")] = "en-us"
    speed: Speed = 160
    pitch: Pitch = 50


def _said_alone(value: object) -> object:
    if isinstance(value, bool):
        raise problem(f"{str(value).lower()} is a truth value, not a word", f'quote it: "{str(value).lower()}"')
    return {"say": value} if isinstance(value, str) else value


class Word(SoundPiece):
    """A word or a sentence, spoken by a synthetic voice; its truth is the word."""

    kind = "word"
    word: Annotated[WordSpec, BeforeValidator(_said_alone)]
    room: Room | None = None

    def known_truth(self) -> str | None:
        """Return the word, where it is one."""
        said = self.word.say.strip().lower()
        return said if len(said) <= 40 and not any(c in " \t\n,=\"'" for c in said) else None


class BabbleSpec(Words):
    """Many voices at once."""

    voices: Annotated[int, Field(ge=1, le=24)] = 6


class Babble(SoundPiece):
    """People talking among each other, none of them to the device."""

    kind = "babble"
    babble: Annotated[BabbleSpec, BeforeValidator(nothing_said)]


class SoundRecording(SoundPiece):
    """A recorded sound: `recording: room.wav`."""

    kind = "recording"
    recording: Annotated[RecordingSpec, BeforeValidator(file_alone)]
    room: Room | None = None


SOUND_KINDS = ("tone", "chirp", "noise", "click", "word", "babble", "recording", "gap")

SoundSignal = Annotated[
    list[
        Annotated[
            Annotated[Tone, Tag("<tone>")]
            | Annotated[Chirp, Tag("<chirp>")]
            | Annotated[SoundNoise, Tag("<noise>")]
            | Annotated[Click, Tag("<click>")]
            | Annotated[Word, Tag("<word>")]
            | Annotated[Babble, Tag("<babble>")]
            | Annotated[SoundRecording, Tag("<recording>")]
            | Annotated[Gap, Tag("<gap>")],
            Discriminator(lambda value: kind_of(value, SOUND_KINDS)),
        ]
    ],
    BeforeValidator(many),
    Field(max_length=10_000),
]
