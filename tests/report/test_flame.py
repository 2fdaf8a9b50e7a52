# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

from xml.etree import ElementTree as ET

from vmote.report.flame import draw_flame, tree_of

STACKS = {"main": 10, "main;loop": 20, "main;loop;infer": 60, "irq<1>": 10}


def test_a_frame_holds_what_it_called() -> None:
    root = tree_of(STACKS)
    main = root.called["main"]
    assert (root.total, main.total, main.own) == (100, 90, 10)
    assert root.depth == 4


def test_the_picture_is_as_wide_as_the_counts_and_escapes_names() -> None:
    svg = ET.fromstring(str(draw_flame(STACKS)))
    boxes = {group[0].text: group[1] for group in svg}
    widths = {(text or "").split(":")[0]: float(box.get("width", 0)) for text, box in boxes.items()}
    assert widths == {"all": 900, "main": 810, "loop": 720, "infer": 540, "irq<1>": 90}
    assert "infer: 60 instructions, 60.0 %" in boxes
    rows = {(text or "").split(":")[0]: float(box.get("y", 0)) / 18 for text, box in boxes.items()}
    assert rows == {"all": 0, "main": 1, "loop": 2, "infer": 3, "irq<1>": 1}


def test_what_is_too_narrow_to_see_is_left_out() -> None:
    assert "tiny" not in draw_flame({"main": 10_000_000, "main;tiny": 1})
