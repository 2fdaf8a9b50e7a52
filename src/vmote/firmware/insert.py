# SPDX-License-Identifier: Apache-2.0
"""Another model, or other settings, put into an image without compiling."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from vmote.errors import BadInput
from vmote.firmware.card import ModelCard, load_card, model_names
from vmote.firmware.elf import Image, read_image
from vmote.firmware.packing import CONFIG_SIZE, PackedCard, pack_card, pack_config, rename_card, unpack_card
from vmote.firmware.suit import check_suits
from vmote.platforms import Board, project_root

_SLOTS_HINT = "only images made by `vmote build` can be given another model or other settings"


def find_model(text: str) -> tuple[Path, ModelCard | None]:
    """Return the .tflite and, where there is one, the card that a name, a card or a .tflite file stands for."""
    path = Path(text)
    known = project_root() / "models" / text / "model.yaml"
    if not path.suffix and known.is_file():
        card = load_card(known)
        return card.path, card
    if path.suffix in (".yaml", ".yml"):
        card = load_card(path)
        return card.path, card
    if not path.is_file():
        raise BadInput(
            f"there is no model {text!r}",
            hint=f"give a .tflite file, a model.yaml, or a name: {', '.join(model_names())}",
        )
    beside = path.parent / "model.yaml"
    if beside.is_file():
        card = load_card(beside)
        if card.path.resolve() == path.resolve():
            return path, card
    return path, None


def read_model(path: Path, card: ModelCard | None) -> bytes:
    """Read a .tflite file and hold it against what its card promises."""
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput("there is no such model file", where=str(path), hint="run the model's train.py") from error
    except OSError as error:
        raise BadInput(f"the model cannot be read: {error.strerror}", where=str(path)) from error
    if not data:
        raise BadInput("the file is empty, expected a .tflite model", where=str(path))
    if card and card.sha256 and card.sha256 != hashlib.sha256(data).hexdigest():
        raise BadInput(
            f"this is not the file its card describes: sha256 {hashlib.sha256(data).hexdigest()[:12]}…, "
            f"the card says {card.sha256[:12]}…",
            where=str(path), hint=f"run train.py again, or correct sha256 in {card.folder / 'model.yaml'}",
        )  # fmt: skip
    return data


def with_model(image: Image, board: Board, tflite: Path, card: ModelCard | None, out: Path) -> Image:
    """Write a copy of an image that carries another model; without a card, the image's own labels and scaling stay."""
    model = read_model(tflite, card)
    return _write(_put_model(image, tflite, model, card), out, board)


def with_config(
    image: Image,
    board: Board,
    out: Path,
    *,
    period_s: float | None = None,
    profile: bool = False,
    quiet: bool = False,
    trace: bool = False,
    checksums: bool = False,
) -> Image:
    """Write a copy of an image with a run's settings.

    profile: a record for each operator. quiet: none for each reading. trace: the model's input in full, however long.
    checksums: of the sound heard and of what each operator put out.
    """
    section = image.sections.get(".vmote.config")
    if section is None or section.size < CONFIG_SIZE:
        raise BadInput("the image has no place for settings", where=str(image.path), hint=_SLOTS_HINT)
    data = bytearray(image.data)
    config = pack_config(period_s=period_s, profile=profile, quiet=quiet, trace=trace, checksums=checksums)
    data[section.offset : section.offset + CONFIG_SIZE] = config
    return _write(bytes(data), out, board)


def card_of(image: Image) -> PackedCard | None:
    """Return the card an image carries, or None."""
    return unpack_card(image.section_bytes(".vmote.card") or b"")


def model_of(image: Image) -> bytes | None:
    """Return the .tflite an image carries, or None."""
    card, slot = card_of(image), image.section_bytes(".vmote.model")
    return slot[: card.model_size] if card and slot else None


def model_capacity(image: Image) -> int | None:
    """Return how large a model the image has room for, or None where it is not ours."""
    section, symbol = image.sections.get(".vmote.model"), image.symbols.get("vmote_model")
    return None if section is None else symbol.size if symbol else section.size


def _put_model(image: Image, tflite: Path, model: bytes, card: ModelCard | None) -> bytes:
    card_slot, model_slot = image.sections.get(".vmote.card"), image.sections.get(".vmote.model")
    capacity = model_capacity(image)
    if card_slot is None or model_slot is None or image.about is None or capacity is None:
        raise BadInput("the image has no place for a model", where=str(image.path), hint=_SLOTS_HINT)
    if card is not None and card.app != image.about.app:
        raise BadInput(
            f"model {card.name} is for the app {card.app}; this image runs {image.about.app}",
            where=str(tflite), hint=f"build the app {card.app}: vmote build --app {card.app}",
        )  # fmt: skip
    packed = pack_card(card, model) if card is not None else _borrowed_card(image, tflite, model)
    if len(model) > capacity:
        raise BadInput(
            f"the model has {len(model)} bytes, the image has room for {capacity}",
            where=str(tflite),
            hint=f"raise APP_MODEL_CAPACITY in firmware/app/{image.about.app}/app.cmake, or train a smaller model",
        )
    wanted = unpack_card(packed)
    assert wanted is not None
    check_suits(model, tflite, wanted, image.about, card.arena_tflm if card is not None else 0)
    data = bytearray(image.data)
    data[card_slot.offset : card_slot.offset + len(packed)] = packed
    filler = b"\xff" * (capacity - len(model))
    data[model_slot.offset : model_slot.offset + capacity] = model + filler
    return bytes(data)


def _borrowed_card(image: Image, tflite: Path, model: bytes) -> bytes:
    """Take the image's own card for a model that comes without one: same labels, scaling and shapes, another name."""
    slot = image.section_bytes(".vmote.card") or b""
    if unpack_card(slot) is None:
        raise BadInput(
            "this image carries no card yet, and the model comes without one",
            where=str(tflite), hint="put a model.yaml beside the .tflite",
        )  # fmt: skip
    return rename_card(slot, tflite.stem, model)


def _write(data: bytes, out: Path, board: Board) -> Image:
    """Put a file in place at once, so that nobody reads half of it."""
    out.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(out)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return read_image(data, out, board)
