# SPDX-License-Identifier: Apache-2.0
"""What is said to Renode, read without Renode."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from resd_reader import read_resd

from vmote.engine.renode.commands import at, set_up
from vmote.engine.renode.compiled import SOURCES
from vmote.engine.renode.faults import changes
from vmote.engine.renode.feeds import Feeds
from vmote.engine.renode.happened import Happening, read_happenings
from vmote.errors import BadInput, EngineFailure, Unsupported
from vmote.platforms import board_names, load_board
from vmote.scenario import load, render
from vmote.scenario.stimulus import Fault, Stimulus

BOARD = load_board("nano33ble-sense")
S = 1_000_000_000


class Slope:
    """A tenth of a unit a second, from 5 on."""

    def value_at(self, t_ns: int) -> float:
        return 5 + t_ns / S / 10

    def samples(self, start_ns: int, rate_hz: float, count: int) -> np.ndarray:
        return 5 + (start_ns / S + np.arange(count) / rate_hz) / 10


def no_symbol(name: str) -> int:
    raise AssertionError(name)


def test_a_board_is_set_up_before_its_world() -> None:
    commands = set_up(BOARD, Path("/a b/image.elf"), Path("/none.resc"), 4000)
    assert commands[0] == "emulation SetGlobalAdvanceImmediately true"
    assert "$bin=@/a\\ b/image.elf" in commands
    assert commands.index("$parts=@/none.resc") < commands.index(f"include {at(BOARD.folder / 'board.resc')}")
    assert any(c.startswith("include @") and c.endswith("nano33ble-sense/board.resc") for c in commands)
    assert "observer WatchConsole sysbus.uart0 4000" in commands
    assert 'observer WatchPin sysbus.gpio0 13 "builtin" true' in commands
    assert 'observer WatchPin sysbus.gpio0 24 "red" false' in commands
    assert 'observer WatchPin sysbus.gpio1 9 "power" true' in commands
    assert commands.index(f"include {at(BOARD.folder / 'board.resc')}") < commands.index("observer WatchFaults")


def test_every_board_on_renode_is_described_there() -> None:
    for board in (load_board(name) for name in board_names()):
        if "renode" not in board.engines:
            continue
        text = (board.folder / "board.repl").read_text(encoding="utf-8")
        script = (board.folder / "board.resc").read_text(encoding="utf-8")
        assert all(f"\n{name.replace('-', '_')}:" in text for name in board.parts)
        assert "macro reset" in script and "$bin?=" in script and "$name?=" in script
        assert "ApplySVD" not in text + script  # fetched from the network: an offline run must not need it
        named = set(re.findall(r"csharp/(\w+\.cs)", (board.folder / "parts.resc").read_text(encoding="utf-8")))
        assert named <= {path.name for path in SOURCES.glob("*.cs")}
        commands = set_up(board, Path("x.elf"), Path("none"), 1)
        for command in commands:
            for path in re.findall(r"sysbus\.(\w+)", command):
                assert f"\n{path}:" in text, f"{board.name}: {command}"


def test_a_board_without_a_script_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match=r"renode has no nano33ble-sense.*\n.*engine qemu"):
        set_up(BOARD.model_copy(update={"folder": tmp_path}), Path("x.elf"), Path("none"), 1)


def test_a_channel_becomes_a_file_that_ends_after_the_scenario(tmp_path: Path) -> None:
    feeds = Feeds(BOARD, Stimulus({"temperature": Slope()}, 60 * S), tmp_path)
    commands = feeds.begin()
    assert f"sysbus.twi0.hts221 FeedTemperatureSamplesFromRESD {at(tmp_path / 'temperature.resd')} 0 1 true" in commands
    assert "sysbus.twi0.hts221 Humidity 45.000000000" in commands  # nothing said: a quiet room
    whole, rest = read_resd((tmp_path / "temperature.resd").read_bytes())
    assert whole.samples[-1][0] >= 60 * S
    for (t_ns, (thousandths,)), (_, (millionths,)) in zip(whole.samples, rest.samples, strict=True):
        assert thousandths / 1e3 + millionths / 1e6 == pytest.approx(Slope().value_at(t_ns), abs=1e-6)


def test_a_long_scenario_makes_a_bounded_file(tmp_path: Path) -> None:
    Feeds(BOARD, Stimulus({"humidity": Slope()}, 10**7 * S), tmp_path).follow("humidity")
    assert (tmp_path / "humidity.resd").stat().st_size < 5_000_000


def test_a_grid_of_no_whole_nanoseconds_keeps_its_own_samples(tmp_path: Path) -> None:
    """Samples taken in between would be another world: a hump at a sample would be cut off."""
    (tmp_path / "s.yaml").write_text(
        "schema: 1\ntitle: t\ndevice: {app: weather}\nduration: 10h\ntimescale: 1h = 1s\n"
        "world: {temperature: {noise: {sd: 1 K}}, humidity: 60 %RH}\n"
    )
    stimulus = render(load(tmp_path / "s.yaml"))
    Feeds(BOARD, stimulus, tmp_path).begin()
    whole, rest = read_resd((tmp_path / "temperature.resd").read_bytes())
    assert [t_ns for t_ns, _ in whole.samples[:4]] == [0, 277_778, 555_556, 833_333]  # world's seconds, each 1/3600 s
    assert len(whole.samples) == 36_000 + 3
    seconds = stimulus.channels["temperature"].samples(0, 3600, 36_000)
    met = [k / 1e3 + m / 1e6 for (_, (k,)), (_, (m,)) in zip(whole.samples, rest.samples, strict=True)]
    assert met[:36_000] == pytest.approx(seconds, abs=1e-6)
    assert [t for t, _ in rest.samples] == [t for t, _ in whole.samples]


def test_axes_travel_together_and_rest_where_nothing_is_said(tmp_path: Path) -> None:
    feeds = Feeds(BOARD, Stimulus({"acceleration-x": Slope()}, 2 * S), tmp_path)
    file = at(tmp_path / "acceleration.resd")
    assert f"sysbus.twi0.lsm9ds1_ag FeedAccelerationSamplesFromRESD {file} 0 1 true" in feeds.begin()
    whole, rest = read_resd((tmp_path / "acceleration.resd").read_bytes())
    assert whole.samples[0] == (0, (5_000_000, 0, 1_000_000))  # millionths of g; lying flat
    assert whole.samples[1][0] == 1_000_000  # a thousand times a second
    assert rest.samples[0] == (0, (0, 0, 0))
    (command,) = feeds.hold("angular-rate-y", -3.5)
    assert command == "sysbus.twi0.lsm9ds1_ag AngularRateY -3.500000000"


def test_a_quantity_the_board_senses_but_no_part_here_takes_is_refused(tmp_path: Path) -> None:
    other = BOARD.parts["hts221"].model_copy(update={"model": "sht85"})
    board = BOARD.model_copy(update={"parts": {"sht85": other}})
    feeds = Feeds(board, Stimulus({"humidity": Slope()}, S), tmp_path)
    with pytest.raises(Unsupported, match="cannot feed humidity"):
        feeds.refuse_what_no_part_takes()


@pytest.mark.parametrize(
    ("fault", "begin", "end"),
    [
        (Fault("nack", "hts221", 1, 2), ["sysbus.twi0 Refuse 0x5f true"], ["sysbus.twi0 Refuse 0x5f false"]),
        (Fault("vanish", "hts221", 1, 2), ["sysbus.twi0.hts221 Absent true"], ["sysbus.twi0.hts221 Absent false"]),
        (Fault("hold-bus", "lsm9ds1-m", 1, 2), ["sysbus.twi0 Hold 0x1e true"], ["sysbus.twi0 Hold 0x1e false"]),
        (
            Fault("hold-bus", "hts221", 1, 2, {"clocks": 5}),
            ["sysbus.twi0 Hold 0x5f true 5"],
            ["sysbus.twi0 Hold 0x5f false"],
        ),
        (Fault("freeze", "hts221", 1, 2), ["sysbus.twi0.hts221 Frozen true"], ["sysbus.twi0.hts221 Frozen false"]),
        (
            Fault("stuck-bits", "hts221", 1, 2, {"mask": 0x81, "value": "low"}),
            ["sysbus.twi0.hts221 StuckValue false", "sysbus.twi0.hts221 StuckMask 0x81"],
            ["sysbus.twi0.hts221 StuckMask 0"],
        ),
        (
            Fault("stuck-bits", "microphone", 1, 2, {"mask": 0x1081, "value": "high"}),
            ["sysbus.pdm.microphone StuckValue true", "sysbus.pdm.microphone StuckMask 0x1081"],
            ["sysbus.pdm.microphone StuckMask 0"],
        ),
        (
            Fault("brown-out", "supply", 1, 2),
            ["observer PowerOff 0x20000000"],
            ["observer Forget 0x20000000 262144", "observer PowerOn"],
        ),
    ],
)
def test_a_fault_begins_and_ends(fault: Fault, begin: list[str], end: list[str]) -> None:
    first, last = changes(fault, BOARD, no_symbol)
    assert (first.t_ns, list(first.commands)) == (1, begin)
    assert (last.t_ns, list(last.commands)) == (2, end)


def test_a_bit_flips_once() -> None:
    by_name = Fault("bit-flip", "ram", 5, 5, {"symbol": "x", "offset": 2, "bit": 3})
    (change,) = changes(by_name, BOARD, {"x": 0x20000010}.__getitem__)
    assert change.commands == ("observer FlipBit 0x20000012 3",)


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault("hold-bus", "microphone", 1, 2), Unsupported, "cannot make microphone suffer 'hold-bus'"),
        (Fault("nack", "microphone", 1, 2), Unsupported, "engine qemu"),
        (Fault("nack", "hts212", 1, 2), BadInput, "no part 'hts212'.*\n.*did you mean 'hts221'"),
        (Fault("nak", "hts221", 1, 2), BadInput, "no fault 'nak'.*\n.*did you mean 'nack'"),
    ],
)
def test_a_fault_no_model_can_express_is_said(fault: Fault, kind: type[Exception], words: str) -> None:
    with pytest.raises(kind, match=words):
        changes(fault, BOARD, no_symbol)


def test_what_happened_is_read() -> None:
    answer = "c 15 680a\np 20 builtin 1\nw 21 twi0: x y\nf 22 vector=3 r0=ff\n\ne 30 1234"
    assert read_happenings(answer) == [
        Happening("c", 15, "680a"),
        Happening("p", 20, "builtin 1"),
        Happening("w", 21, "twi0: x y"),
        Happening("f", 22, "", {"vector": 3, "r0": 255}),
        Happening("e", 30, "1234"),
    ]


@pytest.mark.parametrize("line", ["hello", "c x 00", "cc 1 00", "f 1 r0", "f 1 r0=zz"])
def test_an_answer_that_is_none_is_said(line: str) -> None:
    with pytest.raises(EngineFailure, match="observer"):
        read_happenings(line)


def test_lines_of_a_board_are_wired_where_its_platform_does_not() -> None:
    board = load_board("nano33ble-sense")
    hts221 = board.parts["hts221"]

    def wired(lines: dict[str, str]) -> list[str]:
        parts = {**board.parts, "hts221": hts221.model_copy(update={"lines": lines})}
        told = set_up(board.model_copy(update={"parts": parts}), Path("i.elf"), Path("n.resc"), 10)
        return [command for command in told if "FromString" in command]

    assert wired({}) == []
    assert wired({"drdy": "P1.12"}) == ['machine LoadPlatformDescriptionFromString "hts221: { DataReady -> gpio1@12 }"']
    with pytest.raises(Unsupported, match="no line 'int' of hts221"):
        wired({"int": "P1.12"})
    portenta = load_board("portenta-h7")  # its platform wires them all
    assert not any("FromString" in command for command in set_up(portenta, Path("i.elf"), Path("n.resc"), 10))
