# SPDX-License-Identifier: Apache-2.0
"""The price of the native runtime beside TFLM with CMSIS-NN: instructions, cycles per MAC, flash and arena.

Builds the runtime for a Cortex-M4, runs the MLPerf Tiny architectures (random weights) in QEMU and prints a table.
`--json` prints the same as one document, `--profile MODEL` the share of each operator.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "native"))

import emulated  # noqa: E402
from host_runtime import sources, write_registry  # noqa: E402
from zoo import ZOO  # noqa: E402

from vmote.tflite import describe  # noqa: E402

# TFLM with CMSIS-NN and with its reference kernels, GCC 12.2, Cortex-M4, counted in QEMU: millions of instructions
# for one inference, and the arena in KB. Interpreter and kernels together took 73 to 131 KB of flash.
CMSIS_NN: dict[str, tuple[float, float, float]] = {
    "ds_cnn": (7.70, 43.0, 22.8),
    "visual_wake_words": (24.10, 100.1, 100.7),
    "resnet8": (29.86, 107.3, 55.0),
    "autoencoder": (0.583, 1.95, 2.6),
    "micro_speech": (1.495, 9.3, 6.8),
    "person_detection": (22.9, 95.6, 82.3),
}
CMSIS_NN_FLASH_KB = (73, 131)


@dataclass(frozen=True)
class Row:
    model: str
    macs: int
    instructions: int
    instructions_per_mac: float
    cmsis_nn_instructions: float
    reference_instructions: float
    flash: int
    arena: int
    cmsis_nn_arena: float


def flash_of(operators: tuple[str, ...], core: str) -> int:
    """Bytes of code and constants of a runtime with these operators alone, int8 only, C libraries included."""
    target = emulated.CORES[core]
    native = ROOT / "firmware" / "inference" / "native"
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        registry = write_registry(work, operators)
        main = work / "main.c"
        main.write_text(
            '#include "inference.h"\nstatic inference nn; inference_tensor view;\n'
            "extern const unsigned char model[]; extern unsigned char arena[];\n"
            "int main(void) { inference_open(&nn, model, 4, arena, 4); inference_input(&nn, 0, &view);\n"
            "inference_output(&nn, 0, &view);\n"
            "return (int)inference_invoke(&nn) + inference_status_name(nn.status)[0]; }\n"
        )
        flags = [
            *target.flags,
            "-mthumb",
            "-O2",
            "-std=c11",
            "-DRT_INT8_ONLY",
            "-ffunction-sections",
            "-fdata-sections",
            "-ffp-contract=off",
        ]
        flags += ["-Wl,--gc-sections", "--specs=nano.specs", "--specs=nosys.specs", "-nostartfiles", "-Wl,-e,main"]
        flags += ["-Wl,--defsym=model=0", "-Wl,--defsym=arena=0x20000000"]
        flags += [f"-I{native.parent}", f"-I{native}"]
        files = [str(path) for path in [main, registry, *sources()]]
        image = work / "image.elf"
        subprocess.run([emulated.GCC, *flags, *files, "-o", str(image), "-lm"], check=True)
        size = subprocess.run(["arm-none-eabi-size", str(image)], check=True, capture_output=True, text=True).stdout
        text, data, *_ = size.splitlines()[1].split()
        return int(text) + int(data)


def measure(core: str = "cortex-m4") -> list[Row]:
    """Run every model once and gather the table."""
    rows = []
    for name, (fast, slow, arena) in CMSIS_NN.items():
        case = ZOO[name]()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.tflite"
            path.write_bytes(case.model)
            report = describe(path)
        result = emulated.run(core, [case])[0]
        operators = tuple(dict.fromkeys(line.name for line in report.operators))
        rows.append(
            Row(
                model=name,
                macs=report.macs,
                instructions=result.instructions,
                instructions_per_mac=round(result.instructions / report.macs, 2),
                cmsis_nn_instructions=fast * 1e6,
                reference_instructions=slow * 1e6,
                flash=flash_of(operators, core),
                arena=result.arena_used,
                cmsis_nn_arena=arena * 1024,
            )
        )
    return rows


def table(rows: list[Row]) -> str:
    """The table as text."""
    lines = [
        f"{'model':18} {'MACs':>7} {'instructions':>13} {'per MAC':>8} {'CMSIS-NN':>9} {'ratio':>6} {'reference':>10}"
        f" {'flash':>8} {'arena':>9} {'CMSIS-NN':>9}"
    ]
    for row in rows:
        lines.append(
            f"{row.model:18} {row.macs / 1e6:6.2f}M {row.instructions / 1e6:12.3f}M {row.instructions_per_mac:8.2f}"
            f" {row.cmsis_nn_instructions / 1e6:8.2f}M {row.instructions / row.cmsis_nn_instructions:6.2f}"
            f" {row.reference_instructions / 1e6:9.1f}M {row.flash / 1024:6.1f}KB {row.arena / 1024:7.1f}KB"
            f" {row.cmsis_nn_arena / 1024:7.1f}KB"
        )
    low, high = CMSIS_NN_FLASH_KB
    lines.append(
        f"flash of TFLM's interpreter and CMSIS-NN kernels: {low} to {high} KB; an instruction counts as one cycle"
    )
    return "\n".join(lines)


def profile(name: str, core: str) -> str:
    """The operators of one model, with what each costs."""
    case = ZOO[name]()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.tflite"
        path.write_bytes(case.model)
        report = describe(path)
    steps = emulated.run(core, [case], profile=True)[0].steps
    lines = []
    for line, instructions in zip(report.operators, steps, strict=True):
        per_mac = f"{instructions / line.macs:6.2f}" if line.macs else "     -"
        shape = "x".join(str(extent) for extent in line.output_shape)
        lines.append(
            f"{line.index:3} {line.name:20} {shape:16} {line.macs:9} MACs {instructions:9} instructions {per_mac}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--core", choices=["cortex-m4", "cortex-m7"], default="cortex-m4")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--profile", choices=sorted(ZOO))
    options = parser.parse_args()
    missing = emulated.available()
    if missing is not None:
        sys.exit(f"{missing} is not installed: nothing can be measured")
    if options.profile:
        print(profile(options.profile, options.core))
        return
    rows = measure(options.core)
    print(json.dumps([asdict(row) for row in rows], indent=2) if options.json else table(rows))


if __name__ == "__main__":
    main()
