# SPDX-License-Identifier: Apache-2.0
"""Sound goes to Renode a minute at a time, read without Renode."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from vmote.engine.renode.commands import at
from vmote.engine.renode.feeds import Feeds
from vmote.platforms import load_board
from vmote.scenario.stimulus import Stimulus

BOARD = load_board("nano33ble-sense")
S = 1_000_000_000
MICROPHONE = "sysbus.pdm.microphone"


class Tone:
    """Louder than full scale now and then."""

    def value_at(self, t_ns: int) -> float:
        return float(self.samples(t_ns, 1.0, 1)[0])

    def samples(self, start_ns: int, rate_hz: float, count: int) -> np.ndarray:
        return np.sin((start_ns / S + np.arange(count) / rate_hz) * 440) * 2


def feeds_of(folder: Path, seconds: int) -> Feeds:
    feeds = Feeds(BOARD, Stimulus({"sound": Tone()}, seconds * S), folder)
    assert not any(MICROPHONE in command for command in feeds.begin())  # it is given when it is due
    return feeds


def given(commands: list[str]) -> tuple[int, np.ndarray]:
    """Return from when on a microphone was given what."""
    (command,) = commands
    part, method, path, start_ns = command.split()
    assert (part, method) == (MICROPHONE, "FeedSoundFromWav")
    with wave.open(path.removeprefix("@")) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 4, 16000)
        return int(start_ns), np.frombuffer(file.readframes(10**7), dtype="<i4") / 2**31


def test_sound_becomes_a_file_that_anybody_can_play(tmp_path: Path) -> None:
    until_ns, commands = feeds_of(tmp_path, 3).ahead(0, 10 * S)
    assert until_ns == 3 * S
    assert commands == [f"{MICROPHONE} FeedSoundFromWav {at(tmp_path / 'sound-1.wav')} 0"]
    start_ns, read = given(commands)
    assert start_ns == 0 and len(read) >= 48001
    assert read == pytest.approx(np.clip(Tone().samples(0, 16000, len(read)), -1, 1), abs=1e-9)


def test_a_month_of_sound_comes_by_the_minute(tmp_path: Path) -> None:
    feeds = feeds_of(tmp_path, 30 * 24 * 3600)
    until_ns, commands = feeds.ahead(0, 86400 * S)
    assert until_ns == 60 * S and commands
    assert feeds.ahead(59 * S, 86400 * S) == (60 * S, [])
    assert feeds.ahead(10 * S, 20 * S) == (20 * S, [])
    until_ns, commands = feeds.ahead(60 * S, 86400 * S)
    assert until_ns == 120 * S
    start_ns, read = given(commands)
    assert start_ns < 60 * S, "a buffer that is being filled began before"
    assert start_ns + len(read) * 62_500 > until_ns, "there is a next sample to draw a line to"
    assert read == pytest.approx(np.clip(Tone().samples(start_ns, 16000, len(read)), -1, 1), abs=1e-9)
    assert len(list(tmp_path.glob("sound-*.wav"))) == 1


def test_a_hand_takes_it_away_and_gives_it_back(tmp_path: Path) -> None:
    feeds = feeds_of(tmp_path, 3600)
    feeds.ahead(0, 3600 * S)
    assert feeds.hold("sound", 0.25) == [f"{MICROPHONE} Sound 0.250000000"]
    assert feeds.ahead(70 * S, 3600 * S) == (3600 * S, [])
    assert feeds.follow("sound") == []
    until_ns, commands = feeds.ahead(70 * S + 1, 3600 * S)
    assert until_ns == 130 * S + 1
    assert given(commands)[0] % 62_500 == 0, "pieces lie on the grid of the sound"
