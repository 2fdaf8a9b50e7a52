# SPDX-License-Identifier: Apache-2.0
"""The native runtime built for a Cortex-M and run in QEMU: many cases in one image."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from corpus import Case
from host_runtime import build

TARGET = Path(__file__).resolve().parent / "target"
GCC = "arm-none-eabi-gcc"
QEMU = "qemu-system-arm"
NANOSECONDS_A_TICK = 40  # SysTick at the mps2 boards' 25 MHz; with -icount shift=0 an instruction takes 1 ns


@dataclass(frozen=True)
class Core:
    flags: tuple[str, ...]
    machine: str
    script: str
    cases_at: int | None = None


CORES = {
    "cortex-m4": Core(("-mcpu=cortex-m4", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16"), "mps2-an386", "mps2-an386.ld"),
    "cortex-m7": Core(("-mcpu=cortex-m7", "-mfloat-abi=hard", "-mfpu=fpv5-d16"), "mps2-an500", "mps2-an500.ld"),
    "cortex-m0plus": Core(("-mcpu=cortex-m0plus", "-mfloat-abi=soft"), "microbit", "microbit.ld", 0x18000),
}


@dataclass
class Result:
    status: int
    detail: str
    arena_used: int
    outputs: list[list[bytes]] = field(default_factory=list)
    run_status: list[int] = field(default_factory=list)
    instructions: int = 0
    steps: list[int] = field(default_factory=list)


def available() -> str | None:
    """What is missing on this machine, or None."""
    for tool in (GCC, QEMU):
        if shutil.which(tool) is None:
            return tool
    return None


def image(core: str, optimise: str = "-O2") -> Path:
    target = CORES[core]
    place = [f"-DCASES_AT={target.cases_at}"] if target.cases_at is not None else []
    flags = [
        *target.flags,
        "-mthumb",
        optimise,
        "-g",
        "-ffunction-sections",
        "-fdata-sections",
        "-Wl,--gc-sections",
        "--specs=nano.specs",
        "--specs=nosys.specs",
        "-nostartfiles",
        *place,
        f"-L{TARGET}",
        f"-T{TARGET / target.script}",
        f"-I{TARGET}",
    ]
    return build(flags, f"{core}.elf", [TARGET / "startup.c", TARGET / "harness.c"], GCC)


def _pad(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % 16)


def pack(cases: Sequence[Case], profile: bool = False) -> bytes:
    blob = b""
    parts = []
    for case in cases:
        parts.append(struct.pack("<4I", case.runs, len(case.model), len(case.inputs), int(profile)))
        parts.append(_pad(case.model))
        for values in case.inputs:
            raw = np.ascontiguousarray(values).tobytes()
            parts.append(_pad(struct.pack("<I", len(raw)) + b"\0" * 12 + raw))
    return blob.join(parts) + b"\0" * 16


def run(core: str, cases: Sequence[Case], profile: bool = False, optimise: str = "-O2") -> list[Result]:
    target = CORES[core]
    elf = image(core, optimise)
    with tempfile.TemporaryDirectory() as folder:
        cwd = Path(folder)
        (cwd / "cases.bin").write_bytes(pack(cases, profile))
        command = [QEMU, "-M", target.machine, "-nographic", "-monitor", "none", "-serial", "none"]
        command += ["-semihosting-config", "enable=on,target=native", "-icount", "shift=0", "-kernel", str(elf)]
        if target.cases_at is not None:
            command += ["-device", f"loader,file=cases.bin,addr={target.cases_at},force-raw=on"]
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{core}: QEMU ended with {done.returncode}: {done.stderr.strip()}")
        return unpack((cwd / "results.bin").read_bytes(), cases)


def unpack(data: bytes, cases: Sequence[Case]) -> list[Result]:
    at = 0

    def word() -> int:
        nonlocal at
        at += 4
        return int(struct.unpack_from("<I", data, at - 4)[0])

    results = []
    for case in cases:
        status = word()
        detail = data[at : at + 56].split(b"\0")[0].decode()
        at += 56
        result = Result(status, detail, word())
        outputs = word()
        for _ in range(case.runs if status == 0 else 0):
            result.run_status.append(word())
            run_outputs = []
            for _ in range(outputs):
                size = word()
                run_outputs.append(data[at : at + size])
                at += size
            result.outputs.append(run_outputs)
        result.instructions = word() * NANOSECONDS_A_TICK
        result.steps = [word() * NANOSECONDS_A_TICK for _ in range(word())]
        results.append(result)
    return results
