# SPDX-License-Identifier: Apache-2.0
"""The native runtime built for this machine and called through ctypes."""

from __future__ import annotations

import ctypes
import functools
import hashlib
import os
import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2] / "firmware" / "inference"
NATIVE = ROOT / "native"
STRICT = ["-ffp-contract=off", "-std=c11", "-Wall", "-Wextra", "-Werror"]
DTYPES = {0: np.float32, 2: np.int32, 3: np.uint8, 4: np.int64, 6: np.bool_, 7: np.int16, 9: np.int8, 15: np.uint32}


def operators() -> list[str]:
    """Every operator the runtime has, from the definitions themselves."""
    names: list[str] = []
    for path in sorted((NATIVE / "operators").glob("*.c")):
        names += re.findall(r"^const rt_operator rt_operator_(\w+)", path.read_text(), re.M)
    return names


def write_registry(folder: Path, names: Sequence[str]) -> Path:
    """What CMake generates from VMOTE_OPERATORS."""
    lines = ["#include <stddef.h>", '#include "runtime.h"']
    lines += [f"extern const rt_operator rt_operator_{name};" for name in names]
    lines += [
        "const rt_operator *const rt_registry[] = {",
        *[f"    &rt_operator_{name}," for name in names],
        "    NULL,",
        "};",
    ]
    path = folder / "registry.c"
    path.write_text("\n".join(lines) + "\n")
    return path


def sources() -> list[Path]:
    return sorted(NATIVE.glob("*.c")) + sorted(NATIVE.glob("*/*.c"))


def build(flags: Sequence[str], output: str, extra: Sequence[Path] = (), compiler: str = "gcc") -> Path:
    """Compile runtime and `extra` into one file, once for each state of the sources."""
    digest = hashlib.sha256(" ".join([compiler, *flags, output]).encode())
    for path in [*sources(), *sorted(NATIVE.rglob("*.h")), ROOT / "inference.h", *extra]:
        digest.update(path.read_bytes())
    folder = Path(tempfile.gettempdir()) / f"vmote-native-{os.getuid()}" / digest.hexdigest()[:20]
    target = folder / output
    if target.exists():
        return target
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder) as private:
        # Built aside and renamed, so that parallel test workers never see half a file.
        work = Path(private)
        registry = write_registry(work, operators())
        command = [compiler, *STRICT, *flags, f"-I{ROOT}", f"-I{NATIVE}"]
        command += [str(path) for path in [*sources(), registry, *extra]]
        subprocess.run([*command, "-o", str(work / output), "-lm"], check=True)
        (work / output).rename(target)
    return target


class Tensor(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("rank", ctypes.c_uint8),
        ("dims", ctypes.c_int32 * 8),
        ("scale", ctypes.c_float),
        ("zero_point", ctypes.c_int32),
        ("data", ctypes.c_void_p),
        ("bytes", ctypes.c_size_t),
    ]


class Inference(ctypes.Structure):
    _fields_ = [
        ("status", ctypes.c_int),
        ("detail", ctypes.c_char * 56),
        ("arena_used", ctypes.c_size_t),
        ("profiler", ctypes.c_void_p),
        ("state", ctypes.c_void_p),
    ]


class Step(ctypes.Structure):
    _fields_ = (
        ("index", ctypes.c_uint),
        ("name", ctypes.c_char_p),
        ("rank", ctypes.c_uint8),
        ("dims", ctypes.c_int32 * 8),
        ("macs", ctypes.c_uint32),
    )


STEP_HOOK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(Step))


class Profiler(ctypes.Structure):
    _fields_ = (("begin", STEP_HOOK), ("end", STEP_HOOK), ("user", ctypes.c_void_p))


class Refused(Exception):
    """The runtime said no: `code` is the status name, `detail` what it is about."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code
        self.detail = detail


@functools.cache
def library(*definitions: str) -> ctypes.CDLL:
    path = build(["-O2", "-g", "-shared", "-fPIC", *definitions], "libnative.so")
    native = ctypes.CDLL(str(path))
    native.inference_status_name.restype = ctypes.c_char_p
    native.inference_open.argtypes = [
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_size_t,
        ctypes.c_void_p,
        ctypes.c_size_t,
    ]
    return native


class Aligned:
    """Bytes that begin at a multiple of 16, followed by a guard that must survive."""

    GUARD = 0xA5

    def __init__(self, size: int) -> None:
        self.size = size
        self.memory = np.full(size + 16 + 64, self.GUARD, np.uint8)
        self.start = -self.memory.ctypes.data % 16
        self.address = self.memory.ctypes.data + self.start

    def fill(self, data: bytes) -> None:
        self.memory[self.start : self.start + len(data)] = np.frombuffer(data, np.uint8)

    def intact(self) -> bool:
        after = self.memory[self.start + self.size :]
        return bool(np.all(after == self.GUARD) and np.all(self.memory[: self.start] == self.GUARD))


class HostRuntime:
    """One model opened by the native runtime."""

    def __init__(self, model: bytes, arena_size: int = 1 << 20, native: ctypes.CDLL | None = None) -> None:
        self.native = native or library()
        self.model = Aligned(len(model))
        self.model.fill(model)
        self.arena = Aligned(arena_size)
        self.nn = Inference()
        self._check(
            self.native.inference_open(
                ctypes.byref(self.nn), self.model.address, len(model), self.arena.address, arena_size
            )
        )

    def _check(self, status: int) -> None:
        if status != 0:
            name = self.native.inference_status_name(status).decode()
            raise Refused(name, self.nn.detail.decode())

    @property
    def arena_used(self) -> int:
        return int(self.nn.arena_used)

    def _view(self, which: str, index: int) -> np.ndarray:
        tensor = Tensor()
        self._check(getattr(self.native, f"inference_{which}")(ctypes.byref(self.nn), index, ctypes.byref(tensor)))
        raw = (ctypes.c_uint8 * tensor.bytes).from_address(tensor.data)
        shape = list(tensor.dims[: tensor.rank])
        return np.frombuffer(raw, DTYPES[tensor.type]).reshape(shape)

    def run(self, inputs: Sequence[np.ndarray]) -> list[np.ndarray]:
        for index, values in enumerate(inputs):
            view = self._view("input", index)
            np.copyto(view, values.reshape(view.shape))
        self._check(self.native.inference_invoke(ctypes.byref(self.nn)))
        assert self.arena.intact(), "the runtime wrote outside its arena"
        count = self.native.inference_output_count(ctypes.byref(self.nn))
        return [self._view("output", index).copy() for index in range(count)]

    def profile(self) -> list[tuple[int, str, tuple[int, ...], int]]:
        """Run once and gather what the profiler is told: number, name, shape and MACs of each operator."""
        begun: list[int] = []
        steps: list[tuple[int, str, tuple[int, ...], int]] = []

        def begin(_: object, step: ctypes._Pointer[Step]) -> None:
            begun.append(step.contents.index)

        def end(_: object, step: ctypes._Pointer[Step]) -> None:
            told = step.contents
            steps.append((told.index, told.name.decode(), tuple(told.dims[: told.rank]), told.macs))

        profiler = Profiler(STEP_HOOK(begin), STEP_HOOK(end), None)
        self.native.inference_set_profiler(ctypes.byref(self.nn), ctypes.byref(profiler))
        self._check(self.native.inference_invoke(ctypes.byref(self.nn)))
        self.native.inference_set_profiler(ctypes.byref(self.nn), None)
        assert begun == [step[0] for step in steps]
        return steps

    def reset(self) -> None:
        self._check(self.native.inference_reset(ctypes.byref(self.nn)))
