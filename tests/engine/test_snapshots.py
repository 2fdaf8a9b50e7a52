# SPDX-License-Identifier: Apache-2.0
"""A run that begins with a snapshot is the run that begins at reset, to the byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vmote.engine.base import End, Limits
from vmote.engine.qemu import process
from vmote.errors import Unsupported
from vmote.platforms import project_root
from vmote.scenario.stimulus import Fault, Stimulus

pytestmark = pytest.mark.tools
Build = Callable[..., Path]
MS = 1_000_000
OTHER = project_root() / ".cache" / "qemu-10.0" / "qemu-system-arm"


class Warm:
    """A temperature that never changes."""

    def __init__(self, value: float) -> None:
        self.value = value

    def value_at(self, t_ns: int) -> float:
        """Return it."""
        return self.value

    def samples(self, start_ns: int, rate_hz: float, count: int) -> np.ndarray:
        """Return it many times."""
        return np.full(count, self.value)


def world(degrees: float, *faults: Fault) -> Stimulus:
    return Stimulus({"temperature": Warm(degrees)}, 10**12, faults=faults)


def observed(bench, after_ns: int) -> tuple[object, ...]:
    counters = bench.engine.counters()
    said = [(t, text) for t, text in bench.seen.console if t > after_ns]
    return said, bench.seen.warnings, counters.cycles, counters.instructions


@pytest.fixture(params=["this", "other"])
def qemu(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "other":
        if not OTHER.is_file():
            pytest.skip("needs a second QEMU: scripts/qemu-10.sh fetches it")
        monkeypatch.setattr(process, "find_qemu", lambda: str(OTHER))


@pytest.mark.parametrize("name", ["sensor", "clocks", "events", "hello"])
def test_what_follows_is_what_followed(build: Build, run, qemu: None, name: str) -> None:
    nack = Fault("nack", "hts221", 3 * MS, 4 * MS)
    worlds = [world(20.0), world(-5.0), world(33.0, nack), world(20.0)]
    at = 400_000  # bytes are on their way to the console, nothing is sensed yet
    fresh = [observed(run(build(name), 1.5, stimulus=stimulus), at) for stimulus in worlds]
    bench = run(build(name), None, stimulus=worlds[0])
    assert bench.engine.run_until(at).end is End.TIME
    snapshot = bench.engine.snapshot()
    for stimulus, wanted in zip(worlds, fresh, strict=True):
        bench.seen = type(bench.seen)()
        bench.engine.restore(snapshot, stimulus, bench.seen, Limits(wall_s=20))
        assert bench.engine.run_until(1_500 * MS).end is End.TIME
        assert observed(bench, at) == wanted
    if name == "sensor":  # the worlds differ, and so do the runs
        assert fresh[0] != fresh[1] != fresh[2]


def test_memory_written_in_between_is_forgotten(build: Build, run) -> None:
    bench = run(build("hello"), 0.0003)
    snapshot = bench.engine.snapshot()
    bench.engine.write_symbol("answer", (7).to_bytes(4, "little"))
    bench.engine.run_until(100 * MS)
    assert bench.seen.said["answer"] == 7
    bench.seen.console.clear()
    bench.engine.return_to(snapshot)
    bench.engine.run_until(100 * MS)
    assert bench.seen.said["answer"] == 42


def test_a_profile_counts_one_run(build: Build, run, qemu: None) -> None:
    bench = run(build("clocks"), 0.0003, profile=True)
    snapshot = bench.engine.snapshot()
    totals = []
    for _ in range(2):
        bench.engine.return_to(snapshot)
        bench.engine.run_until(1_200 * MS)
        totals.append(bench.engine.profile().total)
        assert totals[-1] == bench.engine.counters().instructions
    assert totals[0] == totals[1]


def test_there_is_none_once_the_world_was_sensed(build: Build, run) -> None:
    bench = run(build("sensor"), 0.0003)
    assert not bench.engine.has_met_world()
    bench.engine.run_until(1_000 * MS)
    assert bench.engine.has_met_world()
    with pytest.raises(Unsupported, match="before a part senses"):
        bench.engine.snapshot()


def test_refusals_are_said(build: Build, run) -> None:
    bench = run(build("hello"), None)
    with pytest.raises(Unsupported, match="came back at its time"):
        bench.engine.snapshot()  # still at reset
    bench.engine.run_until(MS)
    snapshot = bench.engine.snapshot()
    early = world(20.0, Fault("nack", "hts221", MS // 2, 4 * MS))
    with pytest.raises(Unsupported, match="begins before the snapshot"):
        bench.engine.restore(snapshot, early, bench.seen, Limits(wall_s=20))
    with pytest.raises(Unsupported, match="computing time"):
        bench.engine.restore(snapshot, world(20.0), bench.seen, Limits(wall_s=10**6))
    bench.engine.write_memory(0x2000_0000, b"\0")
    bench.engine.inject(Fault("brown-out", "supply", 2 * MS, 3 * MS))
    bench.engine.run_until(10 * MS)
    with pytest.raises(Unsupported, match="is gone"):
        bench.engine.return_to(snapshot)  # its emulator ended with the supply
