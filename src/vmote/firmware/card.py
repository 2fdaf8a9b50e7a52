# SPDX-License-Identifier: Apache-2.0
"""Model cards: what `models/<model>/model.yaml` says.

The card tells the device everything about a model that the `.tflite` file does not: what to feed it, how to scale it,
what its outputs are called and when to believe them. `packing.py` turns a card into the bytes an image carries.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from vmote.errors import BadInput, nearest
from vmote.platforms import project_root

MAX_LABELS = 12
MAX_QUANTITIES = 8
NAME_BYTES = 16  # of a name or label in the binary card, the closing zero included
_WORD = re.compile(r"^[a-z0-9][a-z0-9-]*$")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Quantity(_Strict):
    """One sensed quantity and how the training data was distributed: the device feeds (x - mean) / std."""

    name: str
    unit: str
    mean: float = 0.0
    std: float = Field(default=1.0, gt=0)


class ZScore(_Strict):
    """The last `window` readings of each quantity, each scaled by its own mean and standard deviation."""

    kind: Literal["zscore"]
    window: int = Field(gt=0, le=1024)  # readings, oldest first
    period_s: float = Field(gt=0)  # between two readings; what the model was trained on
    # by-quantity: T T T H H H.  by-time: T H T H T H (an image of time by quantity).
    layout: Literal["by-quantity", "by-time"] = "by-quantity"
    quantities: tuple[Quantity, ...] = Field(min_length=1, max_length=MAX_QUANTITIES)
    stride: int = Field(default=1, gt=0)  # readings between two inferences

    @property
    def elements(self) -> int:
        """How many numbers one inference takes."""
        return self.window * len(self.quantities)


class LogMel(_Strict):
    """A fixed-point log-mel spectrogram: see `vmote.features.logmel` for what each number does."""

    kind: Literal["log-mel"]
    sample_rate: int = 16000
    window_ms: int = 30
    stride_ms: int = 20
    frames: int = 49
    bands: int = 40
    low_hz: int = 125
    high_hz: int = 7500
    every_frames: int = Field(default=5, gt=0)  # strides between two inferences

    @property
    def elements(self) -> int:
        """How many numbers one inference takes."""
        return self.frames * self.bands


Features = Annotated[ZScore | LogMel, Field(discriminator="kind")]


class Tensor(_Strict):
    """What the `.tflite` file must have at this end; scale and zero point are read from the file itself."""

    shape: tuple[int, ...]
    type: Literal["int8", "int16", "uint8", "float32"] = "int8"


class Decision(_Strict):
    """From output numbers to a label.

    threshold: one output; at or above `threshold` the second label holds, else the first.
    argmax: as many outputs as labels; the largest wins if it reaches `threshold`, else `unsure` holds.
    """

    kind: Literal["threshold", "argmax"]
    threshold: float = Field(ge=0, le=1)
    unsure: str = ""
    alert: tuple[str, ...] = ()  # labels that switch the LED on
    average: int = Field(default=1, ge=1, le=16)  # inferences averaged before deciding
    hold: int = Field(default=1, ge=1, le=64)  # inferences that must agree before the label counts as heard
    refractory_ms: int = Field(default=0, ge=0)  # silence after a label was heard


class Training(_Strict):
    """How the model came to be, for a reader and for `make train`."""

    script: str = "train.py"
    seed: int = 0
    data: str = ""  # the recipe in words
    split: str = ""  # what the held-out data does not share with the training data
    train_examples: int = 0
    test_examples: int = 0
    framework: str = ""
    notes: str = ""


class ModelCard(_Strict):
    """A model, as far as a device and a person need to know it."""

    schema_version: int = Field(alias="schema")
    name: str
    app: str
    title: str
    file: str  # the .tflite, beside the card
    architecture: str = ""
    features: Features
    input: Tensor
    output: Tensor
    labels: tuple[str, ...] = Field(min_length=1, max_length=MAX_LABELS)
    decision: Decision
    training: Training = Training()
    metrics: dict[str, dict[str, float]] = {}  # {float: {accuracy: …}, int8: {accuracy: …}}, held-out data
    sha256: str = ""
    size: int = 0  # bytes of the .tflite
    arena: int = 0  # bytes, as planned by the native runtime
    arena_tflm: int = 0  # bytes that TFLM with CMSIS-NN needs to open it, as a Cortex-M4 tells; 0: not measured
    cycles: dict[str, int] = {}  # board -> cycles of one inference
    folder: Path = Path()

    @field_validator("schema_version")
    @classmethod
    def _known_schema(cls, value: int) -> int:
        if value != 1:
            raise ValueError(f"schema {value} is not known; this version reads 1")
        return value

    @field_validator("labels")
    @classmethod
    def _labels_fit(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for label in value:
            if not _WORD.match(label) or len(label) >= NAME_BYTES:
                raise ValueError(f"label {label!r}: lower-case letters, digits and -, at most {NAME_BYTES - 1} of them")
        if len(set(value)) != len(value):
            raise ValueError("a label is there twice")
        return value

    @field_validator("name", "app")
    @classmethod
    def _name_fits(cls, value: str) -> str:
        if not _WORD.match(value) or len(value) >= NAME_BYTES:
            raise ValueError(f"{value!r}: lower-case letters, digits and -, at most {NAME_BYTES - 1} of them")
        return value

    @model_validator(mode="after")
    def _belongs_together(self) -> ModelCard:
        outputs = 1
        for size in self.output.shape:
            outputs *= size
        if self.decision.kind == "threshold" and (outputs != 1 or len(self.labels) != 2):
            raise ValueError(
                f"decision kind threshold takes one output and two labels; "
                f"here are {outputs} outputs and {len(self.labels)} labels"
            )
        if self.decision.kind == "argmax" and outputs != len(self.labels):
            raise ValueError(f"{len(self.labels)} labels, but the output shape holds {outputs} numbers")
        inputs = 1
        for size in self.input.shape:
            inputs *= size
        if inputs != self.features.elements:
            raise ValueError(f"the features give {self.features.elements} numbers, but the input shape holds {inputs}")
        for label in (*self.decision.alert, *filter(None, [self.decision.unsure])):
            if label not in self.labels:
                raise ValueError(f"decision names {label!r}: {nearest(label, self.labels)}")
        return self

    @property
    def path(self) -> Path:
        """Where the `.tflite` file is."""
        return self.folder / self.file


def load_card(path: Path) -> ModelCard:
    """Read a `model.yaml`, or say what is wrong with it."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise BadInput("there is no such model card", where=str(path)) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"the model card cannot be read: {error}", where=str(path)) from error
    try:
        data: Any = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise BadInput(f"not a YAML file: {' '.join(str(error).split())}", where=str(path)) from error
    if not isinstance(data, dict):
        raise BadInput("a model card is a mapping of keys to values", where=str(path))
    try:
        return ModelCard(**{str(key): value for key, value in data.items()} | {"folder": path.parent})
    except ValidationError as error:
        raise BadInput(say_validation(error), where=str(path)) from error


def say_validation(error: ValidationError) -> str:
    """Write pydantic's complaints as a sentence each: key, what was found, what was expected."""
    sayings = []
    for problem in error.errors():
        key = ".".join(str(part) for part in problem["loc"] if part not in ("zscore", "log-mel"))
        text = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            text = "no such key"
        elif problem["type"] == "missing":
            text = "this key is missing"
        sayings.append(f"{key}: {text}" if key else text)
    return "; ".join(sayings)


def model_names() -> list[str]:
    """List the models that have a card."""
    return sorted(path.parent.name for path in (project_root() / "models").glob("*/model.yaml"))


def load_model(name: str) -> ModelCard:
    """Read the card of a model of the project by its name."""
    path = project_root() / "models" / name / "model.yaml"
    if not path.is_file():
        raise BadInput(f"there is no model {name!r}", hint=nearest(name, model_names()))
    return load_card(path)
