# SPDX-License-Identifier: Apache-2.0
"""What a person asks of a run; what is left out is the scenario's own choice."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from vmote.engine.base import Limits


@dataclass(frozen=True)
class Request:
    """A run that is asked for."""

    scenario: Path
    board: str | None = None
    app: str | None = None
    port: str | None = None
    runtime: str | None = None
    engine: str = "qemu"
    toolchain: str = "local"
    model: str | None = None  # a .tflite, a model.yaml or a model's name, put into the image without compiling
    any_model: bool = False  # build an image whose runtime has every operator
    image: Path | None = None  # an ELF to run as it is, instead of building one
    strict: bool = False
    profile: bool = False  # a record for each operator of each inference
    trace: bool = False  # records of inputs of any length, for the golden check
    limits: Limits = field(default_factory=Limits)
    kernels: str | None = None  # of the runtime tflm
    checksums: bool = False  # records of the sound's and every operator's CRC-32, for `vmote golden`
    functions: bool = False  # count instructions by function; leaves no mark on the run
    gdb: int | None = None  # a port of this machine at which a debugger takes over
