# SPDX-License-Identifier: Apache-2.0
"""What worlds cost: reading and rendering one, an hour of sound, a year of weather. Part of `make bench`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
SNOW = (ROOT / "scenarios" / "weather" / "snow-front.yaml").read_text(encoding="utf-8")
HOUR = """
schema: 1
title: an hour of an office
device: {app: keyword}
duration: 1h
world:
  sound:
    - {noise: pink, level: -54 dBFS}
    - {noise: brown, at: 100s, for: 30min, fade: 5s, level: -44 dBFS}
    - {tone: {frequency: 50 Hz, harmonics: [0.5]}, level: -56 dBFS}
    - {click: {frequency: 400 Hz, decay: 40ms}, at: 40s, level: -28 dBFS, repeat: {every: 97s}}
imperfections: {sound: {offset: 0.01 FS, noise: 0.001 FS}}
"""
YEAR = """
schema: 1
title: a year of the climate, seen by a sensor that ages
device: {app: weather}
duration: 365d
world:
  weather: {climate: {mean: 6}}
  temperature: [{noise: {sd: 0.05 K}}]
imperfections: {humidity: {drift: {by: 2 %RH, per: 365d}, noise: 0.3 %RH}}
"""
# Each in a process of its own: what it takes from nothing, and how much memory at the most.
CODE = """
import json, resource, sys, time
started = time.perf_counter(), time.process_time()
from pathlib import Path
from vmote.scenario.loading import loads
from vmote.scenario.rendering import render
imported = time.perf_counter(), time.process_time()
stimulus = render(loads(sys.stdin.read(), Path("bench.yaml")))
rendered = time.perf_counter(), time.process_time()
rate, quantity = float(sys.argv[1]), sys.argv[2]
channel, block = stimulus.channels[quantity], 160_000
count = round(stimulus.duration_ns / 1e9 * rate)
for first in range(0, count, block):
    channel.samples(round(first / rate * 1e9), rate, min(block, count - first))
read = time.perf_counter(), time.process_time()
print(json.dumps({
    "import": [b - a for a, b in zip(started, imported)], "render": [b - a for a, b in zip(imported, rendered)],
    "read": [b - a for a, b in zip(rendered, read)], "samples": count,
    "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
}))
"""


def measured(text: str, rate: float, quantity: str) -> dict[str, list[float]]:
    """Return the best of three, wall and CPU seconds of each stage."""
    runs = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", CODE, str(rate), quantity],
            input=text, capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
        runs.append(json.loads(done.stdout))
    best: dict[str, list[float]] = min(runs, key=lambda run: float(sum(run[stage][0] for stage in ("render", "read"))))
    return best


def main() -> None:
    """Measure each world and print a table."""
    console = Console(highlight=False, width=None if sys.stdout.isatty() else 120)
    table = Table(title="worlds, each in a fresh process (best of 3)", title_justify="left", box=box.SIMPLE_HEAD)
    for name in ("world", "samples", "import (CPU)", "load + render", "read all", "peak memory"):
        table.add_column(name, justify="left" if name == "world" else "right")
    for name, text, rate, quantity in (
        ("twelve hours of weather, hourly", SNOW, 1 / 3600, "temperature"),
        ("a year of weather, hourly", YEAR, 1 / 3600, "humidity"),
        ("an hour of sound at 16 kHz", HOUR, 16_000, "sound"),
    ):
        run = measured(text, rate, quantity)
        import_, render, read = (
            f"{run[stage][0]:.2f} s ({run[stage][1]:.2f})" for stage in ("import", "render", "read")
        )
        table.add_row(name, f"{run['samples']:,}", import_, render, read, f"{run['peak_mb']:.0f} MB")
    console.print(table)


if __name__ == "__main__":
    main()
