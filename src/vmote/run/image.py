# SPDX-License-Identifier: Apache-2.0
"""From a request to an image that is ready to run."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from vmote.firmware.build import PORTS, RUNTIMES, Built, build
from vmote.firmware.elf import Image, open_image
from vmote.firmware.insert import card_of, find_model, model_of, with_model
from vmote.firmware.memory import MemoryUse
from vmote.firmware.packing import PackedCard
from vmote.firmware.tool_run import Step
from vmote.platforms import Board, load_board
from vmote.run.request import Request
from vmote.run.settings import with_settings
from vmote.run.watcher import Watcher
from vmote.scenario.model import Scenario
from vmote.toolchain.command import build_in_container, check_toolchain
from vmote.toolchain.progress import Progress


@dataclass(frozen=True)
class Prepared:
    """An image and what is known of it."""

    path: Path
    sha256: str
    app: str
    port: str
    runtime: str
    model: Path | None  # the .tflite it carries; None where that is not known (a foreign ELF)
    model_name: str
    memory: tuple[MemoryUse, ...]
    labels: tuple[str, ...] = ()  # of the model's card
    card: PackedCard | None = None


def prepare(request: Request, board: Board, scenario: Scenario, watcher: Watcher, workspace: Path) -> Prepared:
    """Build or open the image, and put into it what this run wants different; copies go to the workspace."""
    check_toolchain(request.toolchain)
    image = _open_or_build(request, board, scenario, watcher)
    if wanted := request.model or _model_of(scenario):
        tflite, card = find_model(wanted)
        image = with_model(image, board, tflite, card, workspace / "model.elf")
        watcher.stage("model", f"{tflite} put into the image, nothing compiled")
    image = with_settings(image, board, request, scenario, workspace / "image.elf")
    return _describe(image, request, workspace)


def _model_of(scenario: Scenario) -> str | None:
    """Return the model a scenario names: a file beside it, or one of the project's."""
    name = scenario.device.model
    beside = scenario.path.parent / name if name else None
    return str(beside) if beside is not None and beside.is_file() else name


def _open_or_build(request: Request, board: Board, scenario: Scenario, watcher: Watcher) -> Image:
    if request.image is not None:
        image = open_image(request.image, board)
        watcher.stage("image", f"{request.image}, as it is")
        return image
    device = scenario.device
    make = partial(build, tell=watcher.building) if request.toolchain == "local" else build_in_container
    built = make(
        board,
        request.app or device.app,
        request.port or device.port or PORTS[0],
        request.runtime or device.runtime or RUNTIMES[0],
        any_model=request.any_model,
        kernels=request.kernels,
    )
    watcher.stage("image", f"{built.path.parent.name}: {built.why}" + ("" if built.compiled else " (build skipped)"))
    return open_image(built.path, board)


def build_image(
    board: str,
    app: str | None,
    port: str | None,
    runtime: str | None,
    toolchain: str,
    *,
    any_model: bool = False,
    kernels: str | None = None,
    progress: Progress | None = None,
    tell: Step | None = None,
) -> tuple[Built, Image]:
    """Build an image outside a run, for `vmote build`; what is left out is the default."""
    check_toolchain(toolchain)
    where = load_board(board)
    make = partial(build, tell=tell) if toolchain == "local" else partial(build_in_container, progress=progress)
    built = make(
        where, app or where.default_app, port or PORTS[0], runtime or RUNTIMES[0], any_model=any_model, kernels=kernels
    )
    return built, open_image(built.path, where)


def _describe(image: Image, request: Request, workspace: Path) -> Prepared:
    about, card, model = image.about, card_of(image), model_of(image)
    path = None
    if model is not None:
        path = workspace / "model.tflite"
        path.write_bytes(model)
    return Prepared(
        path=image.path,
        sha256=image.sha256,
        app=about.app if about else "unknown",
        port=about.port if about else request.port or "unknown",
        runtime=about.runtime if about else request.runtime or "unknown",
        model=path,
        model_name=card.name if card else "unknown",
        memory=image.memory,
        labels=card.labels if card else (),
        card=card,
    )
