# SPDX-License-Identifier: Apache-2.0
"""Words, other words, talk and noise from synthetic voices, one second at a time: the data of the keyword models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from vmote.scenario import pieces_sound as pieces
from vmote.scenario.signals import sound
from vmote.scenario.signals.grid import Floats, Grid
from vmote.scenario.speech import ACCENTS, VARIANTS, Utterance, speak

RATE = 16_000
LABELS = ("silence", "unknown", "yes", "no")
SILENCE, OTHER, YES, NO = range(4)

# Voices by variant, so that a held-out voice has been heard in no accent at all.
_HELD_OUT = {
    "validation": ("+m5", "+f4", "+klatt4", "+edward", "+paul"),
    "test": ("+m4", "+m7", "+f2", "+f5", "+klatt2", "+Annie", "+belinda", "+iven", "+steph", "+zac"),
}
VOICES: dict[str, tuple[str, ...]] = {
    "train": tuple(v for v in VARIANTS if not any(v in held for held in _HELD_OUT.values())),
    **_HELD_OUT,
}

# Words that are neither yes nor no; the test set's were never said in training. Homophones (know) are left out.
WORDS = {
    "train": (
        "up", "down", "left", "right", "on", "off", "stop", "go", "zero", "one", "two", "three", "four", "five", "six",
        "seven", "eight", "nine", "bird", "cat", "dog", "tree", "house", "happy", "marvin", "wow", "yeah", "yet",
        "yell", "less", "guess", "chess", "dress", "best", "now", "note", "nose", "node", "low", "row", "so",
        "toe", "snow", "nobody", "piano", "visual", "forward", "learn", "follow", "nine hundred", "necklace",
        "yesterday", "gnome", "mess", "west", "us", "is", "neck", "new", "knee", "nap", "more", "door", "blow",
        "though", "open", "over",
    ),
    "validation": ("backward", "bed", "sheila", "press", "yard", "known", "grow", "music", "lamp", "window", "desk"),
    "test": (
        "table", "river", "yellow", "noble", "nope", "north", "show", "slow", "mother", "guest", "bless",
        "garden", "seventeen", "water", "light", "lesson", "motor", "number", "yonder", "text", "phone",
    ),
}  # fmt: skip

TALK = {
    "train": (
        "the quick brown fox jumps over the lazy dog while the sun is setting behind the hills",
        "please turn the lights in the kitchen off before you leave the house in the morning",
        "my sister bought a loaf of bread and some butter at the market on the corner",
        "tomorrow the weather will be cloudy with a little rain in the late afternoon",
        "he opened the window and looked at the street where children played with a ball",
        "this machine has three motors and each of them turns at a different speed",
        "we should meet at the station at half past seven and take the train together",
        "a good book is like a garden that you carry with you in your pocket",
        "the engineer measured the voltage twice and wrote the result into a table",
        "there are many islands in this lake but only two of them have people on them",
    ),
    "validation": (
        "the postman brought a letter from a friend who lives far away by the sea",
        "put the blue box under the shelf and bring me the long ladder",
    ),
    "test": (
        "last winter the river froze and we walked across it to the old mill",
        "her uncle repairs watches in a small shop beside the railway bridge",
        "if you add a spoon of sugar the tea will taste much better",
        "the museum shows paintings of ships, harbours and storms from two centuries",
        "our teacher asked us to draw a map of the village with all its streets",
        "after the concert they waited for the bus and talked about the music",
    ),
}
LEVELS = (-40.0, -14.0)  # dBFS, of what is said
NOISES = ("white", "pink", "brown", "babble", "hum", "knocks", "reverberant talk")
Tick = Callable[[float, str], None]


@dataclass
class Bank:
    """All that is said in one set."""

    which: str
    rng: np.random.Generator
    pitches: tuple[int, int] = (25, 75)
    words: dict[int, list[Floats]] = field(default_factory=dict)
    talk: list[Floats] = field(default_factory=list)
    noise: dict[str, Floats] = field(default_factory=dict)

    @classmethod
    def make(
        cls,
        which: str,
        seed: int,
        per_word: int,
        others: int,
        talks: int,
        tick: Tick,
        sentences: tuple[str, ...] = (),
    ) -> Bank:
        """Have everything said; what was said before comes from the cache. The sentences: the set's own, or others."""
        bank = cls(which, np.random.default_rng([seed, list(VOICES).index(which)]))
        if which == "train":
            bank.pitches = (5, 95)
        wanted: list[tuple[int, Utterance]] = []
        for label, word in ((YES, "yes"), (NO, "no")):
            wanted += [(label, bank._utterance(word)) for _ in range(per_word)]
        wanted += [(OTHER, bank._utterance(str(bank.rng.choice(WORDS[which])))) for _ in range(others)]
        wanted += [(-1, bank._utterance(str(bank.rng.choice(sentences or TALK[which])))) for _ in range(talks)]
        step = 128
        for low in range(0, len(wanted), step):
            tick(low / len(wanted), f"voices, {which} {low}/{len(wanted)}")
            part = wanted[low : low + step]
            for (label, _), said in zip(part, speak([u for _, u in part], RATE), strict=True):
                (bank.talk if label < 0 else bank.words.setdefault(label, [])).append(unit(said))
        bank._make_noise()
        return bank

    def _utterance(self, text: str) -> Utterance:
        rng = self.rng
        voice = str(rng.choice(ACCENTS)) + str(rng.choice(VOICES[self.which]))
        return Utterance(text, voice, int(rng.integers(110, 220)), int(rng.integers(*self.pitches)))

    def _make_noise(self) -> None:
        seconds = 60
        seed = int(self.rng.integers(1 << 31))
        grid = Grid(Fraction(RATE), seconds * RATE)
        for colour in ("white", "pink", "brown"):
            source = sound.noise(grid, colour, 1.0, seed, colour)
            self.noise[colour] = unit(np.concatenate([source.block(k) for k in range(grid.blocks)])[: grid.count])
        babble = np.zeros(grid.count)
        for k in range(6):
            voice = np.concatenate([self.talk[int(i)] for i in self.rng.integers(0, len(self.talk), 12)])
            babble += np.resize(np.roll(voice, int(self.rng.integers(len(voice)))), grid.count) * (0.6 + 0.08 * k)
        self.noise["babble"] = unit(babble)
        t = np.arange(grid.count) / RATE
        hum = sum(np.sin(2 * np.pi * 50 * n * t + n) / n**0.7 for n in range(1, 30))
        self.noise["hum"] = unit(np.asarray(hum) + 0.3 * self.noise["white"])
        knocks = np.zeros(grid.count)
        for at in self.rng.integers(0, grid.count - RATE // 4, 150):
            ring = np.arange(RATE // 8) / RATE
            decay, pitch = self.rng.uniform(0.002, 0.02), self.rng.uniform(300, 4000)
            knocks[at : at + len(ring)] += np.exp(-ring / decay) * np.sin(2 * np.pi * pitch * ring)
        self.noise["knocks"] = unit(knocks)
        room = pieces.Room.model_construct(reverb=0.4, wet=0.6)
        far = np.concatenate([self.talk[int(i)] for i in self.rng.integers(0, len(self.talk), 16)])
        self.noise["reverberant talk"] = unit(np.resize(sound.in_room(far, room, RATE, seed, "far"), grid.count))


def unit(samples: Floats) -> Floats:
    """Scale to an RMS of 1."""
    return samples / max(float(np.sqrt(np.mean(samples**2))), 1e-9)


@dataclass
class Mixer:
    """Puts seconds together: something said, at a level, somewhere in the second, over a noise."""

    bank: Bank
    length: int  # samples of a window
    rng: np.random.Generator
    warp: float = (
        0.0  # how far a voice may be made larger or smaller: pitch, formants and pace together, as a logarithm
    )

    def window(self, label: int, snr: tuple[float, float], *, inside: float = 1.0) -> NDArray[np.int16]:
        """Return one window; `inside` is the share of the word within it."""
        rng = self.rng
        level = 10 ** (rng.uniform(*LEVELS) / 20)
        noise = self._noise(str(rng.choice(NOISES))) * level * 10 ** (-rng.uniform(*snr) / 20)
        if label == SILENCE:
            return self._sampled(self._silence(noise))
        kind = rng.random() if label == OTHER else 1.0
        if kind < 0.15:  # talk from afar and among many is talk, too
            far = self._noise(str(rng.choice(["babble", "reverberant talk"])))
            return self._sampled(far * level + noise * 10 ** (-6 / 20))
        if kind < 0.5:
            said, start = self.bank.talk[int(rng.integers(len(self.bank.talk)))], 0
            said = said[int(rng.integers(0, max(1, len(said) - self.length))) :]
        else:
            clips = self.bank.words[label]
            said = self._warped(clips[int(rng.integers(len(clips)))])
            start = self._start(len(said), inside)
        said = self._coloured(said)
        out = noise
        a, b = max(start, 0), min(start + len(said), self.length)
        out[a:b] += level * said[a - start : b - start]
        return self._sampled(out)

    def _warped(self, said: Floats) -> Floats:
        if not self.warp:
            return said
        pace = float(np.exp(self.rng.uniform(-self.warp, self.warp)))
        return np.interp(np.arange(0, len(said) - 1, pace), np.arange(len(said)), said)

    def _start(self, count: int, inside: float) -> int:
        room = self.length - count
        if inside < 1.0:
            hidden = round((1.0 - inside) * count)
            return -hidden if self.rng.random() < 0.5 else room + hidden
        return int(self.rng.integers(0, room)) if room > 0 else room // 2

    def _noise(self, name: str) -> Floats:
        bed = self.bank.noise[name]
        start = int(self.rng.integers(0, len(bed) - self.length))
        return bed[start : start + self.length].copy()

    def _silence(self, noise: Floats) -> Floats:
        kind = self.rng.random()
        if kind < 0.05:
            return np.zeros(self.length)
        name = str(self.rng.choice(["white", "pink", "brown", "hum", "knocks"]))
        return self._noise(name) * 10 ** (self.rng.uniform(-75, -15) / 20)

    def _coloured(self, said: Floats) -> Floats:
        """Let the voice come through a microphone that tilts the spectrum a little, and perhaps a room."""
        said = lfilter([1.0, float(self.rng.uniform(-0.35, 0.35))], [1.0], said)
        if self.rng.random() < 0.3:
            room = pieces.Room.model_construct(
                reverb=float(self.rng.uniform(0.1, 0.5)), wet=float(self.rng.uniform(0.1, 0.5))
            )
            said = sound.in_room(said, room, RATE, int(self.rng.integers(1 << 31)), "room")[: len(said) + RATE // 10]
        return unit(said)

    def _sampled(self, out: Floats) -> NDArray[np.int16]:
        out = out + self.rng.normal(0, 10 ** (-86 / 20), len(out))  # a microphone's own noise
        out = out + self.rng.uniform(-0.003, 0.003)  # and its offset
        return np.clip(np.rint(out * 32768), -32768, 32767).astype(np.int16)


def stream(bank: Bank, seconds: int, kind: str, rng: np.random.Generator) -> NDArray[np.int16]:
    """Return a long stretch in which nobody says a keyword: `noise` of all kinds, or `talk` with little noise."""
    out = np.zeros(seconds * RATE)
    at = 0
    while at < len(out):
        if kind == "noise":
            part = bank.noise[str(rng.choice(NOISES))]
            start = int(rng.integers(0, len(part) - 8 * RATE))
            part = part[start : start + 8 * RATE] * 10 ** (rng.uniform(-60, -15) / 20)
        else:
            part = bank.talk[int(rng.integers(len(bank.talk)))] * 10 ** (rng.uniform(*LEVELS) / 20)
            part = np.concatenate([part, np.zeros(int(rng.uniform(0.1, 0.8) * RATE))])
        part = part[: len(out) - at]
        out[at : at + len(part)] = part
        at += len(part)
    if kind == "talk":
        out += np.resize(bank.noise["pink"], len(out)) * 10 ** (-50 / 20)
    return np.clip(np.rint(out * 32768), -32768, 32767).astype(np.int16)
