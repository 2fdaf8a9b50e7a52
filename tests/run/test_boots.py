# SPDX-License-Identifier: Apache-2.0
"""Scenarios that share a boot are judged as if each had booted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from vmote.platforms import project_root
from vmote.run import Boots, Request, execute
from vmote.run.live import Live
from vmote.run.quiet import quiet_room

pytestmark = pytest.mark.tools
WEATHER = project_root() / "scenarios" / "weather"


@pytest.fixture
def boots() -> Iterator[Boots]:
    with Boots() as kept:
        yield kept


def children() -> set[str]:
    return set(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def test_a_suite_boots_once_and_sees_the_same(boots: Boots) -> None:
    requests = [Request(WEATHER / f"{name}.yaml") for name in ("snow-front", "cold-rain", "dry-frost")]
    alone = [execute(request).trace for request in requests]
    together = [execute(request, boots=boots).trace for request in requests]
    assert [trace.canonical() for trace in together] == [trace.canonical() for trace in alone]
    assert len({trace.fingerprint() for trace in alone}) == 3  # not because all were alike
    assert (boots.booted, boots.returned) == (1, 2)


def test_a_reset_ends_what_was_kept(boots: Boots) -> None:
    request = Request(WEATHER / "supply-sags.yaml")
    alone = execute(request).trace.canonical()
    assert [execute(request, boots=boots).trace.canonical() for _ in range(2)] == [alone, alone]
    assert (boots.booted, boots.returned) == (2, 0)


def test_a_device_by_hand_begins_where_the_first_one_was_kept(boots: Boots) -> None:
    def lived(kept: Boots | None) -> str:
        request = Request(Path("quiet-room.yaml"), board="nano33ble-sense", app="weather")
        with Live(request, quiet_room("weather", "nano33ble-sense"), boots=kept, moment="booted") as live:
            assert live.wait(lambda: next(iter(live.trace().of("boot")), None), 5 * 10**9) is not None
            live.keep()
            live.hold("temperature", -4.0)
            live.advance(3 * 3600 * 10**9)
            return live.trace().canonical()

    alone = lived(None)
    assert lived(boots) == lived(boots) == alone and "temperature=-4" in alone
    assert (boots.booted, boots.returned) == (1, 1)


def test_two_at_a_time_do_not_share_one(boots: Boots) -> None:
    request = Request(WEATHER / "snow-front.yaml")
    execute(request, boots=boots)
    with Live(request, boots=boots, moment="here") as one:
        one.advance(10**6)
        one.keep()
        with Live(request, boots=boots, moment="here") as other:
            other.advance(10**7)
            assert one.now_ns == 10**6 and other.now_ns == 10**7


def test_nothing_survives() -> None:
    before, files = children(), len(list(Path("/proc/self/fd").iterdir()))
    with Boots() as boots:
        execute(Request(WEATHER / "snow-front.yaml"), boots=boots)
        assert children() - before
    assert children() <= before and len(list(Path("/proc/self/fd").iterdir())) == files
