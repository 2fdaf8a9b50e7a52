# SPDX-License-Identifier: Apache-2.0
"""What a person can get wrong in a suite, and what the suite tells them. One run of one suite serves all tests."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from vmote.firmware.build import build
from vmote.firmware.elf import open_image
from vmote.platforms import load_board

HERE = Path(__file__).parent

pytestmark = pytest.mark.tools


@pytest.fixture(scope="module")
def ran(play: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("wrong")
    broken = folder / "broken.yaml"
    broken.write_text("schema: 1\ntitle: broken\ndevice: {app: weather}\nduration: 12 hours\nworld: {}\n", "utf-8")
    variables = {"FAULTY": str(_faulty(folder)), "BROKEN": str(broken)}
    return play(HERE / "suites" / "wrong.robot", variables=variables)


def _faulty(folder: Path) -> Path:
    """Return an image that runs into an undefined instruction when it first infers."""
    board = load_board("nano33ble-sense")
    image = open_image(build(board, "weather").path, board)
    symbol = image.symbols["inference_invoke"]
    section = image.sections[".text"]
    data = bytearray(image.data)
    at = section.offset + (symbol.address & ~1) - section.address
    data[at : at + 4] = struct.pack("<HH", 0xDE00, 0xDE00)  # UDF #0
    path = folder / "faulty.elf"
    path.write_bytes(data)
    return path


EXPECTED = {
    "A Unit That Does Not Exist": ["'cyles' in '100 cyles' is not a unit", "did you mean 'cycles'?"],
    "A Unit Of Something Else": ["'h' in '3 h' is a unit of time, not of temperature", "degC"],
    "A Label That The Model Cannot Say": ["the model has no label 'snwo'", "did you mean 'snow'?"],
    "A Wait In Vain": ["the device did not infer 'snow'", "no-snow", "again: vmote test"],
    "A Wait For A Device That Died": ["the device did not infer 'snow'", "fault", "UsageFault"],
    "A Wait Beyond The Scenario": ["the device did not infer 'snow'", "its world is over"],
    "Two Devices At Once": ["a device is running in this test already", "Stop Device"],
    "No Device At All": ["there is no device in this test yet", "Play Scenario"],
    "A Hand In A Film": ["the scenario was played to its end", "Start Device    scenario="],
    "A Scenario That Does Not Exist": ["there is no scenario 'weather/snowfront'", "weather/snow-front"],
    "A Scenario That Does Not Parse": ["broken.yaml:4:1: duration: 'hours' in '12 hours' is not a unit"],
    "An Image That Is Missing": ["nowhere.elf: there is no such image", "vmote build"],
    "An Engine That Does Not Exist": ["there is no engine 'qmeu'", "did you mean 'qemu'?"],
    "A Patience That Is No Time": ["PATIENCE: 'soon' is not a time", "such as PATIENCE:20min"],
    "A Patience That Is Too Short": ["wall", "more than 0.001 s of wall-clock time"],
    "A Board That Does Not Exist": ["there is no board 'nano33-sense'", "did you mean 'nano33ble-sense'?"],
    "A Part That Does Not Exist": ["nano33ble-sense has no part 'hts222'", "did you mean 'hts221'?"],
    "A Fault That Does Not Exist": ["there is no sensor fault 'nak'", "did you mean 'nack'?"],
    "An Argument That Does Not Exist": ["there is no argument 'fro'", "did you mean 'for'?"],
    "Clocks Of A Fault That Has None": ["`clocks` belongs to the fault hold-bus"],
    "Clocks That Are Too Many": ["clocks='10' is no number from 1 to 9"],
    "A Level Of A Fault That Has None": ["`value` belongs to the faults stuck-bits and out-of-range"],
    "A Share Above One": ["'90' is no share of a whole"],
    "An LED That Does Not Exist": ["has no LED 'purple'", "builtin"],
    "A Silence That Proves Nothing": ["the device inferred nothing", "its silence proves nothing"],
    "A Time That Is Past": ["is past, it is 2h 00min", "counts from reset"],
    "An App That Does Not Listen": ["the app weather does not listen"],
}


@pytest.mark.parametrize("name", EXPECTED)
def test_it_is_said(ran: Any, name: str) -> None:
    test = ran[name]
    assert test.status == "FAIL"
    for words in EXPECTED[name]:
        assert words in test.message
    assert "Traceback" not in test.message


def test_each_test_of_the_suite_is_expected(ran: Any) -> None:
    assert {test.name for test in ran.summary.tests} == set(EXPECTED)
    assert ran.summary.code == 1


@pytest.mark.parametrize("name", ["A Wait For A Device That Died", "A Wait Beyond The Scenario"])
def test_a_wait_ends_when_it_is_in_vain(ran: Any, name: str) -> None:
    # A fortnight of this device takes three seconds and more; what is left of it once it is dead takes none.
    assert ran[name].seconds < 2.5


def test_the_log_shows_the_cause(ran: Any) -> None:
    log = ran.log
    vain = log[log.index('name="A Wait In Vain"') : log.index('name="A Wait For A Device That Died"')]
    assert '&lt;svg class="picture"' in vain, "the picture around the moment"
    assert "temperature (°C)" in vain
    assert "@infer n=" in vain, "the console's last lines"
    assert "wrong.robot --test 'A Wait In Vain'" in vain, "the command that does it again"
    assert "UsageFault" in log, "a fault's registers and place"


def test_a_table_for_the_job_page(ran: Any) -> None:
    table = ran.summary.markdown()
    assert f"0 of {len(EXPECTED)} tests passed, {len(EXPECTED)} failed" in table
    assert "| ❌ | A Hand In A Film |" in table
