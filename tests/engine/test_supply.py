# SPDX-License-Identifier: Apache-2.0
"""A supply that fails: what it stops, and when."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmote.engine import open_engine
from vmote.engine.base import Limits
from vmote.firmware.build import build
from vmote.platforms import load_board
from vmote.run import Request, execute
from vmote.scenario.stimulus import Fault, Stimulus

pytestmark = pytest.mark.tools


def test_a_led_goes_out_when_the_supply_does(tmp_path: Path) -> None:
    scenario = tmp_path / "sags.yaml"
    scenario.write_text("""
schema: 1
title: The supply sags while the LED is on
device: {app: weather}
duration: 8h
world: {temperature: -3 degC, humidity: 97 %RH}
faults:
  - {fault: brown-out, at: 04:20, for: 10s}
""")
    pins = [pin for pin in execute(Request(scenario)).trace.pins if pin.name == "builtin"]
    assert [pin.on for pin in pins] == [True, False, True]
    assert pins[1].t_ns == 15_600 * 10**9, "not when it is back"


class Heard:
    """What came by the console, and when."""

    def __init__(self) -> None:
        self.console: list[tuple[int, bytes]] = []

    def on_console(self, t_ns: int, text: bytes) -> None:
        self.console.append((t_ns, text))

    def on_pin(self, t_ns: int, name: str, on: bool) -> None: ...

    def on_warning(self, t_ns: int, text: str) -> None: ...


@pytest.mark.parametrize(("name", "at_ms"), [("nano33ble-sense", 12), ("portenta-h7", 32)])
def test_nothing_is_sent_in_the_dark(name: str, at_ms: int) -> None:
    board, heard, engine = load_board(name), Heard(), open_engine("qemu")
    sags = Fault("brown-out", "supply", at_ms * 10**6, (at_ms + 50) * 10**6)
    try:
        image = build(board, "weather").path
        engine.start(board, image, Stimulus({}, 10**9, faults=(sags,)), heard, Limits())
        engine.run_until(10**9)
    finally:
        engine.close()
    cut = [text for t_ns, text in heard.console if t_ns == sags.start_ns]
    assert len(cut) == 1 and not cut[0].endswith(b"\n"), "a line was under way"
    assert not [t_ns for t_ns, _ in heard.console if sags.start_ns < t_ns <= sags.end_ns]
    assert heard.console[-1][1].startswith(b"@sample"), "and it began again"
