# SPDX-License-Identifier: Apache-2.0
"""What `vmote compare` runs against what."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmote.compare.sides import sides_of
from vmote.errors import BadInput
from vmote.run import Request

ASKED = Request(Path("x.yaml"), model="snow")


def test_two_engines_are_the_usual_pair() -> None:
    sides = sides_of(ASKED)
    assert [(side.name, side.request.engine, side.request.model) for side in sides] == [
        ("qemu", "qemu", "snow"), ("renode", "renode", "snow"),
    ]  # fmt: skip


def test_another_pair_stays_on_the_default_engine() -> None:
    sides = sides_of(ASKED, ports="baremetal,zephyr")
    assert [(s.name, s.request.port, s.request.engine) for s in sides] == [
        ("baremetal", "baremetal", "qemu"), ("zephyr", "zephyr", "qemu"),
    ]  # fmt: skip
    sides = sides_of(ASKED, images=[Path("a.elf"), Path("b.elf")])
    assert [(s.name, s.request.image) for s in sides] == [("a.elf", Path("a.elf")), ("b.elf", Path("b.elf"))]


def test_every_combination_is_a_side_and_a_single_choice_holds_for_all() -> None:
    sides = sides_of(ASKED, engines="qemu,renode", boards="nano33ble-sense", runtimes="native,tflm")
    assert [side.name for side in sides] == ["native, qemu", "native, renode", "tflm, qemu", "tflm, renode"]
    assert {side.request.board for side in sides} == {"nano33ble-sense"}


def test_the_same_twice_is_told_apart() -> None:
    assert [side.name for side in sides_of(ASKED, engines="qemu,qemu")] == ["qemu (1)", "qemu (2)"]


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ({"engines": "qemu"}, r"only one thing.*\n.*--engines qemu,renode"),
        ({"engines": "qemu,renod"}, r"no engine 'renod'\n.*did you mean 'renode'"),
        ({"ports": "baremetal,"}, r"--ports baremetal,: there is no port ''"),
        ({"boards": "nano33ble,pico"}, r"no board 'nano33ble'\n.*nano33ble-sense"),
    ],
)
def test_what_cannot_be_compared_is_said(named: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        sides_of(ASKED, **named)
