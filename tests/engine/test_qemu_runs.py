# SPDX-License-Identifier: Apache-2.0
"""What an image does is seen; time, memory and interruptions are as the contract says."""

from __future__ import annotations

import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.base import End, Limits
from vmote.engine.qemu import QemuEngine, process
from vmote.errors import BadInput, EngineFailure
from vmote.platforms import load_board, project_root
from vmote.scenario.stimulus import Fault, Stimulus

pytestmark = pytest.mark.tools
Build = Callable[..., Path]


def test_console_pins_and_counters(build: Build, run) -> None:
    bench = run(build("hello"), 1.0)
    assert bench.seen.text == "hello\nanswer=42\n"
    assert [(name, on) for _, name, on in bench.seen.pins] == [("builtin", True), ("builtin", False)]
    assert bench.stop.end is End.TIME and bench.stop.t_ns == 1_000_000_000
    counters = bench.engine.counters()
    assert counters.cycles == 64_000_000
    # 16 bytes at 115200 baud keep the core polling; after that it sleeps.
    assert 16 * 10 / 115200 * 64e6 < counters.instructions < 120_000
    assert bench.seen.warnings == []


def test_all_clocks_agree(build: Build, run) -> None:
    said = run(build("clocks"), 2.0).seen.said
    # One second of the RTC, up to one tick of 30.5 us shorter: it counts edges of a clock that was already running.
    assert 64_000_000 - 1954 <= said["cycles"] <= 64_000_000 + 40
    assert abs(said["us"] - said["cycles"] // 64) <= 1
    assert said["systicks"] == said["cycles"] // 64_000
    assert said["nops"] == 11  # ten, and the load that reads the counter


def test_wfe_sleeps_and_wakes(build: Build, run) -> None:
    bench = run(build("events"), 2.0)
    said = bench.seen.said
    assert said["after-sev"] <= 3  # passed at once
    assert (said["enabled"], said["masked"], said["pending"]) == (10, 10, 10)
    assert (said["disabled"], said["by-software"], said["ended"]) == (20, 20, 2)  # no events without SEVONPEND
    assert said["by-software-then"] == 0
    assert (said["interrupts"], said["interrupts-then"]) == (2, 2)
    assert bench.engine.counters().instructions < 1_000_000  # asleep, not spinning


def test_stops_at_the_asked_time_and_goes_on(build: Build, run) -> None:
    bench = run(build("clocks"), None)
    times = [bench.engine.run_until(round(n * 0.1e9)).t_ns for n in range(1, 21)]
    assert times == [round(n * 0.1e9) for n in range(1, 21)]
    whole = run(build("clocks"), 2.0)
    assert bench.seen.console == whole.seen.console
    assert bench.engine.counters().instructions == whole.engine.counters().instructions


def test_looks_at_memory_by_name(build: Build, run) -> None:
    bench = run(build("hello"), None)
    bench.engine.run_until(300_000)  # data is copied, "hello" is under way, "answer" is not yet said
    assert bench.engine.read_symbol("answer") == (42).to_bytes(4, "little")
    bench.engine.write_symbol("answer", (7).to_bytes(4, "little"))
    bench.engine.run_until(1_000_000_000)
    assert bench.seen.said["answer"] == 7
    assert bench.engine.registers()["pc"] < 0x1000
    with pytest.raises(BadInput, match="no symbol 'anwser'"):
        bench.engine.read_symbol("anwser")
    with pytest.raises(BadInput, match="not inside one memory"):
        bench.engine.read_memory(0x3000_0000, 4)


def _digest(bench) -> str:
    seen = bench.seen
    text = repr((seen.console, seen.pins, seen.warnings, bench.engine.counters()))
    return hashlib.sha256(text.encode()).hexdigest()


OTHER = project_root() / ".cache" / "qemu-10.0" / "qemu-system-arm"


def test_runs_are_identical(build: Build, run) -> None:
    for name in ("clocks", "sensor", "events"):
        digests = {_digest(run(build(name), 1.5)) for _ in range(4)}
        assert len(digests) == 1, name


@pytest.mark.skipif(not OTHER.is_file(), reason="needs a second QEMU: scripts/qemu-10.sh fetches it")
def test_two_versions_of_qemu_are_identical(build: Build, run, monkeypatch: pytest.MonkeyPatch) -> None:
    images = [
        build("clocks"),
        build("sensor"),
        build("events"),
        build("trouble", TROUBLE=7),
        build("trouble", TROUBLE=1),
    ]
    here = [_digest(run(image, 1.5)) for image in images]
    monkeypatch.setattr(process, "find_qemu", lambda: str(OTHER))
    assert [_digest(run(image, 1.5)) for image in images] == here


def test_nothing_of_it_survives(build: Build) -> None:
    def children() -> set[str]:
        return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())

    before, files = children(), len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(3):
        engine = QemuEngine()
        engine.start(load_board("nano33ble-sense"), build("hello"), Stimulus({}, 1), _Nobody(), Limits())
        engine.run_until(1_000_000)
        assert children() - before
        engine.close()
        engine.close()
    assert children() <= before
    assert len(list(Path("/proc/self/fd").iterdir())) == files
    with pytest.raises(EngineFailure, match="closed"):
        engine.run_until(2_000_000)


class _Nobody:
    def on_console(self, t_ns: int, text: bytes) -> None: ...
    def on_pin(self, t_ns: int, name: str, on: bool) -> None: ...
    def on_warning(self, t_ns: int, text: str) -> None: ...


def test_a_dead_emulator_is_noticed(build: Build, run) -> None:
    bench = run(build("trouble", TROUBLE=10), 0.01)
    os.kill(bench.engine._process.pid, 9)
    with pytest.raises(EngineFailure, match="SIGKILL"):
        bench.engine.run_until(10**12)


def test_the_emulator_dies_with_its_parent(build: Build, tmp_path: Path) -> None:
    script = (
        "import sys, os\n"
        "from pathlib import Path\n"
        "from vmote.engine.base import Limits\n"
        "from vmote.engine.qemu import QemuEngine\n"
        "from vmote.platforms import load_board\n"
        "from vmote.scenario.stimulus import Stimulus\n"
        "class N:\n"
        "    on_console = on_pin = on_warning = lambda *a: None\n"
        "e = QemuEngine()\n"
        "e.start(load_board('nano33ble-sense'), Path(sys.argv[1]), Stimulus({}, 1), N(), Limits())\n"
        "print(e._process.pid, flush=True)\n"
        "e.run_until(10**15)\n"
    )
    command = [sys.executable, "-c", script, str(build("trouble", TROUBLE=10))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        parent.kill()
    for _ in range(100):
        if not Path(f"/proc/{pid}/stat").exists() or Path(f"/proc/{pid}/stat").read_text().split()[2] == "Z":
            return
        time.sleep(0.05)
    raise AssertionError(f"the emulator {pid} outlived its parent")


def _extent(symbol) -> tuple[int, int]:
    return symbol.address, symbol.address + symbol.size


def test_stops_before_a_function(build: Build, run) -> None:
    bench = run(build("hello"), None)
    stop = bench.engine.run_to("main", 10**9)
    assert stop.end is End.REACHED and bench.seen.text == ""
    registers = bench.engine.registers()
    assert registers["pc"] == bench.engine._program.symbol("main").address
    assert stop.t_ns < 3_000  # some eighty instructions after reset
    assert registers["lr"] & ~1 in range(*_extent(bench.engine._program.symbol("reset")))
    assert bench.engine.run_to("reset", 3 * 10**9).end is End.TIME  # never again
    plain = run(build("hello"), 3.0)
    assert bench.seen.console == plain.seen.console and bench.seen.pins == plain.seen.pins
    assert bench.engine.counters().instructions == plain.engine.counters().instructions


def both_versions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    return [process.find_qemu(), *([str(OTHER)] if OTHER.is_file() else [])]


def test_profile_counts_every_instruction(build: Build, run, monkeypatch: pytest.MonkeyPatch) -> None:
    profiles = []
    for qemu in both_versions(monkeypatch):
        monkeypatch.setattr(process, "find_qemu", lambda qemu=qemu: qemu)
        bench = run(build("sensor"), 0.5, profile=True)
        profile = bench.engine.profile()
        assert profile.total == bench.engine.counters().instructions
        plain = run(build("sensor"), 0.5)
        assert plain.seen.console == bench.seen.console
        assert plain.engine.counters().instructions == bench.engine.counters().instructions
        functions = profile.by_function(bench.engine._program.symbols)
        assert sum(functions.values()) == profile.total and functions["main"] > 100
        assert next(iter(functions)) in ("send", "wait", "main")  # where it polls
        profiles.append(list(profile.executed()))
    assert all(profile == profiles[0] for profile in profiles)


def test_a_profile_outlives_resets(build: Build, run, monkeypatch: pytest.MonkeyPatch) -> None:
    for qemu in both_versions(monkeypatch):
        monkeypatch.setattr(process, "find_qemu", lambda qemu=qemu: qemu)
        bench = run(build("trouble", TROUBLE=7), 0.5, profile=True)
        counters = bench.engine.counters()
        assert counters.extra["resets"] == 3 and bench.engine.profile().total == counters.instructions


def test_a_debugger_takes_over(build: Build, run) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bench = run(build("hello"), None, debugger=port)
    main = bench.engine._program.symbol("main").address
    said = []

    def debugger() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:

            def ask(packet: str) -> str:
                wire.sendall(f"${packet}#{sum(packet.encode()) & 0xFF:02x}".encode())
                data = b""
                while b"#" not in data or len(data) < data.index(b"#") + 3:
                    data += wire.recv(4096)
                    data = data.lstrip(b"+")
                wire.sendall(b"+")
                return data[1 : data.index(b"#")].decode()

            said.append(ask("?"))
            said.append(ask(f"Z0,{main:x},2"))
            said.append(ask("c"))  # answers when main is reached
            said.append(ask("g"))
            said.append(ask(f"z0,{main:x},2"))
            wire.sendall(b"$D#44")  # goes on without us
            wire.recv(64)

    thread = threading.Thread(target=debugger)
    thread.start()
    stop = bench.engine.run_until(10**9)
    thread.join()
    assert stop.end is End.TIME and bench.seen.text == "hello\nanswer=42\n"
    assert said[0].startswith("T") and said[1] == "OK" and said[2].startswith("T05")
    assert f"pc {main:x}" == f"pc {int.from_bytes(bytes.fromhex(said[3])[60:64], 'little'):x}"


def test_typing_on_the_console(build: Build, run) -> None:
    bench = run(build("echo"), 0.01)
    bench.engine.feed(b"abc")
    bench.engine.run_until(20_000_000)
    assert bench.seen.text == "abc"


def test_brown_out_starts_again_and_forgets(build: Build, run) -> None:
    world = Stimulus({}, 10**12, faults=(Fault("brown-out", "supply", 5_000_000, 20_000_000),))
    bench = run(build("hello"), 0.1, stimulus=world)
    assert bench.seen.text == 2 * "hello\nanswer=42\n"
    times = [t for t, _ in bench.seen.console]
    assert times[1] < 5_000_000 and 20_000_000 < times[2] < 22_000_000
    assert bench.stop.t_ns == 100_000_000


def test_a_bit_of_ram_flips(build: Build, run) -> None:
    flip = Fault("bit-flip", "ram", 300_000, 300_000, {"symbol": "answer", "offset": 0, "bit": 3})
    bench = run(build("hello"), 0.1, stimulus=Stimulus({}, 10**12, faults=(flip,)))
    assert bench.seen.said["answer"] == 42 ^ 8


def test_faults_and_quantities_by_hand(build: Build, run) -> None:
    bench = run(build("sensor"), None)
    bench.engine.set_quantity("temperature", -3.0)
    bench.engine.run_until(10**9)
    assert bench.seen.said["centidegrees"] in range(2**32 - 302, 2**32 - 297)
    gone = run(build("sensor"), None)
    gone.engine.inject(Fault("vanish", "hts221", 0, 10**12))
    gone.engine.run_until(200_000_000)
    assert gone.seen.said["who"] == 999
