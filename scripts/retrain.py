#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Train every model anew and hold the metrics against the cards; `--evaluate` only measures the committed files."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

MODELS = Path(__file__).resolve().parents[1] / "models"


def main() -> int:
    """Go through the models; 0 where all are as recorded, 1 where one is not, 3 where TensorFlow is missing."""
    known = sorted(path.parent.name for path in MODELS.glob("*/train.py"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="*", help=f"all by default: {', '.join(known)}")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--evaluate", action="store_true", help="measure the committed files; needs no TensorFlow")
    mode.add_argument("--write", action="store_true", help="write what was trained, instead of comparing")
    asked = parser.parse_args()
    unknown = sorted(set(asked.model) - set(known))
    if unknown:
        parser.error(f"there is no model {unknown[0]!r}; known: {', '.join(known)}")
    flag = ["--evaluate"] if asked.evaluate else [] if asked.write else ["--check"]
    ended: dict[str, tuple[int, float]] = {}
    for name in asked.model or known:
        print(f"== {name}", flush=True)
        start = time.monotonic()
        ran = subprocess.run([sys.executable, str(MODELS / name / "train.py"), *flag], check=False)
        ended[name] = (ran.returncode, time.monotonic() - start)
        if ran.returncode == 3:
            return 3
    words = {0: "written" if asked.write else "as recorded", 1: "differs"}
    for name, (code, seconds) in ended.items():
        print(f"{name:<16} {words.get(code, f'failed ({code})'):<12} {seconds:6.1f} s")
    return 0 if all(code == 0 for code, _ in ended.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
