# SPDX-License-Identifier: Apache-2.0
"""With the real Renode, where there is one: it and the qemu engine are each other's judge."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from vmote.engine import open_engine
from vmote.engine.base import Counters, End, Limits, Stop
from vmote.engine.renode import RenodeEngine
from vmote.engine.renode.commands import at
from vmote.engine.renode.found import Found
from vmote.engine.renode.resd import Block, Sample, write_resd
from vmote.engine.renode.server import MonitorError, Server
from vmote.errors import Missing
from vmote.firmware.build import build
from vmote.platforms import Board, load_board, project_root
from vmote.run import Request, execute
from vmote.run.live import Live
from vmote.run.quiet import quiet_room
from vmote.scenario import load, render
from vmote.scenario.exporting import resd_samples
from vmote.scenario.stimulus import Fault, Stimulus

pytestmark = [pytest.mark.usefixtures("renode"), pytest.mark.tools]
BOARD = load_board("nano33ble-sense")
HOUR = 3600 * 10**9


@dataclass
class Seen:
    """Everything an engine told."""

    console: list[tuple[int, bytes]] = field(default_factory=list)
    pins: list[tuple[str, bool]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def on_console(self, t_ns: int, text: bytes) -> None:
        self.console.append((t_ns, text))

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        self.pins.append((name, on))

    def on_warning(self, t_ns: int, text: str) -> None:
        self.warnings.append(text)

    @property
    def text(self) -> str:
        return b"".join(text for _, text in self.console).decode()

    def lines(self) -> list[tuple[int, str]]:
        """Console lines with the time of their last byte."""
        found, partial = [], b""
        for t_ns, text in self.console:
            *whole, partial = (partial + text).split(b"\n")
            found += [(t_ns, line.decode().strip()) for line in whole]
        return found


@pytest.fixture(scope="session")
def weather() -> Path:
    return build(BOARD, "weather", "baremetal", "native").path


@pytest.fixture
def device(weather: Path) -> Iterator[Callable[..., tuple[RenodeEngine, Seen]]]:
    engines = []

    def start(
        image: Path = weather, stimulus: Stimulus | None = None, limits: Limits | None = None
    ) -> tuple[RenodeEngine, Seen]:
        engine, seen = RenodeEngine(), Seen()
        engines.append(engine)
        engine.start(BOARD, image, stimulus or Stimulus({}, 10 * HOUR), seen, limits or Limits())
        return engine, seen

    yield start
    for engine in engines:
        engine.close()


def observe(name: str, image: Path, stimulus: Stimulus, board: Board = BOARD) -> tuple[Stop, Counters, Seen]:
    engine, seen = open_engine(name), Seen()
    try:
        engine.start(board, image, stimulus, seen, Limits())
        stop = engine.run_until(stimulus.duration_ns)
        return stop, engine.counters(), seen
    finally:
        engine.close()


@pytest.mark.parametrize("name", ["snow-front", "sensor-fails-in-the-snow", "supply-sags"])
def test_both_engines_agree(weather: Path, name: str) -> None:
    stimulus = render(load(project_root() / f"scenarios/weather/{name}.yaml"))
    q_stop, q_count, q_seen = observe("qemu", weather, stimulus)
    r_stop, r_count, r_seen = observe("renode", weather, stimulus)
    assert [text for _, text in r_seen.lines()] == [text for _, text in q_seen.lines()]
    assert any("@infer" in text for _, text in r_seen.lines())
    assert r_seen.pins == q_seen.pins
    assert r_stop == q_stop
    assert abs(r_count.instructions - q_count.instructions) < 100
    assert r_count.cycles == q_count.cycles
    for (r_ns, text), (q_ns, _) in zip(r_seen.lines(), q_seen.lines(), strict=True):
        assert r_ns == q_ns, text


@pytest.mark.parametrize(
    ("board", "app", "scenario", "seconds"),
    [
        ("nano33ble-sense", "motion", "motion/three-gestures", 6.5),
        ("nano33ble-sense", "keyword", "audio/yes-and-no", 3.5),
        ("nano33ble-sense", "weather", "weather/bus-held", 16 * 3600),
        ("portenta-h7", "weather", "weather/bus-held", 16 * 3600),
        ("portenta-h7", "motion", "motion/three-gestures", 6.5),
        ("portenta-h7", "keyword", "audio/yes-and-no", 3.5),
    ],
)
def test_every_app_on_every_board_meets_the_same_world(board: str, app: str, scenario: str, seconds: float) -> None:
    described = load_board(board)
    image = build(described, app, "baremetal", "native").path
    whole = render(load(project_root() / f"scenarios/{scenario}.yaml"))
    stimulus = replace(whole, duration_ns=round(seconds * 1e9))
    _, _, q_seen = observe("qemu", image, stimulus, described)
    _, _, r_seen = observe("renode", image, stimulus, described)
    assert [text for _, text in r_seen.lines()] == [text for _, text in q_seen.lines()]
    assert any("@infer" in text for _, text in r_seen.lines())
    assert r_seen.pins == q_seen.pins
    # An interrupt that comes while the core is busy is taken up to a dozen instructions later.
    for (r_ns, text), (q_ns, _) in zip(r_seen.lines(), q_seen.lines(), strict=True):
        assert abs(r_ns - q_ns) < 2_000, text


@pytest.mark.parametrize("board", ["nano33ble-sense", "portenta-h7"])
def test_a_supply_that_fails_lets_go_of_every_pin(board: str, tmp_path: Path) -> None:
    scenario = tmp_path / "sags.yaml"
    scenario.write_text(f"""
schema: 1
title: The supply sags while the LED is on
device: {{app: weather, board: {board}}}
duration: 8h
world: {{temperature: -3 degC, humidity: 97 %RH}}
faults:
  - {{fault: brown-out, at: 04:20, for: 50ms}}
""")
    qemu, renode = (execute(Request(scenario, engine=name)).trace for name in ("qemu", "renode"))
    assert renode.pins == qemu.pins
    at_once = {pin.name for pin in qemu.pins if pin.t_ns == 15_600 * 10**9 and not pin.on}
    assert "builtin" in at_once, "it goes out when the supply does, not when it is back"


@pytest.mark.parametrize(("board", "at_ms"), [("nano33ble-sense", 12), ("portenta-h7", 32)])
def test_what_had_left_when_the_supply_failed_is_heard_alike(board: str, at_ms: int) -> None:
    described = load_board(board)
    image = build(described, "weather", "baremetal", "native").path
    sags = Fault("brown-out", "supply", at_ms * 10**6, (at_ms + 50) * 10**6)
    stimulus = Stimulus({}, 10**9, faults=(sags,))
    _, _, q_seen = observe("qemu", image, stimulus, described)
    _, _, r_seen = observe("renode", image, stimulus, described)
    assert r_seen.console == q_seen.console
    assert any(t_ns == sags.start_ns and not text.endswith(b"\n") for t_ns, text in q_seen.console)


@pytest.mark.parametrize(
    ("board", "app", "scenario", "seconds"),
    [
        ("nano33ble-sense", "weather", "weather/snow-front", 12 * 3600),
        ("nano33ble-sense", "motion", "motion/three-gestures", 6.5),
        ("portenta-h7", "motion", "motion/three-gestures", 6.5),
    ],
)
def test_zephyrs_port_says_the_same_on_both_engines(board: str, app: str, scenario: str, seconds: float) -> None:
    described = load_board(board)
    try:
        image = build(described, app, "zephyr", "native").path
    except Missing as missing:
        pytest.skip(str(missing))
    whole = render(load(project_root() / f"scenarios/{scenario}.yaml"))
    stimulus = replace(whole, duration_ns=round(seconds * 1e9))
    _, q_count, q_seen = observe("qemu", image, stimulus, described)
    _, r_count, r_seen = observe("renode", image, stimulus, described)
    assert [text for _, text in r_seen.lines()] == [text for _, text in q_seen.lines()]
    assert any("@infer" in text for _, text in r_seen.lines())
    assert r_seen.pins == q_seen.pins
    assert abs(r_count.instructions - q_count.instructions) < 1e-5 * q_count.instructions + 50
    for (r_ns, text), (q_ns, _) in zip(r_seen.lines(), q_seen.lines(), strict=True):
        assert abs(r_ns - q_ns) < 2_000, text


def test_counting_leaves_no_mark_and_equals_the_other_engines_counts() -> None:
    scenario = project_root() / "scenarios/weather/snow-front.yaml"
    renode, qemu = (execute(Request(scenario, engine=name, functions=True)) for name in ("renode", "qemu"))
    assert renode.trace.canonical() == qemu.trace.canonical()
    assert renode.trace.functions == qemu.trace.functions
    assert sum(renode.stacks.values()) == renode.trace.counters.instructions
    assert any(stack.endswith("model_run;inference_invoke") for stack in renode.stacks)
    infers = renode.trace.of("infer")
    assert len(renode.passes) == len(infers) > 0
    around = {
        (record.integer("cycles") or 0) - one.instructions for one, record in zip(renode.passes, infers, strict=True)
    }
    assert len(around) == 1  # reading the counter before and after costs the same each time
    assert 0 < around.pop() < 20


def test_the_model_alone_is_profiled_for_a_timing_model(weather: Path) -> None:
    engine, seen = RenodeEngine(count=True), Seen()
    try:
        engine.start(BOARD, weather, Stimulus({}, 10 * HOUR), seen, Limits())
        engine.run_until(3 * HOUR)
        assert engine.profile(passes_only=True).total == sum(one.instructions for one in engine.passes()) > 1000
        assert engine.profile().total == engine.counters().instructions
    finally:
        engine.close()


def test_the_world_can_be_held_and_given_back(device: Callable[..., tuple[RenodeEngine, Seen]]) -> None:
    engine, seen = device()
    engine.set_quantity("temperature", -7.5)
    engine.run_until(HOUR // 2)
    engine.set_quantity("temperature", None)
    engine.run_until(HOUR + HOUR // 2)
    first, second = (line for _, line in seen.lines() if line.startswith("@sample"))
    assert "temperature=-7.500" in first
    assert "temperature=21.000" in second


def test_what_is_said_while_a_device_runs_is_heard_alike() -> None:
    """Three worlds with the same past, one after the other; the last goes on into the next minute."""
    told = []
    for engine in ("qemu", "renode"):
        with Live(Request(Path("quiet-room.yaml"), engine=engine), quiet_room("keyword", BOARD.name)) as live:
            sounds: list[str] = []
            for until, piece in (
                (2.0, "at: 2.5s, word: {say: 'yes'}"),
                (4.0, "at: 4.2s, for: 1s, noise: pink"),
                (62, ""),
            ):
                live.advance(round(until * 1e9))
                sounds += [f"{{{piece}, level: -20 dBFS}}"] if piece else []
                world = render(quiet_room("keyword", BOARD.name, tuple(sounds)))
                live.put("sound", world.channels["sound"], world.truth)
            told.append([line.text for line in live.trace().lines])
    assert told[0] == told[1]
    assert any("@heard" in line and "label=yes" in line for line in told[1])


def test_memory_and_symbols_are_read_and_written(device: Callable[..., tuple[RenodeEngine, Seen]]) -> None:
    engine, _ = device()
    engine.run_until(10**9)
    assert engine.read_memory(0, 4)[3] == 0x20  # the initial stack pointer, in RAM
    data = bytes(range(256)) * 20
    engine.write_memory(0x20030000, data)
    assert engine.read_memory(0x20030000, len(data)) == data


def test_a_fault_injected_by_hand_takes_effect(device: Callable[..., tuple[RenodeEngine, Seen]]) -> None:
    engine, seen = device()
    engine.run_until(HOUR // 2)
    engine.inject(Fault("nack", "hts221", HOUR // 2, 2 * HOUR))
    engine.run_until(HOUR + HOUR // 2)
    assert "sensor-nack" in seen.text


def test_an_endless_wait_ends_by_the_wall_clock(
    device: Callable[..., tuple[RenodeEngine, Seen]], weather: Path
) -> None:
    engine, seen = device(limits=Limits(wall_s=2))
    stop = engine.run_until(10**6 * HOUR)
    assert stop.end is End.WALL
    assert "@boot" in seen.text
    assert engine.counters().instructions > 0


def test_too_much_console_and_silence_end_a_run(device: Callable[..., tuple[RenodeEngine, Seen]]) -> None:
    engine, seen = device(limits=Limits(console_bytes=20))
    assert engine.run_until(HOUR).end is End.RECORDS
    assert len(seen.text) == 20
    engine, _ = device(limits=Limits(silence_ns=HOUR // 2))
    assert engine.run_until(2 * HOUR).end is End.SILENCE


def test_a_mistake_in_a_platform_is_said_with_its_line(renode: Found, tmp_path: Path) -> None:
    platform = tmp_path / "board.repl"
    platform.write_text("ram: Memory.MappedMemory @ sysbus 0x20000000\n    sice: 0x1000\n")
    with Server(renode) as server:
        server.command("mach create")
        with pytest.raises(MonitorError, match=r"(?s)size.*board\.repl:1:6"):
            server.command(f"machine LoadPlatformDescription {at(platform)}")


def test_an_exported_world_is_met_in_plain_renode(renode: Found, weather: Path, tmp_path: Path) -> None:
    world = tmp_path / "world.resd"
    stimulus = render(load(project_root() / "scenarios/weather/snow-front.yaml"))
    blocks = [
        Block(Sample[kind.upper().replace("-", "_")], values, period_ns=period)
        for kind, values, period in resd_samples(stimulus, None)
    ]
    write_resd(world, blocks)  # as `vmote scenario export -f resd` does
    with Server(renode) as server:
        server.command("emulation SetGlobalAdvanceImmediately true")
        server.command(f"$bin={at(weather)}")
        server.command(f"include {at(BOARD.folder / 'board.resc')}")
        for quantity in ("Temperature", "Humidity"):
            server.command(f"twi0.hts221 Feed{quantity}SamplesFromRESD {at(world)}")
        server.command('emulation RunFor "28800"', timeout_s=120)
        assert "label=snow" in server.log.read_text()
        with pytest.raises(MonitorError, match="no PressureSamples on channel 0"):
            server.command(f"twi0.lps22hb FeedPressureSamplesFromRESD {at(world)}")


def test_the_script_runs_in_plain_renode(renode: Found, weather: Path) -> None:
    with Server(renode) as server:
        server.command(f"$bin={at(weather)}")
        server.command(f"include {at(BOARD.folder / 'board.resc')}")
        server.command('emulation RunFor "0.1"')
        assert "@boot app=weather" in server.log.read_text()
        server.command("machine Reset")
        server.command('emulation RunFor "0.1"')
        assert server.log.read_text().count("@boot app=weather") == 2


def test_a_peripheral_that_this_version_lacks_ends_a_run_with_renodes_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    for name in ("firmware", "scenarios", "models", "src"):
        (home / name).symlink_to(project_root() / name)
    shutil.copytree(project_root() / "platforms", home / "platforms")
    platform = home / "platforms/nano33ble-sense/board.repl"
    text = platform.read_text(encoding="utf-8")
    platform.write_text(text.replace("Sensors.Hts221 @", "Sensors.Hts212 @"), encoding="utf-8")
    line = text[: text.index("Sensors.Hts221 @")].count("\n") + 1
    command = ["vmote", "run", "scenarios/weather/snow-front.yaml", "--engine", "renode"]
    monkeypatch.setenv("VMOTE_HOME", str(home))
    told = subprocess.run(command, check=False, cwd=home, capture_output=True, text=True, timeout=300)
    assert told.returncode == 3, told.stderr
    words = " ".join(told.stderr.split())
    assert "error: Renode refused" in words and "Could not resolve type: 'Sensors.Hts212'" in words
    assert f"board.repl:{line}:1" in words
    assert "Traceback" not in words
    (log,) = home.glob("runs/*-failed/renode.log")
    assert log.stat().st_size > 0
