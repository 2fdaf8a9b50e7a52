# SPDX-License-Identifier: Apache-2.0
"""Runs that never happened: a device that is told what to say, in a world that was rendered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from vmote import checks
from vmote.console import Console
from vmote.engine.base import Counters, End, Stop
from vmote.firmware.card import load_model
from vmote.firmware.packing import pack_card, unpack_card
from vmote.golden.seen import Sight
from vmote.platforms import load_board
from vmote.run import Request, Run
from vmote.scenario.loading import loads
from vmote.scenario.rendering import render
from vmote.trace import Identity, Trace

WORLDS = {
    "weather": ("snow", "12h", "{temperature: -1 degC, humidity: {sine: {amplitude: 20 %RH, period: 6h}}}"),
    "motion": ("motion", "20s", "{motion: {gesture: wing, at: 8s}}"),
    "keyword": ("keyword", "6s", "{sound: [{noise: pink, level: -50 dBFS}, "
                                 "{tone: {frequency: 1 kHz}, at: 2.2s, for: 500ms, level: -20 dBFS}]}"),
}  # fmt: skip


@pytest.fixture
def pretend(tmp_path: Path) -> Callable[..., Run]:
    """Return a function that makes the run of an app which said these lines, each with its time in seconds."""

    def make(app: str, said: Sequence[tuple[float, str]], expect: str, truth: str = "[]", more: str = "") -> Run:
        name, duration, world = WORLDS[app]
        card = load_model(name)
        text = (
            f"schema: 1\ntitle: A pretended run\nabout: It says `snow`, and <i>nothing</i> else.\n"
            f"device: {{app: {app}}}\nduration: {duration}\n{more}\nworld: {world}\ntruth: {truth}\nexpect: {expect}\n"
        )
        path = tmp_path / "pretended.yaml"
        path.write_text(text, encoding="utf-8")
        scenario = loads(text, path)
        stimulus = render(scenario)
        console = Console()
        for t, line in said:
            console.feed(round(t * 1e9), line.encode() + b"\n")
        identity = Identity("nano33ble-sense", app, "baremetal", "native", name, "qemu", "10", "pretended", "0", "0")
        trace = Trace(
            identity, Stop(End.TIME, scenario.duration_ns), Counters(1, 1), tuple(console.lines), tuple(console.records)
        )
        packed = unpack_card(pack_card(card, card.path.read_bytes()))
        sight = Sight(trace, stimulus, packed, card.path)
        verdict = checks.judge(scenario, trace, stimulus.truth, stimulus.faults, stimulus, sight.of)
        board = load_board("nano33ble-sense")
        return Run(Request(path), board, scenario, stimulus, trace, verdict, {}, card.labels, sight)

    return make
