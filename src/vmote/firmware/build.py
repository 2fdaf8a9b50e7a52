# SPDX-License-Identifier: Apache-2.0
"""Source to image: CMake and Ninja, and nothing at all when nothing changed."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import BadInput, Missing, Unsupported, nearest
from vmote.firmware import build_tools
from vmote.firmware.app_file import load_app
from vmote.firmware.board_files import board_h, memory_ld
from vmote.firmware.card import ModelCard, load_model, model_names
from vmote.firmware.elf import open_image
from vmote.firmware.insert import with_model
from vmote.platforms import Board, project_root
from vmote.tflite.model import read_model
from vmote.tools import NEEDS, find_tool

PORTS = ("baremetal", "zephyr")
RUNTIMES = ("native", "tflm")
_EPOCH = "1704067200"  # 2024-01-01: no image carries the time of its build
_MESSAGE_LINES = 40
_COMPILER = "arm-none-eabi-gcc"


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
    folder: Path | None = None,
) -> Built:
    """Build the image of an app for a board, with the app's own model unless another one is given.

    The runtime in it has the operators of the project's models of that app; with `any_model`, all there are.
    """
    started = time.monotonic()
    _check_wishes(board, app, port, runtime)
    card = model or load_model(load_app(app).model)
    kind = f"{board.name}-{app}-{port}-{runtime}" + ("-any" if any_model else "")
    place = (folder or project_root() / "build") / kind
    operators = ("ALL",) if any_model else _operators(app)
    place.mkdir(parents=True, exist_ok=True)
    image = place / ("image.elf" if model is None else f"image-{card.name}.elf")
    with _locked(place / "lock"):
        compiled, why = _compile(board, app, runtime, operators, place)
        _insert(board, card, place / "base.elf", image)
    return Built(image, compiled, time.monotonic() - started, why)


def _check_wishes(board: Board, app: str, port: str, runtime: str) -> None:
    if port not in PORTS:
        raise BadInput(f"there is no port {port!r}", hint=nearest(port, PORTS))
    if runtime not in RUNTIMES:
        raise BadInput(f"there is no runtime {runtime!r}", hint=nearest(runtime, RUNTIMES))
    if port != "baremetal":
        raise Unsupported(f"the port {port} is not built by this command yet", hint="use --port baremetal")
    if runtime != "native":
        raise Unsupported(f"the bare-metal port runs models on native, not on {runtime}", hint="use --runtime native")
    load_app(app)
    if app not in board.apps:
        raise BadInput(f"{board.name} does not run the app {app!r}", hint=nearest(app, board.apps))


def _operators(app: str) -> tuple[str, ...]:
    """Name the operators that the project's models of an app use, so that any of them can be put into its image."""
    cards = (load_model(name) for name in model_names())
    paths = (card.path for card in cards if card.app == app and card.path.is_file())
    return tuple(sorted({name for path in paths for name in read_model(path).operator_names}))


# --- what changed ---------------------------------------------------------------------------------------------------


def _inputs(board: Board, runtime: str, operators: tuple[str, ...]) -> str:
    """Hash the names, sizes and times of everything a build reads: quicker than reading it."""
    root = project_root()
    digest = hashlib.sha256(f"{root} {runtime} {operators}".encode())
    for path in sorted(_input_files(board)):
        status = path.stat()
        digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    gcc = shutil.which(os.environ.get(NEEDS[_COMPILER].variable) or _COMPILER)
    if gcc is not None:
        status = Path(gcc).stat()
        digest.update(f"{gcc} {status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()


def _input_files(board: Board) -> Iterator[Path]:
    yield board.folder / "board.yaml"
    yield from (Path(__file__), Path(__file__).with_name("board_files.py"))
    for folder, subfolders, names in os.walk(project_root() / "firmware"):
        subfolders[:] = [name for name in subfolders if name not in ("zephyr", "tests") and not name.startswith(".")]
        yield from (Path(folder, name) for name in names if not name.startswith("."))


def _read_stamp(path: Path) -> str:
    try:
        return str(json.loads(path.read_text(encoding="utf-8"))["inputs"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


# --- the compiler ---------------------------------------------------------------------------------------------------


def _compile(board: Board, app: str, runtime: str, operators: tuple[str, ...], place: Path) -> tuple[bool, str]:
    stamp = place / "stamp.json"
    base = place / "base.elf"
    inputs = _inputs(board, runtime, operators)
    if base.is_file() and _read_stamp(stamp) == inputs:
        return False, "up to date"
    gcc = find_tool(_COMPILER)
    stamp.unlink(missing_ok=True)
    generated = place / "generated"
    generated.mkdir(exist_ok=True)
    _write_if_other(generated / "memory.ld", memory_ld(board))
    _write_if_other(generated / "board.h", board_h(board))
    work = place / "cmake"
    source = project_root() / "firmware"
    options = {
        "CMAKE_TOOLCHAIN_FILE": source / "toolchain" / "arm-none-eabi.cmake",
        "CMAKE_BUILD_TYPE": "Release",
        "CMAKE_MAKE_PROGRAM": build_tools.ninja(),
        "VMOTE_ARM_GCC": gcc.path,
        "VMOTE_CORE": board.core,
        "VMOTE_SOC": board.soc,
        "VMOTE_BOARD": board.name,
        "VMOTE_APP": app,
        "VMOTE_RUNTIME": runtime,
        "VMOTE_OPERATORS": ";".join(operators),
        "VMOTE_GENERATED": generated,
    }
    wishes = json.dumps({key: str(value) for key, value in options.items()} | {"gcc": gcc.said, "from": str(source)})
    if _read(work / "wishes.json") != wishes:  # CMake keeps what it once found: begin anew
        shutil.rmtree(work, ignore_errors=True)
    if not (work / "build.ninja").is_file():
        arguments = [f"-D{key}={value}" for key, value in options.items()]
        _run([build_tools.cmake(), "-G", "Ninja", "-S", source, "-B", work, *arguments], board)
        (work / "wishes.json").write_text(wishes, encoding="utf-8")
    _run([build_tools.ninja(), "-j", "2", "-C", work, "image.elf"], board)
    _replace(work / "image.elf", base)
    stamp.write_text(json.dumps({"inputs": inputs, "gcc": gcc.said}), encoding="utf-8")
    return True, f"compiled with GCC {gcc.said}"


def _insert(board: Board, card: ModelCard, base: Path, image: Path) -> None:
    """Put the model in, unless the image at hand was made of these very parts."""
    parts = [base, card.path, card.folder / "model.yaml", *Path(__file__).parent.glob("*.py")]
    wanted = "\n".join(f"{p} {p.stat().st_size} {p.stat().st_mtime_ns}" for p in sorted(parts) if p.is_file())
    note = image.with_suffix(".parts")
    if image.is_file() and _read(note) == wanted:
        return
    note.unlink(missing_ok=True)
    with_model(open_image(base, board), board, card.path, card, image)
    note.write_text(wanted, encoding="utf-8")


def _run(command: list[str | Path], board: Board) -> None:
    words = [str(word) for word in command]
    environment = os.environ | {"SOURCE_DATE_EPOCH": _EPOCH, "LC_ALL": "C"}
    for name in ("CFLAGS", "LDFLAGS", "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "CMAKE_GENERATOR"):
        environment.pop(name, None)  # meant for programs of the host
    try:
        result = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
    except OSError as error:
        raise Missing(
            f"{words[0]} does not run: {error.strerror}", hint="set the environment up anew: make setup"
        ) from error
    if result.returncode:
        raise _failure(result.stdout + result.stderr, board)


_OVERFLOW = re.compile(r"region [`'](\w+)' overflowed by (\d+) bytes")


def _failure(output: str, board: Board) -> BadInput:
    """Turn what the tools printed into an error: the compiler's own words, without the commands around them."""
    overflows = _OVERFLOW.findall(output)
    if overflows:
        says = "; ".join(
            f"{region.lower()} overflows by {count} bytes, {board.name} has {memory.size}"
            for region, count in overflows
            if (memory := board.memory.get(region.lower()))
        )
        return BadInput(
            f"the image does not fit {board.name}: {says}", hint="make the arena, the stack or the app smaller"
        )
    noise = re.compile(r"^(ninja: |\[\d+/\d+\]|FAILED: |\S*arm-none-eabi-gcc |: && |-- )")
    lines = [line for line in output.splitlines() if line.strip() and not noise.match(line)]
    text = "\n  ".join(lines[:_MESSAGE_LINES]) or output.strip()[-2000:]
    return BadInput("the firmware does not build", hint=text)


# --- files ----------------------------------------------------------------------------------------------------------


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Let one process build here at a time; the lock ends with the process that holds it."""
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _write_if_other(path: Path, text: str) -> None:
    if _read(path) != text:
        path.write_text(text, encoding="utf-8")


def _replace(source: Path, target: Path) -> None:
    fresh = target.with_suffix(".new")
    shutil.copyfile(source, fresh)
    fresh.replace(target)
