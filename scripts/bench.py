# SPDX-License-Identifier: Apache-2.0
"""`make bench`: what a run costs on this machine, beside plain QEMU. Reports; never fails on time."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = ROOT / "scenarios" / "weather" / "snow-front.yaml"
# Each prints its own table and stands on its own.
PARTS = ("bench_scenario.py", "bench_engine.py", "bench_native.py", "bench_apps.py", "bench_ports.py")


def vmote_run(folder: Path, cache: Path) -> tuple[float, dict[str, object]]:
    """Run the default scenario once in a process of its own; return seconds on the wall and the result."""
    command = [sys.executable, "-m", "vmote.cli", "run", str(SCENARIO), "--json", "--out", str(folder)]
    started = time.perf_counter()
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, cwd=ROOT, env=os.environ | {"VMOTE_CACHE": str(cache)}
    )
    seconds = time.perf_counter() - started
    if not done.stdout.strip():
        sys.exit(f"the run failed:\n{done.stderr}")
    return seconds, json.loads(done.stdout)


def default_run(console: Console) -> None:
    """Time the default run, cold (nothing built) and warm."""
    build = ROOT / "build" / "nano33ble-sense-weather-baremetal-native"
    with tempfile.TemporaryDirectory() as folder:
        shutil.rmtree(build, ignore_errors=True)
        cold, _ = vmote_run(Path(folder), Path(folder) / "cache")
        warm = [vmote_run(Path(folder), Path(folder) / "cache") for _ in range(3)]
    seconds, result = min(warm, key=lambda item: item[0])
    table = Table(title="the default run: twelve hours of weather", title_justify="left", box=box.SIMPLE_HEAD)
    table.add_column("what")
    table.add_column("figure", justify="right")
    wall = result["wall"]
    assert isinstance(wall, dict)
    table.add_row("cold: build the image and the plugin, run, judge, report", f"{cold:.2f} s")
    table.add_row("warm: the same, nothing to build (best of 3)", f"{seconds:.2f} s")
    for stage, spent in wall.items():
        table.add_row(f"  of it {stage}", f"{spent:.3f} s")
    end = result["end"]
    assert isinstance(end, dict)
    table.add_row("virtual seconds for one second of emulation", f"{end['t'] / wall['emulation']:,.0f}")
    console.print(table)


def main() -> None:
    """Run the parts asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", help="which: run, scenario, engine, native, apps, ports (default: all)")
    wanted = parser.parse_args().parts
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    if not wanted or "run" in wanted:
        default_run(console)
    for name in PARTS:
        word = name.removeprefix("bench_").removesuffix(".py")
        script = ROOT / "scripts" / name
        if script.is_file() and (not wanted or word in wanted):
            sys.stdout.flush()
            subprocess.run([sys.executable, str(script)], cwd=ROOT, check=False)


if __name__ == "__main__":
    main()
