# SPDX-License-Identifier: Apache-2.0
"""Another model in an image: put in without compiling, or refused with a reason."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import shutil
import struct
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from vmote.errors import BadInput
from vmote.firmware.card import load_card, load_model
from vmote.firmware.elf import Image
from vmote.firmware.insert import card_of, find_model, model_capacity, model_of, with_config, with_model
from vmote.platforms import Board, project_root
from vmote.tflite.model import parse_model, read_model
from vmote.tflite.plan import plan
from vmote.tflite.schema import BUILTIN_OPERATORS, operator_name

pytestmark = pytest.mark.tools

SNOW = project_root() / "models" / "snow" / "snow.tflite"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a copy of the model snow and its card."""
    for name in ("snow.tflite", "model.yaml"):
        shutil.copyfile(SNOW.with_name(name), tmp_path / name)
    return tmp_path


def change_card(folder: Path, **changes: object) -> None:
    path = folder / "model.yaml"
    card = yaml.safe_load(path.read_text(encoding="utf-8"))
    card.pop("sha256", None)
    path.write_text(yaml.safe_dump(card | changes), encoding="utf-8")


def refused(image: Image, board: Board, data: bytes, tmp_path: Path) -> str:
    model = tmp_path / "other.tflite"
    model.write_bytes(data)
    with pytest.raises(BadInput) as caught:
        with_model(image, board, model, None, tmp_path / "out.elf")
    assert not (tmp_path / "out.elf").exists()
    assert str(model) in str(caught.value)
    return str(caught.value)


def test_the_image_carries_its_model(image: Image) -> None:
    assert model_of(image) == SNOW.read_bytes()
    card = card_of(image)
    assert card is not None and card.name == "snow" and card.labels == load_model("snow").labels


def test_a_model_without_a_card_takes_the_images(image: Image, board: Board, tmp_path: Path) -> None:
    model = tmp_path / "mine.tflite"
    shutil.copyfile(SNOW, model)
    path, card = find_model(str(model))
    assert card is None
    out = with_model(image, board, path, card, tmp_path / "out.elf")
    mine = card_of(out)
    assert mine is not None and mine.name == "mine" and mine.labels == load_model("snow").labels
    differing = [i for i, (a, b) in enumerate(zip(image.data, out.data, strict=True)) if a != b]
    slot = image.sections[".vmote.card"]
    assert all(slot.offset <= i < slot.offset + slot.size for i in differing)


def test_a_model_with_a_card(image: Image, board: Board, folder: Path) -> None:
    change_card(folder, name="flakes", labels=["dry", "white"], decision={"kind": "threshold", "threshold": 0.7})
    path, card = find_model(str(folder / "snow.tflite"))
    assert card is not None
    mine = card_of(with_model(image, board, path, card, folder / "out.elf"))
    assert mine is not None and (mine.name, mine.labels) == ("flakes", ("dry", "white"))


def test_names_and_cards_find_models(folder: Path) -> None:
    assert find_model("snow")[0] == SNOW
    assert find_model(str(folder / "model.yaml"))[0] == folder / "snow.tflite"
    with pytest.raises(BadInput, match=r"there is no model 'snwo'(?s:.*)snow"):
        find_model("snwo")


def test_a_card_of_another_app(image: Image, board: Board, folder: Path) -> None:
    change_card(folder, app="motion")
    path, card = find_model(str(folder / "snow.tflite"))
    with pytest.raises(BadInput, match="for the app motion; this image runs weather"):
        with_model(image, board, path, card, folder / "out.elf")


def test_a_file_that_is_not_the_cards(image: Image, board: Board, folder: Path) -> None:
    (folder / "snow.tflite").write_bytes(SNOW.read_bytes() + b"\0")
    path, card = find_model(str(folder / "snow.tflite"))
    with pytest.raises(BadInput, match="not the file its card describes"):
        with_model(image, board, path, card, folder / "out.elf")


def test_what_is_no_model(image: Image, board: Board, tmp_path: Path) -> None:
    assert "empty" in refused(image, board, b"", tmp_path)
    assert "should read TFL3" in refused(image, board, b"hello, world", tmp_path)
    model = SNOW.read_bytes()
    for size in (8, 40, len(model) // 2, len(model) - 200):
        assert "cut short or damaged" in refused(image, board, model[:size], tmp_path), size
    assert "room for 16384" in refused(image, board, model + bytes(20000), tmp_path)


def patched(field: str, value: int) -> bytes:
    """Return snow with one byte of its flatbuffer changed: an operator's code, or the type of its input."""
    data = bytearray(SNOW.read_bytes())

    def table(at: int) -> int:
        return at + int(struct.unpack_from("<I", data, at)[0])

    def place(at: int, number: int) -> int:
        vtable = at - struct.unpack_from("<i", data, at)[0]
        return at + int(struct.unpack_from("<H", data, vtable + 4 + 2 * number)[0])

    root = table(0)
    if field == "operator":
        code = table(table(place(root, 1)) + 4)
        data[place(code, 0)] = value
        struct.pack_into("<i", data, place(code, 3), value)
    else:
        graph = table(table(place(root, 2)) + 4)
        index = struct.unpack_from("<i", data, table(place(graph, 1)) + 4)[0]
        data[place(table(table(place(graph, 0)) + 4 + 4 * index), 1)] = value
    return bytes(data)


def test_models_the_image_cannot_run(image: Image, board: Board, tmp_path: Path) -> None:
    hash_table = BUILTIN_OPERATORS.index("HASHTABLE_LOOKUP")
    said = refused(image, board, patched("operator", hash_table), tmp_path)
    assert "HASHTABLE_LOOKUP" in said and "FULLY_CONNECTED" in said
    said = refused(image, board, patched("type", 0), tmp_path)
    assert "float32" in said and "expected int8" in said and "representative_dataset" in said


def test_an_arena_too_small_by_one_byte(image: Image, board: Board, tmp_path: Path) -> None:
    needed = plan(read_model(SNOW)).arena
    about = image.about
    assert about is not None
    enough = dataclasses.replace(image, about=dataclasses.replace(about, arena=needed))
    with_model(enough, board, SNOW, load_model("snow"), tmp_path / "fits.elf")
    small = dataclasses.replace(image, about=dataclasses.replace(about, arena=needed - 1))
    with pytest.raises(BadInput, match=f"needs an arena of {needed} bytes, the image has {needed - 1}"):
        with_model(small, board, SNOW, load_model("snow"), tmp_path / "out.elf")


def test_another_shape(image: Image, board: Board, folder: Path) -> None:
    change_card(
        folder,
        input={"shape": [1, 8]},
        features={"kind": "zscore", "window": 4, "period_s": 3600, "quantities": load_features()},
    )
    path, card = find_model(str(folder / "snow.tflite"))
    with pytest.raises(BadInput, match="shape 1x6, 6 numbers; the card says 8"):
        with_model(image, board, path, card, folder / "out.elf")


def load_features() -> list[dict[str, str]]:
    return [{"name": "temperature", "unit": "degC"}, {"name": "humidity", "unit": "%RH"}]


def test_settings_change_nothing_else(image: Image, board: Board, tmp_path: Path) -> None:
    out = with_config(image, board, tmp_path / "out.elf", period_s=1.0)
    slot = image.sections[".vmote.config"]
    assert out.data[: slot.offset] == image.data[: slot.offset]
    assert out.data[slot.offset + 64 :] == image.data[slot.offset + 64 :]
    assert struct.unpack_from("<Q", out.data, slot.offset + 8) == (1_000_000,)


def test_capacity(image: Image) -> None:
    assert model_capacity(image) == 16384


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"labels": ["snow"]}, "takes one output and two labels"),
        ({"labels": ["snow", "snow"]}, "twice"),
        ({"labels": ["snow", "a-label-that-is-long"]}, "at most 15"),
        ({"lables": []}, "lables: no such key"),
        ({"schema": 2}, "schema 2 is not known"),
        ({"input": {"shape": [1, 7]}}, "features give 6 numbers, but the input shape holds 7"),
        ({"decision": {"kind": "threshold", "threshold": 0.5, "alert": ["snwo"]}}, "did you mean 'snow'"),
    ],
)
def test_bad_cards(changes: dict[str, object], said: str, folder: Path) -> None:
    change_card(folder, **changes)
    with pytest.raises(BadInput, match=said) as caught:
        load_card(folder / "model.yaml")
    assert "model.yaml" in str(caught.value)


@settings(max_examples=300, deadline=None)
@given(damage=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_model_is_read_or_refused(damage: list[tuple[int, int]]) -> None:
    data = bytearray(SNOW.read_bytes())
    for where, value in damage:
        data[where % len(data)] = value
    with contextlib.suppress(BadInput):
        parse_model(bytes(data), SNOW)


def test_operator_numbers_are_the_runtimes() -> None:
    text = (project_root() / "firmware/inference/native/operator_codes.h").read_text(encoding="utf-8")
    known = {int(number): name for name, number in re.findall(r"RT_(\w+) = (\d+)", text)}
    assert known and {number: operator_name(number) for number in known} == known
