# SPDX-License-Identifier: Apache-2.0
"""Written sound into sources, and how loud each is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vmote.errors import BadInput
from vmote.scenario import pieces as p
from vmote.scenario import pieces_sound as ps
from vmote.scenario.making import loops, place, rms
from vmote.scenario.signals import scalar, sound
from vmote.scenario.signals.compose import Laid, Mix, Placement
from vmote.scenario.signals.grid import Grid, Source

if TYPE_CHECKING:
    from vmote.scenario.making import Maker

DEFAULT_LEVEL = -26.0  # dBFS: the usual level of speech samples in telephony (ITU-T P.830, measured as in P.56)


def sound_source(maker: Maker, piece: p.Piece, grid: Grid, name: str) -> tuple[Source, float | None]:
    """Make a piece of sound."""
    match piece:
        case ps.Tone():
            return scalar.Analytic(grid, place(piece, None), piece.at, sound.tone(piece.tone, grid.hertz)), None
        case ps.Chirp():
            wave = sound.chirp(piece.chirp, piece.for_ or 1.0)
            return scalar.Analytic(grid, place(piece, None), piece.at, wave), None
        case ps.SoundNoise():
            return sound.noise(grid, piece.noise.colour, 1.0, maker.seed, name), None
        case ps.Click():
            return maker.clip(piece, sound.click(piece.click, grid.hertz), grid)
        case ps.Word():
            from vmote.scenario.speech import Utterance  # noqa: PLC0415

            spec = piece.word
            said = maker.spoken([Utterance(spec.say, spec.voice, spec.speed, spec.pitch)], grid)[0]
            if piece.room:
                said = sound.in_room(said, piece.room, grid.hertz, maker.seed, name)
            return maker.clip(piece, said, grid)
        case ps.Babble():
            from vmote.scenario.signals.babble import babble  # noqa: PLC0415

            length = piece.for_ or max(maker.duration - piece.at, 0.1)
            made = babble(piece.babble.voices, min(length, 60.0), maker.seed, name, grid, maker.spoken)
            starts = loops(piece, grid, len(made), maker.duration) if length > 60.0 else None
            return maker.clip(piece, made, grid, starts)
        case ps.SoundRecording():
            samples = maker.recorded(piece.recording, grid, "sound")
            if piece.room:
                samples = sound.in_room(samples, piece.room, grid.hertz, maker.seed, name)
            return maker.clip(piece, samples, grid)
    raise AssertionError(piece)


def loudness(
    maker: Maker, piece: p.Piece, source: Source, placement: Placement, below: list[Laid], grid: Grid
) -> float:
    """Return the gain that brings a sound to its level, or to its SNR above what lies below it."""
    assert isinstance(piece, ps.SoundPiece)
    if piece.level is None and piece.snr is None and isinstance(piece, ps.SoundRecording):
        return 1.0
    own = rms(source, placement, grid, maker.duration)
    if own <= 0:
        return 1.0
    if piece.snr is None:
        target = 10 ** ((piece.level if piece.level is not None else DEFAULT_LEVEL) / 20)
    else:
        under = rms(Mix(grid, below), placement, grid, maker.duration)
        if under <= 0:
            what = f"the {piece.kind} at {piece.at:g} s has an `snr:` above silence"
            raise BadInput(what, where=f"world.sound[{len(below)}]", hint="write the noise before it in the list")
        target = under * 10 ** (piece.snr / 20)
    # Rounded, so that the order in which a machine adds up squares cannot show.
    return float(f"{target / own:.9g}")
