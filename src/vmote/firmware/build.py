# SPDX-License-Identifier: Apache-2.0
"""Source to image: a port's compiler, then the model put in; and nothing at all when nothing changed."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import BadInput, Unsupported, nearest
from vmote.firmware.app_file import app_names, load_app
from vmote.firmware.build_baremetal import compile_baremetal
from vmote.firmware.card import ModelCard, load_model, model_names
from vmote.firmware.elf import open_image
from vmote.firmware.insert import with_model
from vmote.firmware.stamp import locked, read_text
from vmote.firmware.tool_run import Step
from vmote.firmware.zephyr.compile import compile_zephyr
from vmote.platforms import Board, project_root
from vmote.tflite.model import read_model

PORTS = ("baremetal", "zephyr")
RUNTIMES = ("native", "tflm")
KERNELS = ("cmsis-nn", "reference")  # of tflm


@dataclass(frozen=True)
class Built:
    """An image in the build folder, and what it took."""

    path: Path
    compiled: bool  # False: everything was up to date
    seconds: float
    why: str  # what was done or skipped, for a person


def build(
    board: Board,
    app: str,
    port: str = "baremetal",
    runtime: str = "native",
    model: ModelCard | None = None,
    *,
    any_model: bool = False,
    kernels: str | None = None,
    folder: Path | None = None,
    tell: Step | None = None,
) -> Built:
    """Build the image of an app for a board, with the app's own model unless another one is given.

    The runtime in it has the operators of the project's models of that app; with `any_model`, all there are.
    `kernels` are tflm's: CMSIS-NN's unless the reference's are asked for. `tell` is called for each step of what takes
    minutes.
    """
    started = time.monotonic()
    check_wishes(board, app, port, runtime, kernels)
    card = model or load_model(load_app(app).model)
    kernels = kernels or KERNELS[0]
    kind = f"{board.name}-{app}-{port}-{runtime}" + (f"-{kernels}" if runtime == "tflm" else "")
    kind += "-any" if any_model else ""
    place = (folder or build_folder()) / kind
    operators = ("ALL",) if any_model else _operators(app)
    image = place / ("image.elf" if model is None else f"image-{card.name}.elf")
    try:
        place.mkdir(parents=True, exist_ok=True)
        with locked(place / "lock"):
            if port == "zephyr":
                library = (
                    ("ALL",) if any_model else tuple(sorted({o for name in app_names() for o in _operators(name)}))
                )
                compiled, why = compile_zephyr(board, app, runtime, kernels, operators, place, library, tell)
            else:
                compiled, why = compile_baremetal(board, app, runtime, operators, place)
            _insert(board, card, place / "base.elf", image)
    except OSError as error:  # a folder that root made, a full disk
        raise BadInput(
            f"the image cannot be built there: {error.strerror or error}", where=str(error.filename or place),
            hint=f"make room, or make it yours (sudo chown -R $USER {place.parent}), or name another: VMOTE_BUILD=…",
        ) from error  # fmt: skip
    return Built(image, compiled, time.monotonic() - started, why)


def build_folder() -> Path:
    """Return where images are built: VMOTE_BUILD, or the checkout's build/."""
    return Path(os.environ["VMOTE_BUILD"]) if "VMOTE_BUILD" in os.environ else project_root() / "build"


def check_wishes(board: Board, app: str, port: str, runtime: str, kernels: str | None) -> None:
    """Refuse what no image can be built of, before anything is begun."""
    if port not in PORTS:
        raise BadInput(f"there is no port {port!r}", hint=nearest(port, PORTS))
    if runtime not in RUNTIMES:
        raise BadInput(f"there is no runtime {runtime!r}", hint=nearest(runtime, RUNTIMES))
    if kernels is not None and kernels not in KERNELS:
        raise BadInput(f"there are no kernels {kernels!r}", hint=nearest(kernels, KERNELS))
    if port == "baremetal" and runtime != "native":
        raise Unsupported(
            f"the bare-metal port runs models on native, not on {runtime}",
            hint="use --runtime native, or --port zephyr",
        )
    if kernels is not None and runtime != "tflm":
        raise Unsupported(f"the runtime {runtime} has no {kernels} kernels", hint="use --runtime tflm")
    load_app(app)
    if app not in board.apps:
        raise BadInput(f"{board.name} does not run the app {app!r}", hint=nearest(app, board.apps))


def _operators(app: str) -> tuple[str, ...]:
    """Name the operators that the project's models of an app use, so that any of them can be put into its image."""
    cards = (load_model(name) for name in model_names())
    paths = (card.path for card in cards if card.app == app and card.path.is_file())
    return tuple(sorted({name for path in paths for name in read_model(path).operator_names}))


def _insert(board: Board, card: ModelCard, base: Path, image: Path) -> None:
    """Put the model in, unless the image at hand was made of these very parts."""
    parts = [base, card.path, card.folder / "model.yaml", *Path(__file__).parent.glob("*.py")]
    wanted = "\n".join(f"{p} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in sorted(parts) if p.is_file())
    note = image.with_suffix(".parts")
    if image.is_file() and read_text(note) == wanted:
        return
    note.unlink(missing_ok=True)
    with_model(open_image(base, board), board, card.path, card, image)
    note.write_text(wanted, encoding="utf-8")
