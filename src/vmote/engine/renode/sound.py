# SPDX-License-Identifier: Apache-2.0
"""Sound for Renode's microphones: a WAV file for each minute, written when the device gets there.

So a world may last a month, and what is said while the device runs is heard.
"""

from __future__ import annotations

from pathlib import Path

from vmote.engine.renode.commands import at
from vmote.engine.renode.wav import write_wav
from vmote.scenario.stimulus import Channel
from vmote.units import NS_PER_S

_HZ = 16_000
_SAMPLE_NS = NS_PER_S // _HZ
_PIECE_NS = 60 * NS_PER_S
# A buffer is asked for when it is full: its beginning lies before the instant at which a piece was given.
_BEFORE_NS = 5 * NS_PER_S
_BEYOND = 2  # samples: there must be a next one to draw a line to


class SoundFeed:
    """Gives microphones their sound as the device goes on; a hand may take it away and give it back."""

    def __init__(self, channel: Channel, microphones: list[str], folder: Path, duration_ns: int) -> None:
        self._channel, self._microphones, self._folder = channel, microphones, folder
        self._duration_ns = duration_ns
        self._until_ns: int | None = 0  # how far sound was given; None while a hand holds it
        self._pieces = 0

    def hold(self) -> None:
        """Give nothing any more: a value is held."""
        self._until_ns = None

    def follow(self) -> None:
        """Give what the channel says, from wherever the device is."""
        self._until_ns = 0

    def ahead(self, now_ns: int, t_ns: int) -> tuple[int, list[str]]:
        """Return how far a device at `now` may go towards `t`, and the commands that give it the sound until there."""
        if self._until_ns is None or now_ns >= self._duration_ns:
            return t_ns, []
        if now_ns < self._until_ns:
            return min(t_ns, self._until_ns), []
        first = max(0, now_ns - _BEFORE_NS) // _SAMPLE_NS
        self._until_ns = min(now_ns + _PIECE_NS, self._duration_ns)
        count = self._until_ns // _SAMPLE_NS - first + _BEYOND
        self._pieces += 1
        path = self._folder / f"sound-{self._pieces}.wav"
        write_wav(path, _HZ, self._channel, first * _SAMPLE_NS, count)
        for older in self._folder.glob("sound-*.wav"):
            if older != path:
                older.unlink()
        commands = [f"{part} FeedSoundFromWav {at(path)} {first * _SAMPLE_NS}" for part in self._microphones]
        return min(t_ns, self._until_ns), commands
