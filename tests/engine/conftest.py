# SPDX-License-Identifier: Apache-2.0
"""Test images, compiled when first asked for, and a run of them that keeps what was observed."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from vmote.engine.base import Limits, Stop
from vmote.engine.qemu import QemuEngine
from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Stimulus

IMAGES = Path(__file__).parent / "images"
FLAGS = (
    *("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16", "-O1", "-g", "-std=gnu11"),
    *("-Wall", "-Wextra", "-Werror", "-Wno-infinite-recursion", "-Wno-unused-function", "-Wno-unused-variable"),
    *("-ffreestanding", "-nostdlib", "-Wl,--build-id=none"),
)


@pytest.fixture(scope="session")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Return a function that compiles images/<name>.c with definitions."""
    folder = tmp_path_factory.mktemp("images")

    def compiled(name: str, **definitions: int) -> Path:
        compiler = shutil.which("arm-none-eabi-gcc")
        assert compiler, "arm-none-eabi-gcc is missing: make test installs it"
        key = hashlib.sha256(repr((name, sorted(definitions.items()))).encode()).hexdigest()[:12]
        target = folder / f"{name}-{key}.elf"
        if not target.is_file():
            sources = [str(IMAGES / "start.c"), str(IMAGES / f"{name}.c")]
            defines = [f"-D{k}={v}" for k, v in definitions.items()]
            command = [compiler, *FLAGS, *defines, "-T", str(IMAGES / "image.ld"), "-o", str(target), *sources, "-lgcc"]
            subprocess.run(command, check=True, cwd=folder)
        return target

    return compiled


@dataclass
class Seen:
    """Everything an engine told."""

    console: list[tuple[int, bytes]] = field(default_factory=list)
    pins: list[tuple[int, str, bool]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def on_console(self, t_ns: int, text: bytes) -> None:
        """Keep bytes."""
        self.console.append((t_ns, text))

    def on_pin(self, t_ns: int, name: str, on: bool) -> None:
        """Keep a change."""
        self.pins.append((t_ns, name, on))

    def on_warning(self, t_ns: int, text: str) -> None:
        """Keep a warning."""
        self.warnings.append(text)

    @property
    def text(self) -> str:
        """All of the console."""
        return b"".join(text for _, text in self.console).decode()

    @property
    def said(self) -> dict[str, int]:
        """The name=value lines."""
        pairs = (line.split("=") for line in self.text.splitlines() if "=" in line)
        return {name: int(value) for name, value in pairs}


@dataclass
class Bench:
    """An engine at work, and what it told."""

    engine: QemuEngine
    seen: Seen
    stop: Stop | None = None


Runner = Callable[..., Bench]


@pytest.fixture
def run() -> Iterator[Runner]:
    """Return a function that runs an image for some seconds; every engine it starts is closed."""
    engines: list[QemuEngine] = []

    def runner(
        image: Path,
        seconds: float | None = 1.0,
        *,
        stimulus: Stimulus | None = None,
        limits: Limits | None = None,
        strict: bool = False,
        board: str | Board = "nano33ble-sense",
        **options: str,
    ) -> Bench:
        engine, seen = QemuEngine(**options), Seen()  # type: ignore[arg-type]
        engines.append(engine)
        stimulus = stimulus or Stimulus({}, 10**12)
        chosen = load_board(board) if isinstance(board, str) else board
        engine.start(chosen, image, stimulus, seen, limits or Limits(wall_s=60), strict=strict)
        bench = Bench(engine, seen)
        if seconds is not None:
            bench.stop = engine.run_until(round(seconds * 1e9))
        return bench

    yield runner
    for engine in engines:
        engine.close()
