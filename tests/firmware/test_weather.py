# SPDX-License-Identifier: Apache-2.0
"""The weather app on the emulated board."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from vmote.engine.base import End
from vmote.features import zscore
from vmote.firmware.build import build
from vmote.firmware.card import ZScore, load_model
from vmote.firmware.elf import Image
from vmote.firmware.insert import with_config
from vmote.golden.host import HostModel
from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Fault
from vmote.soc.nrf52840.twi import Twi

from .device import Seen, live

pytestmark = pytest.mark.tools

HOUR = 3600


def snowfall(t: float) -> float:
    return 3.0 - 0.8 * t / HOUR


def damp(t: float) -> float:
    return 70.0 + 2.0 * t / HOUR


WORLD = {"temperature": snowfall, "humidity": damp}


@pytest.fixture(scope="session")
def half_day(image: Image, board: Board) -> Seen:
    return live(board, image.path, 12 * HOUR + 1, WORLD)


def test_boot_says_what_runs(half_day: Seen, image: Image) -> None:
    (boot,) = half_day.of("boot")
    assert half_day.console.records[0] is boot
    expected = {"app": "weather", "board": "nano33ble-sense", "port": "baremetal", "runtime": "native", "model": "snow"}
    assert {key: boot.text(key) for key in expected} == expected
    assert boot.text("sha") == load_model("snow").sha256[:8]
    used, size = (int(part) for part in boot.text("arena").split("/"))
    assert 0 < used <= size == image.symbols["vmote_arena"].size


def test_it_reads_the_world_each_hour(half_day: Seen) -> None:
    samples = half_day.of("sample")
    assert [record.integer("n") for record in samples] == list(range(13))
    for n, record in enumerate(samples):
        t = record.number("t")
        assert t is not None and n * HOUR <= t < n * HOUR + 0.05
        assert abs((record.number("temperature") or 99) - snowfall(t)) < 0.05  # the part's resolution: 1/64 degC
        assert abs((record.number("humidity") or 0) - damp(t)) < 0.05


def test_inputs_are_what_it_read(half_day: Seen) -> None:
    card = load_model("snow")
    features = card.features
    assert isinstance(features, ZScore)
    host = HostModel(card.path)
    scale, zero_point = host.input.scale, host.input.zero_point
    columns = [
        zscore.quantize(
            np.array([round(1000 * (r.number(q.name) or 0)) for r in half_day.of("sample")], dtype=np.int32),
            q.mean, q.std, scale, zero_point,
        )
        for q in features.quantities
    ]  # fmt: skip
    for record in half_day.of("infer"):
        n = record.integer("n") or 0
        expected = [int(value) for column in columns for value in column[n - 2 : n + 1]]
        assert list(record.integers("in")) == expected


def test_it_concludes_and_lights_up(half_day: Seen) -> None:
    labels = [record.text("label") for record in half_day.of("infer")]
    assert labels[0] == "no-snow" and labels[-1] == "snow"
    first = next(record for record in half_day.of("infer") if record.text("label") == "snow")
    assert [(name, on) for t, name, on in half_day.pins if name == "builtin"] == [("builtin", True)]
    (led,) = half_day.of("led")
    assert led.text("on") == "1" and led.device_t_ns >= first.device_t_ns
    assert [record.text("label") for record in half_day.of("heard")] == ["no-snow", "snow"]
    for record in half_day.of("infer"):
        score = record.number("score")
        assert score is not None and 0.5 <= score <= 1.0
        assert 500 < (record.integer("cycles") or 0) < 20_000


def test_supplies_come_first(half_day: Seen) -> None:
    assert [name for _, name, _ in half_day.pins][:2] == ["sensor-supply", "i2c-pullup"]
    assert not half_day.warnings


def test_stack_is_measured(half_day: Seen) -> None:
    used, size = (int(part) for part in half_day.of("stack")[-1].text("used").split("/"))
    assert 300 < used < size // 2


def test_it_sleeps(half_day: Seen) -> None:
    assert half_day.stop is not None and half_day.stop.end is End.TIME
    assert half_day.instructions < 1_000_000  # of 2.8 thousand million cycles


def test_a_shorter_period(image: Image, board: Board, tmp_path: Path) -> None:
    """A scenario's timescale: an hour of the world in a second of the device."""
    quick = with_config(image, board, tmp_path / "quick.elf", period_s=1.0)
    seen = live(
        board, quick.path, 6.5, {"temperature": lambda t: snowfall(t * HOUR), "humidity": lambda t: damp(t * HOUR)}
    )
    assert [record.integer("n") for record in seen.of("infer")] == [2, 3, 4, 5, 6]
    assert [round(record.number("t") or 0) for record in seen.of("sample")] == list(range(7))


def test_quiet_and_profile(image: Image, board: Board, tmp_path: Path) -> None:
    other = with_config(image, board, tmp_path / "other.elf", period_s=1.0, quiet=True, profile=True)
    seen = live(board, other.path, 2.5, WORLD)
    assert not seen.of("sample")
    names = [record.text("name") for record in seen.of("operator")]
    assert names and set(names) <= {"FULLY_CONNECTED", "LOGISTIC"}
    assert all((record.integer("cycles") or 0) > 0 for record in seen.of("operator"))
    (plain,) = live(board, with_config(image, board, tmp_path / "plain.elf", period_s=1.0).path, 2.5, WORLD).of("infer")
    (profiled,) = seen.of("infer")
    cost, told = plain.integer("cycles") or 0, profiled.integer("cycles") or 0
    assert cost <= told < cost + 600  # telling costs thousands; only the UART's interrupt may come between


def test_no_sensor(image: Image, board: Board) -> None:
    bare = board.model_copy(update={"parts": {k: v for k, v in board.parts.items() if k != "hts221"}})
    seen = live(bare, image.path, 3 * HOUR + 1, WORLD)
    assert [record.text("code") for record in seen.of("error")] == ["sensor-nack"] * 4
    assert all(record.text("sensor") == "hts221" for record in seen.of("error"))
    assert not seen.of("infer") and not seen.of("sample")


@pytest.mark.parametrize(
    ("kind", "code"), [("nack", "sensor-nack"), ("hold-bus", "sensor-bus"), ("vanish", "sensor-nack")]
)
def test_it_recovers_by_itself(kind: str, code: str, image: Image, board: Board) -> None:
    """Two readings fail: no inference until three consecutive ones are there again.

    While the bus is held no event comes at all: the driver's deadline ends the transfer.
    """
    away = Fault(kind, "hts221", (4 * HOUR - 10) * 10**9, (5 * HOUR + 10) * 10**9)
    seen = live(board, image.path, 9 * HOUR + 1, WORLD, faults=(away,))
    assert [(e.text("code"), round(e.device_t_ns / 1e9 / HOUR)) for e in seen.of("error")] == [(code, 4), (code, 5)]
    assert [record.integer("n") for record in seen.of("sample")] == [0, 1, 2, 3, 6, 7, 8, 9]
    assert [record.integer("n") for record in seen.of("infer")] == [2, 3, 8, 9]


@pytest.mark.parametrize("name", ["nano33ble-sense", "portenta-h7"])
def test_a_bus_is_clocked_free(name: str) -> None:
    """The part would hold it for four hours; the driver's nine clocks after its deadline end that at once."""
    held = Fault("hold-bus", "hts221", (4 * HOUR - 10) * 10**9, (8 * HOUR + 10) * 10**9, {"clocks": 9})
    board = load_board(name)
    seen = live(board, build(board, "weather").path, 9 * HOUR + 1, WORLD, faults=(held,))
    assert [(e.text("code"), round(e.device_t_ns / 1e9 / HOUR)) for e in seen.of("error")] == [("sensor-bus", 4)]
    assert [record.integer("n") for record in seen.of("sample")] == [0, 1, 2, 3, 5, 6, 7, 8, 9]


def test_a_bus_that_never_moves(image: Image, board: Board, monkeypatch: pytest.MonkeyPatch) -> None:
    """No event comes at all, as when a part stretches the clock for ever: each transfer ends at its deadline."""

    def held(really: Callable[..., None]) -> Callable[..., None]:
        def perhaps(twi: Twi, *given: int) -> None:
            if not 2 * HOUR - 10 < twi.clock.ns() / 1e9 < 4 * HOUR - 10:
                really(twi, *given)

        return perhaps

    for name in ("write_txd", "task_starttx", "task_startrx", "task_stop"):
        monkeypatch.setattr(Twi, name, held(getattr(Twi, name)))
    seen = live(board, image.path, 7 * HOUR, WORLD)
    assert [(e.text("code"), round(e.device_t_ns / 1e9 / HOUR)) for e in seen.of("error")] == [
        ("sensor-bus", 2),
        ("sensor-bus", 3),
    ]
    assert all(e.device_t_ns / 1e9 % HOUR < 0.1 for e in seen.of("error"))
    assert [record.integer("n") for record in seen.of("infer")] == [6]


@pytest.mark.parametrize(
    ("section", "at", "code"),
    [(".vmote.card", 0, "card-missing"), (".vmote.card", 290, "card-crc"), (".vmote.model", 700, "model-crc")],
)
def test_damage_in_flash_is_noticed(
    section: str, at: int, code: str, image: Image, board: Board, tmp_path: Path
) -> None:
    data = bytearray(image.data)
    data[image.sections[section].offset + at] ^= 0x10
    damaged = tmp_path / "damaged.elf"
    damaged.write_bytes(data)
    seen = live(board, damaged, 3 * HOUR, WORLD)
    assert [(record.kind, record.text("code")) for record in seen.console.records] == [("error", code)]


def test_an_erased_image_says_so(image: Image, board: Board, tmp_path: Path) -> None:
    """What CMake alone makes: no model has been put in yet."""
    data = bytearray(image.data)
    slot = image.sections[".vmote.card"]
    data[slot.offset : slot.offset + slot.size] = b"\xff" * slot.size
    blank = tmp_path / "blank.elf"
    blank.write_bytes(data)
    assert [record.text("code") for record in live(board, blank, 10).of("error")] == ["card-missing"]
    assert struct.unpack_from("<I", data, slot.offset)[0] == 0xFFFFFFFF
