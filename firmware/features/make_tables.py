#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write `logmel_tables.h` from the Python reference: run it after a change of vmote.features.logmel's constants."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from vmote.features import fft
from vmote.features.logmel import CENTRE, LOG_TABLE, POWER_SHIFT, WEIGHT_BITS, LogMel

PER_LINE = 14


def _array(kind: str, name: str, values: Iterable[int]) -> str:
    items = [str(int(value)) for value in values]
    rows = [", ".join(items[at : at + PER_LINE]) for at in range(0, len(items), PER_LINE)]
    body = ",\n".join(f"    {row}" for row in rows)
    return f"static const {kind} {name}[{len(items)}] = {{\n{body}}};\n"


def tables() -> str:
    """Return the header's text for the default spectrogram."""
    mel = LogMel()
    spec = mel.spec
    bands, shares = mel.shares
    used = [k for k, band in enumerate(bands.tolist()) if band >= 0]
    low, high = used[0], used[-1]
    assert used == list(range(low, high + 1))
    numbers = {
        "SAMPLE_RATE": spec.sample_rate, "WINDOW_MS": spec.window_ms, "STRIDE_MS": spec.stride_ms,
        "BANDS": spec.bands, "LOW_HZ": spec.low_hz, "HIGH_HZ": spec.high_hz, "WINDOW": spec.window,
        "STRIDE": spec.stride, "FIRST_BIN": low, "LAST_BIN": high, "CENTRE": CENTRE, "POWER_SHIFT": POWER_SHIFT,
        "WEIGHT_BITS": WEIGHT_BITS,
    }  # fmt: skip
    defines = "".join(f"#define LOGMEL_{name} {value}\n" for name, value in numbers.items())
    return (
        "/* SPDX-License-Identifier: Apache-2.0\n *\n"
        " * Written by make_tables.py from vmote.features.logmel; changes here are lost.\n */\n"
        f"#ifndef VMOTE_LOGMEL_TABLES_H\n#define VMOTE_LOGMEL_TABLES_H\n\n#include <stdint.h>\n\n{defines}\n"
        + "/* The Hann window, Q15. */\n"
        + _array("int16_t", "logmel_hann", mel.hann)
        + "\n/* From FIRST_BIN on: the band above a bin and its share there, Q11; the band below gets the rest. */\n"
        + _array("uint8_t", "logmel_band", bands[low : high + 1])
        + "\n"
        + _array("uint16_t", "logmel_share", shares[low : high + 1])
        + "\n/* log2(1 + i / 64), Q14. */\n"
        + _array("uint16_t", "logmel_log", LOG_TABLE)
        + "\n/* A quarter of a sine wave, Q15, where 1 is 32768. */\n"
        + _array("uint16_t", "fft_quarter", fft.QUARTER)
        + "\n#endif\n"
    )


if __name__ == "__main__":
    Path(__file__).with_name("logmel_tables.h").write_text(tables(), encoding="utf-8")
