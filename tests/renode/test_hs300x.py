# SPDX-License-Identifier: Apache-2.0
"""The HS300x on a board of one's own: in Renode it says what it says in the qemu engine, fault by fault."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from vmote.engine import open_engine
from vmote.engine.base import Limits
from vmote.engine.renode.commands import at
from vmote.engine.renode.faults import changes
from vmote.engine.renode.feeds import Feeds
from vmote.engine.renode.found import Found
from vmote.engine.renode.server import Server
from vmote.platforms import Board, load_board, project_root
from vmote.scenario.stimulus import Channel, Fault, Stimulus

NANO = load_board("nano33ble-sense")
IMAGES = Path(__file__).parents[1] / "engine/images"
MS = 1_000_000
FAULTS = [
    Fault("nack", "hs300x", 250 * MS, 330 * MS),
    Fault("stale", "hs300x", 400 * MS, 480 * MS),
    Fault("freeze", "hs300x", 500 * MS, 590 * MS),
    Fault("stuck-bits", "hs300x", 600 * MS, 680 * MS, {"mask": 0x05, "value": "high"}),
    Fault("out-of-range", "hs300x", 700 * MS, 780 * MS, {"value": "high"}),
    Fault("out-of-range", "hs300x", 790 * MS, 860 * MS, {"value": "low"}),
    Fault("vanish", "hs300x", 900 * MS, 980 * MS),
]


class Seen:
    def __init__(self) -> None:
        self.text = ""
        self.warnings: list[str] = []

    def on_console(self, t_ns: int, text: bytes) -> None:
        self.text += text.decode()

    def on_pin(self, t_ns: int, name: str, on: bool) -> None: ...

    def on_warning(self, t_ns: int, text: str) -> None:
        self.warnings.append(text)


class Slope:
    """A straight line."""

    def __init__(self, start: float, a_second: float) -> None:
        self.start, self.a_second = start, a_second

    def value_at(self, t_ns: int) -> float:
        return self.start + self.a_second * t_ns / 1e9

    def samples(self, start_ns: int, rate_hz: float, count: int) -> list[float]:
        return [self.value_at(start_ns + round(n * 1e9 / rate_hz)) for n in range(count)]


def world() -> Stimulus:
    """Begin below the part's range of temperature and end above that of humidity.

    Where a polling loop takes a turn less, Renode measures microseconds earlier: no sample is so near to the
    edge between two counts that this would tell.
    """
    channels: dict[str, Channel] = {"temperature": Slope(-42.0, 3.3), "humidity": Slope(75.0, 32.0)}
    return Stimulus(channels, 3 * 10**9)


@pytest.fixture
def board(tmp_path: Path) -> Board:
    """The nano33ble-sense with an HS3003 in the place of its HTS221, as its second revision has."""
    folder = tmp_path / "platforms/board"
    (tmp_path / "src").symlink_to(project_root() / "src")  # the scripts name it from where they are
    shutil.copytree(NANO.folder, folder)
    platform = (folder / "board.repl").read_text()
    platform = platform.replace("hts221: Sensors.Hts221 @ twi0 0x5F", "hs300x: Sensors.Hs300x @ twi0 0x44")
    (folder / "board.repl").write_text(platform.replace("hts221", "hs300x"))
    script = (folder / "parts.resc").read_text().replace("Hts221.cs", "Hs300x.cs")
    (folder / "parts.resc").write_text(script)
    part = NANO.parts["hts221"].model_copy(update={"model": "hs300x", "address": 0x44})
    parts = {"hs300x": part, **{name: other for name, other in NANO.parts.items() if name != "hts221"}}
    supply = NANO.pins["sensor-supply"]
    fed = ["hs300x" if name == "hts221" else name for name in supply.feeds]
    pins = {**NANO.pins, "sensor-supply": supply.model_copy(update={"feeds": fed})}
    return NANO.model_copy(update={"folder": folder, "parts": parts, "pins": pins})


@pytest.fixture
def image(tmp_path: Path) -> Path:
    target = tmp_path / "image.elf"
    sources = ("-I", str(IMAGES), "-T", str(IMAGES / "image.ld"), str(IMAGES / "start.c"), str(IMAGES / "hs300x.c"))
    flags = (
        "-mcpu=cortex-m4",
        "-mthumb",
        "-O1",
        "-g",
        "-std=gnu11",
        "-ffreestanding",
        "-nostdlib",
        "-Wl,--build-id=none",
    )
    fpu = ("-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")
    subprocess.run(["arm-none-eabi-gcc", *flags, *fpu, *sources, "-lgcc", "-o", str(target)], check=True)
    return target


def run(engine_name: str, image: Path, board: Board, faults: list[Fault]) -> Seen:
    engine, seen = open_engine(engine_name), Seen()
    stimulus = Stimulus(world().channels, world().duration_ns, tuple(faults))
    try:
        engine.start(board, image, stimulus, seen, Limits(wall_s=120))
        engine.run_until(stimulus.duration_ns)
    finally:
        engine.close()
    return seen


def test_its_world_and_its_faults_reach_it(board: Board, tmp_path: Path) -> None:
    feeds = Feeds(board, world(), tmp_path)
    feeds.refuse_what_no_part_takes()
    commands = feeds.begin()
    assert f"sysbus.twi0.hs300x FeedHumiditySamplesFromRESD {at(tmp_path / 'humidity.resd')} 0 1 true" in commands
    assert f"sysbus.twi0.hs300x FeedTemperatureSamplesFromRESD {at(tmp_path / 'temperature.resd')} 0 1 true" in commands
    (begin, end) = changes(Fault("freeze", "hs300x", 1, 2), board, lambda name: 0)
    assert (begin.commands, end.commands) == (("sysbus.twi0.hs300x Frozen true",), ("sysbus.twi0.hs300x Frozen false",))


@pytest.mark.tools
@pytest.mark.parametrize("faults", [[], FAULTS], ids=["well", "failing"])
def test_it_says_what_it_says_on_the_other_engine(
    renode: Found, image: Path, board: Board, faults: list[Fault]
) -> None:
    text = run("qemu", image, board, faults).text
    assert text.endswith("end\n")
    assert ("nack" in text) == bool(faults)
    assert "temperature=0\n" in text and "humidity=16368\n" in text  # 10 bits
    seen = run("renode", image, board, faults)
    assert seen.text == text
    assert any("0x2A" in warning for warning in seen.warnings)  # a command that there is not


@pytest.mark.tools
def test_a_script_of_plain_renode_compiles_what_such_a_board_needs(renode: Found, image: Path, board: Board) -> None:
    with Server(renode) as server:
        server.command(f"$bin={at(image)}")
        server.command(f"include {at(board.folder / 'board.resc')}", timeout_s=180)
        server.command("twi0.hs300x Humidity 61.5")
        assert float(server.command("twi0.hs300x Humidity")) == 61.5
