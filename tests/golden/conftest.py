# SPDX-License-Identifier: Apache-2.0
"""A device that is told what to say: traces of the weather app, made on the host from the model `snow`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vmote.console import Console
from vmote.engine.base import Counters, End, Stop
from vmote.firmware.card import ModelCard, load_model
from vmote.golden.decision import Decider
from vmote.golden.host import HostModel
from vmote.trace import Identity, Trace

IDENTITY = Identity("b", "weather", "baremetal", "native", "snow", "qemu", "10", "s", "0", "0")
READINGS = [(4.031, 68.2), (3.2, 74.0), (0.4, 91.8), (-1.25, 97.1), (-2.0, 96.6), (-3.012, 80.5)]


@pytest.fixture(scope="session")
def card() -> ModelCard:
    return load_model("snow")


def _ints(data: bytes) -> str:
    return ",".join(str(value - 256 if value > 127 else value) for value in data)


def window_bytes(card: ModelCard, model: HostModel, rows: list[tuple[float, float]]) -> bytes:
    """Written out a second time, number by number, in double precision: no reading here lies near a half."""
    out = []
    for q, quantity in enumerate(card.features.quantities):
        for row in rows:
            steps = (row[q] - quantity.mean) / quantity.std / model.input.scale
            out.append(max(-128, min(127, round(steps) + model.input.zero_point)) & 0xFF)
    return bytes(out)


@pytest.fixture
def say(card: ModelCard) -> Callable[[], list[str]]:
    """Return the console of a faultless device."""

    def lines() -> list[str]:
        model = HostModel(card.path)
        decider = Decider(card, model.output)
        said, heard = ["@boot app=weather model=snow"], ""
        for n, (temperature, humidity) in enumerate(READINGS):
            t = f"{n * 3600}.000"
            said.append(f"@sample n={n} t={t} temperature={temperature:.3f} humidity={humidity:.3f}")
            if n >= 2:
                given = window_bytes(card, model, READINGS[n - 2 : n + 1])
                out = model.run(given)
                label, score = decider.decide(out)
                said.append(
                    f"@infer n={n} t={t} in={_ints(given)} out={_ints(out)} label={label} score={score:.3f} cycles=1"
                )
                if label != heard:  # the card: hold 1, no refractory time
                    heard = label
                    said.append(f"@heard t={t} label={label} score={score:.3f}")
        return said

    return lines


def trace_of(lines: list[str]) -> Trace:
    console = Console()
    for k, line in enumerate(lines):
        console.feed(k * 10**9, line.encode() + b"\n")
    stop = Stop(End.TIME, len(lines) * 10**9)
    return Trace(IDENTITY, stop, Counters(1, 1), tuple(console.lines), tuple(console.records))


@pytest.fixture
def make_trace() -> Callable[[list[str]], Trace]:
    return trace_of


@pytest.fixture
def snow(card: ModelCard) -> Path:
    return card.path
