# SPDX-License-Identifier: Apache-2.0
"""What an image does is seen; time, memory and interruptions are as the contract says."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.engine.base import End, Limits
from vmote.engine.qemu import QemuEngine, process
from vmote.errors import BadInput, EngineFailure
from vmote.platforms import load_board, project_root
from vmote.scenario.stimulus import Stimulus

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
