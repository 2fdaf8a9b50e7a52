# SPDX-License-Identifier: Apache-2.0
"""Fuzz the native runtime's loader, planner and operators for a while: `fuzz_native.py --seconds 600`.

With clang it is libFuzzer, guided by coverage; without, blind mutation under gcc's sanitizers. Models that found
something new are kept in `--corpus`, and the next run begins with them.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "native"))

import numpy as np  # noqa: E402
from corpus import CASES  # noqa: E402
from host_runtime import build  # noqa: E402
from zoo import ZOO  # noqa: E402

HARNESS = ROOT / "tests" / "native" / "fuzz" / "fuzz_loader.c"


def seeds(folder: Path, each: int = 4) -> list[str]:
    """Write a few sound models of every operator into the corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    models = {f"{name.replace('/', '-')}-{n}": CASES[name](np.random.default_rng([n, *name.encode()])).model
              for name in CASES for n in range(each)}  # fmt: skip
    models |= {name: ZOO[name]().model for name in ("micro_speech", "conv_1d", "lstm", "decoder")}
    for name, model in models.items():
        (folder / f"{name}.tflite").write_bytes(model)
    return [str(path) for path in sorted(folder.glob("*.tflite"))]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--corpus", type=Path, default=ROOT / "build" / "fuzz")
    options = parser.parse_args()
    models = seeds(options.corpus)
    flags = ["-O1", "-g", "-fno-sanitize-recover=all"]
    if shutil.which("clang"):
        program = build([*flags, "-DLIBFUZZER", "-fsanitize=fuzzer,address,undefined"], "libfuzzer", [HARNESS], "clang")
        command = [
            str(program),
            f"-max_total_time={options.seconds}",
            "-max_len=16384",
            "-close_fd_mask=1",
            "-timeout=20",
            str(options.corpus),
        ]
        return subprocess.run(command, check=False, cwd=options.corpus).returncode
    program = build([*flags, "-fsanitize=address,undefined"], "fuzz_loader", [HARNESS])
    end, seed = time.monotonic() + options.seconds, 1
    while time.monotonic() < end:
        done = subprocess.run([str(program), "2000", str(seed), *models], check=False)
        if done.returncode != 0:
            print(f"seed {seed} found a failure: see above")
            return done.returncode
        seed += 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
