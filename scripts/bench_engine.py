# SPDX-License-Identifier: Apache-2.0
"""Measures the qemu engine beside plain QEMU in the same minute. Reports; never fails a test."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vmote.engine.base import Limits
from vmote.engine.qemu import QemuEngine
from vmote.engine.qemu.process import find_qemu, qemu_version
from vmote.platforms import load_board
from vmote.run import Boots, Watcher
from vmote.run.boots import Start
from vmote.run.image import build_image
from vmote.run.session import Session
from vmote.scenario.stimulus import Stimulus

POLL_INSTRUCTIONS = 3  # a round of the loop: load, compare, branch
IMAGES = Path(__file__).resolve().parents[1] / "tests" / "engine" / "images"


class Tone:
    """One kilohertz, for ever."""

    def value_at(self, t_ns: int) -> float:
        """Return a sample."""
        return float(np.sin(2e-6 * np.pi * t_ns))

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return samples."""
        return np.sin(2e3 * np.pi * (start_ns / 1e9 + np.arange(count) / rate_hz))


class Steady:
    """One value, for ever."""

    def __init__(self, value: float) -> None:
        self.value = value

    def value_at(self, t_ns: int) -> float:
        """Return the value."""
        return self.value

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return samples."""
        return np.full(count, self.value)


class Nobody:
    """Listens to nothing."""

    def on_console(self, t_ns: int, text: bytes) -> None:
        """Bytes."""

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        """A pin."""

    def on_warning(self, t_ns: int, text: str) -> None:
        """A warning."""


def build(folder: Path, number: int) -> Path:
    """Compile a benchmark image."""
    target = folder / f"bench{number}.elf"
    compiler = shutil.which("arm-none-eabi-gcc") or "arm-none-eabi-gcc"
    flags = [
        *("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"),
        *("-O2", "-std=gnu11", "-ffreestanding", "-nostdlib"),
    ]
    sources = [str(IMAGES / "start.c"), str(IMAGES / "bench.c")]
    if number >= 6:
        flags += ["-DPLAIN", "-Wl,--defsym=_small=1"]  # the stock machine has less RAM
    command = [compiler, *flags, f"-DBENCH={number}", "-T", str(IMAGES / "image.ld"), "-o", str(target), *sources]
    subprocess.run(command, check=True)
    return target


def measured(image: Path, seconds: float, sound: bool = False) -> tuple[float, float, QemuEngine]:
    """Return the wall time of starting and of running so much virtual time, and the closed engine."""
    engine = QemuEngine()
    stimulus = Stimulus({"sound": Tone()} if sound else {}, 10**18)
    begin = time.perf_counter()
    try:
        engine.start(load_board("nano33ble-sense"), image, stimulus, Nobody(), Limits(wall_s=120))
        started = time.perf_counter()
        engine.run_until(round(seconds * 1e9))
        return started - begin, time.perf_counter() - started, engine
    finally:
        engine.close()


def plain(image: Path) -> float:
    """Return the wall time of an image in QEMU without plugin and models, from its start to its end."""
    command = [
        *(find_qemu(), "-M", "netduinoplus2", "-nodefaults", "-display", "none", "-serial", "none"),
        *("-monitor", "none", "-semihosting-config", "enable=on,target=native"),
        *("-icount", "shift=4,sleep=off", "-kernel", str(image)),
    ]
    begin = time.perf_counter()
    subprocess.run(command, check=False, timeout=60, stdin=subprocess.DEVNULL, capture_output=True)
    return time.perf_counter() - begin


def one_round(images: dict[int, Path], counted: int) -> dict[str, float]:
    """Measure every figure once, vmote's and plain QEMU's beside each other; `counted` are instructions of image 6."""
    out: dict[str, float] = {}
    out["start_s"], _, _ = measured(images[1], 0.0001)
    out["plain_start_s"] = start = plain(images[9])
    _, wall, engine = measured(images[1], 15)
    out["mips"] = engine.counters().instructions / wall / 1e6
    out["plain_mips"] = counted / max(plain(images[6]) - start, 1e-9) / 1e6
    _, wall, engine = measured(images[2], 0.002)
    out["access_us"] = wall / engine.counters().extra["exchanges"] * 1e6  # 43000 of them
    out["plain_access_us"] = max(plain(images[7]) - start, 0.0)  # a million of them
    _, wall, engine = measured(images[4], 5)
    out["poll_us"] = wall / (engine.counters().instructions / POLL_INSTRUCTIONS) * 1e6
    out["plain_poll_us"] = max(plain(images[8]) - start, 0.0)
    _, out["pdm_60s_s"], engine = measured(images[3], 60, sound=True)
    out["pdm_exchanges"] = engine.counters().extra["exchanges"]
    _, out["asleep_12h_s"], _ = measured(images[5], 12 * 3600)
    return out


def fifty(boots: Boots | None) -> tuple[float, set[str]]:
    """Run fifty scenarios of an hour on the weather image; return the wall time, and a mark for what each saw."""
    _, image = build_image("nano33ble-sense", "weather", None, None, "local")
    begin, seen = time.perf_counter(), set()
    for n in range(50):
        stimulus = Stimulus({"temperature": Steady(n - 25.0)}, 3600 * 10**9)
        start = Start("qemu", load_board("nano33ble-sense"), image.path, Limits(), strict=False)
        with Session(start, stimulus, Watcher(), boots) as session:
            session.advance(stimulus.duration_ns)
            counters = session.counters()
        said = [(line.t_ns, line.text) for line in session.recorder.console.lines]
        seen.add(repr((n, said, counters.cycles, counters.instructions)))
    return time.perf_counter() - begin, seen


# What is said, the figures for vmote and for plain QEMU, their form, their unit, what is wanted.
ROWS = (
    ("start-up", "start_s", "plain_start_s", ".3f", "s", "below 0.3"),
    ("instructions, counted", "mips", "plain_mips", ".0f", "MIPS", "300"),
    ("a register with a side effect", "access_us", "plain_access_us", ".2f", "us", "below 15"),
    ("a round of polling a status", "poll_us", "plain_poll_us", ".4f", "us", ""),
    ("60 s of 16 kHz sound", "pdm_60s_s", "", ".2f", "s", "below 2"),
    ("  exchanges for it", "pdm_exchanges", "", ".0f", "", ""),
    ("twelve hours asleep", "asleep_12h_s", "", ".2f", "s", "below 1"),
    ("50 scenarios, a boot for each", "fifty_s", "", ".2f", "s", ""),
    ("50 scenarios, one boot for all", "fifty_one_boot_s", "", ".2f", "s", "the same bytes"),
)


def told(rounds: list[float], form: str) -> str:
    """Return the median of some rounds, and their range where there is one."""
    low, middle, high = (format(f(rounds), form) for f in (min, statistics.median, max))
    return middle if low == high else f"{middle} ({low} to {high})"


def say(qemu: str, rounds: int, out: dict[str, list[float]]) -> None:
    """Print the figures for a person."""
    load = f"{os.getloadavg()[0]:.1f} programs wanted its {os.cpu_count()} processors meanwhile"
    print(f"{qemu} on this machine; {load}")
    print(f"Medians of {rounds} rounds (and their range), each round vmote's and plain QEMU's in turn")
    print(f"  {'':31}{'vmote':>26}{'plain QEMU':>27}")
    for what, ours, theirs, form, unit, wanted in ROWS:
        beside = told(out[theirs], form) if theirs else "-"
        print(f"  {what:31}{told(out[ours], form):>26}{beside:>27} {unit:5}{wanted}".rstrip())
    print("A register's side effect is Python's to carry out here, and C's there; plain QEMU has no board that hears.")


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one machine-readable line: every round of every figure")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often to measure (5)")
    asked = parser.parse_args()
    rounds = max(asked.rounds, 1)
    with tempfile.TemporaryDirectory() as name:
        images = {n: build(Path(name), n) for n in range(1, 10)}
        measured(images[1], 0.001)  # compiles the plugin, warms the caches
        _, _, engine = measured(images[6], 30)  # 100000 rounds of its loop, counted by us on the same code
        counted = engine.counters().instructions
        figures = [one_round(images, counted) for _ in range(rounds)]
        out = {key: [figure[key] for figure in figures] for key in figures[0]}
    fifty_s, apart = fifty(None)
    with Boots() as boots:
        one_boot_s, together = fifty(boots)
        out |= {"fifty_s": [fifty_s], "fifty_one_boot_s": [one_boot_s], "fifty_boots": [boots.booted]}
    if apart != together:
        print("the runs that share a boot are not the runs that do not", file=sys.stderr)
        return 1
    if asked.json:
        print(json.dumps({"qemu": qemu_version(), "rounds": rounds, **out}))
    else:
        say(f"QEMU {qemu_version()}", rounds, out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
