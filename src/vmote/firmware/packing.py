# SPDX-License-Identifier: Apache-2.0
"""The bytes that stand beside the code in an image: the Python twin of `firmware/app/card.h`."""

from __future__ import annotations

import hashlib
import re
import struct
import zlib
from dataclasses import dataclass
from math import prod
from typing import Literal

from vmote.firmware.card import MAX_LABELS, MAX_QUANTITIES, NAME_BYTES, LogMel, ModelCard, Quantity, ZScore

CARD_MAGIC = 0x44434D56
CARD_VERSION = 1
CARD_SIZE = 512
CONFIG_MAGIC = 0x46434D56
CONFIG_SIZE = 64
CONFIG_PROFILE = 1
CONFIG_QUIET = 2
CONFIG_TRACE = 4
CONFIG_CHECKSUMS = 8
NO_LABEL = 0xFF
PARAMETERS = 16

# Numbered as in inference.h, which numbers them as the TensorFlow Lite schema does.
TYPE_NUMBERS = {"float32": 0, "uint8": 3, "int16": 7, "int8": 9}
_FEATURES = {"zscore": 0, "log-mel": 1}
_LAYOUTS = {"by-quantity": 0, "by-time": 1}
_DECISIONS = {"threshold": 0, "argmax": 1}

_HEAD = struct.Struct("<IHHII32s16s16s")
_SHAPE = struct.Struct("<BBBBHHQ")
_DECISION = struct.Struct("<BBBBfIIIIBBH")
_CONFIG = struct.Struct("<IIQ48x")


def pack_card(card: ModelCard, model: bytes) -> bytes:
    """Write a card for a model's bytes."""
    features = card.features
    decision = card.decision
    out = _HEAD.pack(
        CARD_MAGIC, CARD_VERSION, CARD_SIZE, zlib.crc32(model), len(model), hashlib.sha256(model).digest(),
        _name(card.app), _name(card.name),
    )  # fmt: skip
    out += b"".join(_name(label) for label in card.labels) + bytes(NAME_BYTES * (MAX_LABELS - len(card.labels)))
    parameters = [0] * PARAMETERS
    means = [0.0] * MAX_QUANTITIES
    stds = [1.0] * MAX_QUANTITIES
    if isinstance(features, ZScore):
        for index, quantity in enumerate(features.quantities):
            means[index], stds[index] = quantity.mean, quantity.std
        shape = (_LAYOUTS[features.layout], len(features.quantities), features.window, features.stride)
        period_us = round(features.period_s * 1e6)
    else:
        shape = (_LAYOUTS["by-time"], 0, features.frames, features.every_frames)
        period_us = features.stride_ms * 1000
        parameters[:6] = _log_mel_parameters(features)
    out += _SHAPE.pack(len(card.labels), _FEATURES[features.kind], *shape, period_us)
    out += struct.pack(f"<{MAX_QUANTITIES}f{MAX_QUANTITIES}f", *means, *stds)
    out += _DECISION.pack(
        _DECISIONS[decision.kind],
        card.labels.index(decision.unsure) if decision.unsure else NO_LABEL,
        decision.average,
        decision.hold,
        decision.threshold,
        sum(1 << card.labels.index(label) for label in decision.alert),
        decision.refractory_ms,
        prod(card.input.shape),
        prod(card.output.shape),
        TYPE_NUMBERS[card.input.type],
        TYPE_NUMBERS[card.output.type],
        0,
    )
    out += struct.pack(f"<{PARAMETERS}i", *parameters)
    out += bytes(CARD_SIZE - 4 - len(out))
    return out + struct.pack("<I", zlib.crc32(out))


def _log_mel_parameters(features: LogMel) -> list[int]:
    return [
        features.sample_rate, features.window_ms, features.stride_ms,
        features.bands, features.low_hz, features.high_hz,
    ]  # fmt: skip


def _name(text: str) -> bytes:
    return text.encode("ascii")[: NAME_BYTES - 1].ljust(NAME_BYTES, b"\0")


@dataclass(frozen=True)
class PackedCard:
    """What an image's card says, as far as another model has to match it."""

    app: str
    name: str
    labels: tuple[str, ...]
    sha256: str
    model_size: int
    inputs: int
    outputs: int
    input_type: str
    output_type: str
    period_s: float  # between two readings
    features: ZScore | LogMel | None = None  # the names of quantities are not in it; None where it means nothing


def unpack_card(data: bytes) -> PackedCard | None:
    """Read the card of an image; None where it holds none."""
    if len(data) < CARD_SIZE or struct.unpack_from("<I", data)[0] != CARD_MAGIC:
        return None
    if struct.unpack_from("<I", data, CARD_SIZE - 4)[0] != zlib.crc32(data[: CARD_SIZE - 4]):
        return None
    _, _, _, _, size, digest, app, name = _HEAD.unpack_from(data)
    at = _HEAD.size
    labels = [data[at + i * NAME_BYTES : at + (i + 1) * NAME_BYTES] for i in range(MAX_LABELS)]
    at += NAME_BYTES * MAX_LABELS
    shape = _SHAPE.unpack_from(data, at)
    at += _SHAPE.size
    scaling = struct.unpack_from(f"<{2 * MAX_QUANTITIES}f", data, at)
    at += 8 * MAX_QUANTITIES
    fields = _DECISION.unpack_from(data, at)
    parameters = struct.unpack_from(f"<{PARAMETERS}i", data, at + _DECISION.size)
    names = {number: word for word, number in TYPE_NUMBERS.items()}
    return PackedCard(
        app=_text(app),
        name=_text(name),
        labels=tuple(_text(label) for label in labels[: shape[0]]),
        sha256=digest.hex(),
        model_size=size,
        inputs=fields[7],
        outputs=fields[8],
        input_type=names.get(fields[9], "?"),
        output_type=names.get(fields[10], "?"),
        period_s=shape[-1] / 1e6,
        features=_features(shape, scaling, parameters),
    )


def _features(
    shape: tuple[int, ...], scaling: tuple[float, ...], parameters: tuple[int, ...]
) -> ZScore | LogMel | None:
    """Return what a card says of the model's input; None where the numbers cannot be."""
    _, kind, layout, count, window, stride, period_us = shape
    try:
        if kind == _FEATURES["log-mel"]:
            rate, window_ms, stride_ms, bands, low, high = parameters[:6]
            return LogMel(
                kind="log-mel", sample_rate=rate, window_ms=window_ms, stride_ms=stride_ms, frames=window, bands=bands,
                low_hz=low, high_hz=high, every_frames=stride,
            )  # fmt: skip
        quantities = [
            Quantity(name=f"quantity-{i + 1}", unit="", mean=scaling[i], std=scaling[MAX_QUANTITIES + i])
            for i in range(count)
        ]
        name: Literal["by-quantity", "by-time"] = "by-time" if layout == _LAYOUTS["by-time"] else "by-quantity"
        return ZScore(
            kind="zscore", window=window, period_s=period_us / 1e6, layout=name, quantities=tuple(quantities),
            stride=stride,
        )  # fmt: skip
    except ValueError:
        return None


def rename_card(packed: bytes, name: str, model: bytes) -> bytes:
    """Return a card that keeps everything but the model it speaks of."""
    word = re.sub(r"[^a-z0-9-]", "-", name.lower())[: NAME_BYTES - 1] or "model"
    head = list(_HEAD.unpack_from(packed))
    head[3:6] = [zlib.crc32(model), len(model), hashlib.sha256(model).digest()]
    head[7] = _name(word)
    out = _HEAD.pack(*head) + packed[_HEAD.size : CARD_SIZE - 4]
    return out + struct.pack("<I", zlib.crc32(out))


def _text(data: bytes) -> str:
    return data.split(b"\0", 1)[0].decode("ascii", errors="replace")


def pack_config(
    *,
    period_s: float | None = None,
    profile: bool = False,
    quiet: bool = False,
    trace: bool = False,
    checksums: bool = False,
) -> bytes:
    """Write a run's settings; a period of None leaves the card's."""
    switches = {CONFIG_PROFILE: profile, CONFIG_QUIET: quiet, CONFIG_TRACE: trace, CONFIG_CHECKSUMS: checksums}
    flags = sum(flag for flag, on in switches.items() if on)
    return _CONFIG.pack(CONFIG_MAGIC, flags, 0 if period_s is None else round(period_s * 1e6))
