# SPDX-License-Identifier: Apache-2.0
"""Features twice: the C that runs on the device, compiled for this machine, against the Python references."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from vmote.features import decimate, logmel, zscore
from vmote.platforms import project_root

pytestmark = pytest.mark.tools

FIRMWARE = project_root() / "firmware"
SPEC = logmel.LogMelSpec()
MEL = logmel.LogMel(SPEC)
FULL = 32767


@pytest.fixture(scope="session")
def twin(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    """Compile the device's feature code for the host, with every check the compiler has."""
    place = tmp_path_factory.mktemp("twin") / "features.so"
    sources = [FIRMWARE / "features" / f"{name}.c" for name in ("decimate", "fft", "logmel", "zscore")]
    command = [
        shutil.which("gcc") or "gcc", "-std=c11", "-O2", "-Wall", "-Wextra", "-Werror", "-ffp-contract=off", "-shared",
        "-fPIC", "-fsanitize=undefined", "-fno-sanitize-recover=all", "-static-libubsan", "-o", str(place),
        *(f"-I{FIRMWARE / folder}" for folder in ("app", "features", "inference")), *map(str, sources),
        str(FIRMWARE / "app" / "window.c"),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    library = ctypes.CDLL(str(place))
    library.logmel_quantize.restype = ctypes.c_int8
    library.zscore_quantize.restype = ctypes.c_int8
    library.logmel_multiplier.argtypes = [ctypes.c_float]
    library.zscore_quantize.argtypes = [ctypes.c_int32, *[ctypes.c_float] * 3, ctypes.c_int32]
    return library


def frame_in_c(twin: ctypes.CDLL, samples: NDArray[np.int16]) -> NDArray[np.int16]:
    out = np.zeros(SPEC.bands, dtype=np.int16)
    block = np.ascontiguousarray(samples, dtype=np.int16)
    twin.logmel_frame(block.ctypes.data_as(ctypes.c_void_p), out.ctypes.data_as(ctypes.c_void_p))
    return out


def frame_in_python(samples: NDArray[np.int16]) -> NDArray[np.int16]:
    frame: NDArray[np.int16] = MEL.spectrogram(samples)[0]
    return frame


def tone(hertz: float, level: float) -> NDArray[np.int16]:
    time = np.arange(SPEC.window) / SPEC.sample_rate
    return np.round(level * FULL * np.sin(2 * np.pi * hertz * time)).astype(np.int16)


ADVERSARIAL = {
    "silence": np.zeros(SPEC.window, dtype=np.int16),
    "one": np.ones(SPEC.window, dtype=np.int16),
    "lowest": np.full(SPEC.window, -32768, dtype=np.int16),
    "highest": np.full(SPEC.window, FULL, dtype=np.int16),
    "nyquist": np.where(np.arange(SPEC.window) % 2 == 0, FULL, -32768).astype(np.int16),
    "half-nyquist": np.where(np.arange(SPEC.window) % 4 < 2, FULL, -32768).astype(np.int16),
    "square": np.where(np.arange(SPEC.window) % 32 < 16, FULL, -32768).astype(np.int16),
    "click": np.eye(1, SPEC.window, 240, dtype=np.int16)[0] * np.int16(FULL),
    **{f"tone-{hertz}": tone(hertz, 1.0) for hertz in (31.25, 125, 440, 1000, 3999, 7500, 8000)},
    "faint": tone(1000, 2 / FULL),
}


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_adversarial_sound(name: str, twin: ctypes.CDLL) -> None:
    assert frame_in_c(twin, ADVERSARIAL[name]).tolist() == frame_in_python(ADVERSARIAL[name]).tolist()


@settings(max_examples=200, deadline=None)
@given(samples=hnp.arrays(np.int16, SPEC.window))
def test_any_sound(samples: NDArray[np.int16], twin: ctypes.CDLL) -> None:
    assert frame_in_c(twin, samples).tolist() == frame_in_python(samples).tolist()


@pytest.mark.parametrize("level", [1.0, 0.5, 0.1, 0.003, 0.00005])
def test_noise(level: float, twin: ctypes.CDLL) -> None:
    rng = np.random.default_rng(7)
    for _ in range(60):
        samples = np.clip(rng.normal(0, level * FULL, SPEC.window), -32768, FULL).astype(np.int16)
        assert frame_in_c(twin, samples).tolist() == frame_in_python(samples).tolist()


def test_the_device_knows_what_its_tables_are_for(twin: ctypes.CDLL) -> None:
    right = [SPEC.sample_rate, SPEC.window_ms, SPEC.stride_ms, SPEC.bands, SPEC.low_hz, SPEC.high_hz]
    twin.logmel_suits.restype = ctypes.c_bool
    assert twin.logmel_suits((ctypes.c_int32 * 6)(*right))
    for index in range(6):
        wrong = [value + (place == index) for place, value in enumerate(right)]
        assert not twin.logmel_suits((ctypes.c_int32 * 6)(*wrong))


def test_the_tables_are_the_references() -> None:
    """The header is what make_tables.py writes today."""
    script = FIRMWARE / "features" / "make_tables.py"
    code = f"import runpy; print(runpy.run_path({str(script)!r})['tables'](), end='')"
    fresh = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert Path(FIRMWARE / "features" / "logmel_tables.h").read_text(encoding="utf-8") == fresh


@settings(max_examples=300, deadline=None)
@given(
    log=st.integers(0, 16384),
    scale=st.floats(0.0009765625, 1.0, width=32),
    zero_point=st.integers(-128, 127),
)
def test_logmel_quantize(log: int, scale: float, zero_point: int, twin: ctypes.CDLL) -> None:
    multiplier = logmel.multiplier_of(scale)
    assert twin.logmel_multiplier(scale) == multiplier
    expected = logmel.quantize(np.array([log], dtype=np.int16), scale, zero_point)[0]
    assert twin.logmel_quantize(log, multiplier, zero_point) == expected


@settings(max_examples=500, deadline=None)
@given(
    thousandths=st.integers(-(2**31), 2**31 - 1) | st.integers(-200_000, 200_000),
    mean=st.floats(-100, 100, width=32),
    std=st.floats(0.0009765625, 100, width=32),
    scale=st.floats(0.0009765625, 1, width=32),
    zero_point=st.integers(-128, 127),
)
def test_zscore(thousandths: int, mean: float, std: float, scale: float, zero_point: int, twin: ctypes.CDLL) -> None:
    expected = zscore.quantize(np.array([thousandths], dtype=np.int32), mean, std, scale, zero_point)[0]
    assert twin.zscore_quantize(thousandths, mean, std, scale, zero_point) == expected


class Decimator(ctypes.Structure):
    _fields_ = (
        ("from_hz", ctypes.c_uint32), ("to_hz", ctypes.c_uint32), ("phase", ctypes.c_uint32), ("count", ctypes.c_int32),
        ("sum", ctypes.c_int64 * 3),
    )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    samples=hnp.arrays(
        np.int32, st.tuples(st.integers(0, 200), st.just(3)), elements=st.integers(-4_000_000, 4_000_000)
    ),
    rates=st.sampled_from([(119, 25), (104, 25), (25, 25), (238, 50), (10, 3)]),
)
def test_decimate(samples: NDArray[np.int32], rates: tuple[int, int], twin: ctypes.CDLL) -> None:
    state, row = Decimator(), (ctypes.c_int32 * 3)()
    twin.decimate_push.restype = ctypes.c_bool
    twin.decimate_start(ctypes.byref(state), *rates)
    rows = [
        list(row) for sample in samples if twin.decimate_push(ctypes.byref(state), (ctypes.c_int32 * 3)(*sample), row)
    ]
    assert rows == decimate.decimate(samples.astype(np.int64), *rates).tolist()
