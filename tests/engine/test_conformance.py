# SPDX-License-Identifier: Apache-2.0
"""The emulated cores against the architecture: every instruction's result is computed again on the host."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from vmote.engine.base import End
from vmote.platforms import load_board

pytestmark = pytest.mark.tools
HERE = Path(__file__).parent
_spec = importlib.util.spec_from_file_location("isa", HERE / "isa.py")
assert _spec and _spec.loader
isa = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(isa)

CORES = {
    "cortex-m4": ("nano33ble-sense", ["-mcpu=cortex-m4", "-mfpu=fpv4-sp-d16"]),
    "cortex-m7": ("portenta-h7", ["-mcpu=cortex-m7", "-mfpu=fpv5-d16"]),
}


def compiled(folder: Path, core: str, source: Path) -> Path:
    """Compile for a core, and link for its board."""
    board, flags = CORES[core]
    memory = load_board(board).memory
    target = folder / f"{source.stem}-{core}.elf"
    script = (HERE / "images" / "image.ld").read_text()
    script = script.replace("ORIGIN = 0,", f"ORIGIN = 0x{memory['flash'].base:x},")
    (folder / f"{core}.ld").write_text(script.replace("ORIGIN = 0x20000000,", f"ORIGIN = 0x{memory['ram'].base:x},"))
    command = [
        shutil.which("arm-none-eabi-gcc") or "arm-none-eabi-gcc", *flags, "-mthumb", "-mfloat-abi=hard", "-O1", "-g",
        "-std=gnu11", "-ffreestanding", "-nostdlib", "-DPLAIN", "-I", str(HERE / "images"), "-T",
        str(folder / f"{core}.ld"), "-o", str(target), str(HERE / "images" / "start.c"), str(source), "-lgcc",
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return target


def same(name: str, got: int, wanted: int) -> bool:
    """Compare; a NaN is a NaN, whichever it is."""
    if got == wanted:
        return True
    if name not in isa.FLOATING_RESULT:
        return False
    return bool(np.isnan(isa.f32(wanted)) and np.isnan(isa.f32(got)))


@pytest.mark.parametrize("group", isa.GROUPS)
@pytest.mark.parametrize("core", CORES)
def test_instructions(core: str, group: str, tmp_path: Path, run) -> None:
    (tmp_path / "isa.c").write_text(isa.source(core, group))
    bench = run(compiled(tmp_path, core, tmp_path / "isa.c"), 0.5, board=CORES[core][0])
    assert bench.stop.end is End.TIME, bench.stop
    assert bench.engine.read_symbol("finished") == b"\1\0\0\0"
    n = len(isa.VALUES)
    results = np.frombuffer(bench.engine.read_symbol("results"), dtype="<u4").reshape(-1, n, n)
    wrong = []
    with np.errstate(all="ignore"):
        for results_of, (name, (_, expected)) in zip(results, isa.table(core, group).items(), strict=True):
            for i, a in enumerate(isa.VALUES):
                for j, b in enumerate(isa.VALUES):
                    wanted = expected(a, b)
                    if wanted == isa.NAN64:
                        continue
                    wanted &= 0xFFFFFFFF
                    got = int(results_of[i, j])
                    if not same(name, got, wanted):
                        wrong.append(f"{name} 0x{a:08x} 0x{b:08x}: 0x{got:08x}, not 0x{wanted:08x}")
    assert not wrong, "\n".join(wrong[:20])


# CFSR: PRECISERR and BFARVALID; DIVBYZERO; UNDEFINSTR; UNALIGNED. HFSR: FORCED.
DATA_FORBIDDEN, INVALID_STATE, NO_COPROCESSOR = 0x82, 1 << 17, 1 << 19  # DACCVIOL and MMARVALID; INVSTATE; NOCP
PRECISE, DIVIDED, UNDEFINED, UNALIGNED, FORCED = 0x8200, 1 << 25, 1 << 16, 1 << 24, 1 << 30
EXPECTED = [
    *(1, 0x101, 0x102, 0x182, 0x181),  # 2 interrupts 1
    *(2, 0x200, 0x280, 0x300),  # PendSV waits for SVC's end
    *(3, 0x31, 0x102, 0x182, 0x32, 0x101, 0x102, 0x182, 0x181),  # BASEPRI 0x80 lets 2 through, not 1
    *(4, 0x41, 0x102, 0x182, 0x101, 0x102, 0x182, 0x181),  # by priority, then 1, which pends 2 again
    *(5, 0x51, 0x102, 0x182),
    *(6, 0x400, 7, 0x70, 0x400, 0x71, 0x102, 0x182),
    *(8, 0x505, PRECISE, 0x70000000, 0, 0x505, PRECISE, 0x70000004, 0),
    *(0x506, DIVIDED, 0, 0, 0x506, UNDEFINED, 0, 0, 0x506, UNALIGNED, 0, 0),
    *(0x504, DATA_FORBIDDEN, 0x20010008, 0, 0x504, DATA_FORBIDDEN, 0x2001000C, 0),
    *(0x506, INVALID_STATE, 0, 0, 0x506, NO_COPROCESSOR, 0, 0),
    *(9, 0x503, PRECISE, 0x70000008, FORCED, 0x503, UNDEFINED, 0, FORCED),
    *(10, 0x200, 0x280, 0x300, 375),
]


@pytest.mark.parametrize("core", CORES)
def test_exceptions(core: str, tmp_path: Path, run) -> None:
    image = compiled(tmp_path, core, HERE / "images" / "exceptions.c")
    bench = run(image, 0.5, board=CORES[core][0], faults="continue")
    logged = int.from_bytes(bench.engine.read_symbol("logged"), "little")
    seen = np.frombuffer(bench.engine.read_symbol("log_"), dtype="<u4")[:logged].tolist()
    assert [hex(v) for v in seen] == [hex(v) for v in EXPECTED]
    assert bench.engine.read_symbol("finished") == b"\1\0\0\0"


@pytest.mark.parametrize(("core", "mask"), [("cortex-m4", 0xE0), ("cortex-m7", 0xF0)])
def test_priorities_have_the_soc_s_bits(core: str, mask: int, tmp_path: Path, run) -> None:
    bench = run(compiled(tmp_path, core, HERE / "images" / "priorities.c"), 0.001, board=CORES[core][0])
    assert bench.engine.read_symbol("line") == mask.to_bytes(4, "little")
    assert bench.engine.read_symbol("system") == (mask << 24).to_bytes(4, "little")


@pytest.mark.parametrize(("core", "lines"), [("cortex-m4", (0, 47)), ("cortex-m7", (0, 31, 32, 63, 64, 127, 128, 149))])
def test_every_interrupt_line_of_the_soc(core: str, lines: tuple[int, ...], tmp_path: Path, run) -> None:
    bench = run(compiled(tmp_path, core, HERE / "images" / "lines.c"), 0.001, board=CORES[core][0])
    for count, line in enumerate(lines, start=1):
        bench.engine._device.irqs.set(line, True)
        bench.engine.run_until(count * 2_000_000)
        came, times = (int.from_bytes(bench.engine.read_symbol(name), "little") for name in ("came", "times"))
        assert (came, times) == (line, count)
