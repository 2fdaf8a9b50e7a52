# SPDX-License-Identifier: Apache-2.0
"""The port's images, executed: built in the workspace of ZEPHYR_BASE, or ready ones out of VMOTE_ZEPHYR_IMAGES.

VMOTE_ZEPHYR_IMAGES names a folder with vmote-apps/<board>-<app>-zephyr-<runtime>[-<kernels>].elf, each the base.elf of
the build folder of that name.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest

from vmote.errors import Missing
from vmote.firmware.build import build
from vmote.firmware.card import load_model
from vmote.firmware.elf import open_image
from vmote.firmware.insert import with_model
from vmote.platforms import load_board, project_root
from vmote.run import Request, Run, execute
from vmote.verdict import Outcome

from .conftest import WORKSPACE

pytestmark = pytest.mark.tools
SCENARIOS = {"weather": "weather/snow-front", "motion": "motion/three-gestures", "keyword": "audio/yes-and-no"}
MODELS = {"weather": "snow", "motion": "motion", "keyword": "keyword"}
RUNTIMES = {"native": ("native", None), "tflm": ("tflm", "cmsis-nn")}


def image_of(board: str, app: str, runtime: str, kernels: str | None, place: Path) -> Path:
    """Return an image with its model: a ready one, or one that is built now."""
    name = f"{board}-{app}-zephyr-{runtime}" + (f"-{kernels}" if kernels else "")
    ready = Path(os.environ.get("VMOTE_ZEPHYR_IMAGES", "/nonexistent")) / "vmote-apps" / f"{name}.elf"
    if ready.is_file():
        where, card = load_board(board), load_model(MODELS[app])
        return with_model(open_image(ready, where), where, card.path, card, place / f"{name}.elf").path
    if not os.environ.get("ZEPHYR_BASE"):
        pytest.skip(f"{WORKSPACE}; or set VMOTE_ZEPHYR_IMAGES to a folder with vmote-apps/{name}.elf")
    try:
        return build(load_board(board), app, "zephyr", runtime, kernels=kernels).path
    except Missing as missing:
        if runtime == "native":
            raise
        pytest.skip(str(missing))


@cache
def bare_metal(app: str, board: str) -> Run:
    return execute(Request(scenario(app), board=board, app=app))


def scenario(app: str) -> Path:
    return project_root() / "scenarios" / f"{SCENARIOS[app]}.yaml"


@pytest.mark.parametrize("runtime", RUNTIMES)
@pytest.mark.parametrize("app", SCENARIOS)
@pytest.mark.parametrize("board", ["nano33ble-sense", "portenta-h7"])
def test_meets_the_scenario_and_equals_tflm_on_the_host(board: str, app: str, runtime: str, tmp_path: Path) -> None:
    image = image_of(board, app, *RUNTIMES[runtime], tmp_path)
    run = execute(Request(scenario(app), board=board, app=app, image=image, trace=True))
    failed = [f"{check.expected}: {check.happened}" for check in run.verdict.checks if check.outcome is Outcome.FAIL]
    # Words that a runtime of more instructions is not held to: the budgets are the bare-metal image's.
    failed = [text for text in failed if not text.startswith("at most")]
    assert not failed, failed
    golden = next(check for check in run.verdict.checks if check.name == "golden")
    assert golden.outcome is Outcome.PASS, golden.happened
    boot = run.trace.of("boot")[0]
    assert (boot.text("port"), boot.text("runtime"), boot.text("board")) == ("zephyr", runtime, board)
    if app == "weather":  # an hour between two readings: both ports see the same world
        told = [(r.text("in"), r.text("out"), r.text("label")) for r in run.trace.of("infer")]
        bare = [(r.text("in"), r.text("out"), r.text("label")) for r in bare_metal(app, board).trace.of("infer")]
        assert told == bare and len(told) == 10


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_operators_are_told_as_the_bare_metal_port_tells_them(runtime: str, tmp_path: Path) -> None:
    image = image_of("nano33ble-sense", "weather", *RUNTIMES[runtime], tmp_path)
    run = execute(Request(scenario("weather"), image=image, profile=True))
    bare = execute(Request(scenario("weather"), profile=True))
    keys = ("n", "index", "name", "shape", "macs", "crc")
    told = [[record.text(key) for key in keys] for record in run.trace.of("operator")]
    assert told and told == [[record.text(key) for key in keys] for record in bare.trace.of("operator")]
    assert all(record.integer("cycles") for record in run.trace.of("operator"))


@pytest.mark.parametrize("app", SCENARIOS)
def test_the_cards_arena_is_what_tflm_takes(app: str, tmp_path: Path) -> None:
    image = image_of("nano33ble-sense", app, "tflm", "cmsis-nn", tmp_path)
    run = execute(Request(scenario(app), image=image))
    used, size = run.trace.of("boot")[0].text("arena").split("/")
    card = load_model(MODELS[app])
    assert card.arena <= int(used) <= int(size)
    if not card.arena_tflm:
        pytest.skip(f"{card.folder / 'model.yaml'} does not say it yet: write arena_tflm: {used}")
    assert int(used) == card.arena_tflm
