# SPDX-License-Identifier: Apache-2.0
"""A failure is of use: its window, what was sensed, the features and the scores, in words and as a picture."""

from __future__ import annotations

import re
import zlib
from base64 import b64decode
from collections.abc import Callable
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from vmote.report.closeup import closeup
from vmote.report.heat import heat
from vmote.report.page import page_of
from vmote.report.picture import draw
from vmote.run import Run
from vmote.verdict import Check, Outcome

Pretend = Callable[..., Run]
MISSED = "{conclude: [snow 03:00-06:00]}"


def weather(*, told: bool = True) -> list[tuple[float, str]]:
    lines = [(0.0, "@boot app=weather period_us=3600000000")]
    for n in range(12):
        t = n * 3600.0
        lines.append((t, f"@sample n={n} t={t:.3f} temperature={-n}.000 humidity={50 + n}.000"))
        if n >= 2:
            given = f" in={n},{n},{n},7,8,9" if told else ""
            lines.append((t, f"@infer n={n} t={t:.3f}{given} out=-128 label=no-snow score=0.{90 + n % 9} cycles=5"))
    return lines


def motion(*, traced: bool) -> list[tuple[float, str]]:
    """Rows at 25 Hz, the z axis a ramp; an inference every 16 rows once the window is full."""
    lines = [(0.0, "@boot app=motion period_us=40000")]
    for n in range(480):
        t = n * 0.04
        z = f"{n / 100:.3f}"
        lines.append((t, f"@sample n={n} t={t:.3f} acceleration_x=0.000 acceleration_y=0.100 acceleration_z={z}"))
        if n >= 127 and n % 16 == 15:
            told = "7f" * 384
            pieces = [f"@features n={n} at={at} hex={told[2 * at : 2 * at + 480]}" for at in (0, 240)]
            lines += [(t, piece) for piece in pieces if traced]
            lines.append((t, f"@infer n={n} t={t:.3f} out=0,0,0,0,0 label=still score=0.500 cycles=254000"))
    return lines


def failed(run: Run) -> Check:
    (check,) = [check for check in run.verdict.checks if check.outcome is Outcome.FAIL]
    return check


def svg_of(run: Run, check: Check) -> ET.Element:
    picture = closeup(run, check)
    assert picture is not None
    return ET.fromstring(draw(picture))


def words(svg: ET.Element) -> str:
    return "\n".join(node.text or "" for node in svg.iter() if node.tag.endswith("text"))


def of_kind(svg: ET.Element, kind: str) -> list[ET.Element]:
    return [node for node in svg.iter() if kind in node.get("class", "").split()]


def test_a_miss_tells_window_samples_features_and_scores(pretend: Pretend) -> None:
    check = failed(pretend("weather", weather(), MISSED, "[snow 03:00-06:00]"))
    assert "true around it: snow 3h 00min - 6h 00min" in check.detail
    assert "  4h 00min temperature=-4.000 humidity=54.000" in check.detail
    assert "  4h 00min no-snow 0.94" in check.detail
    assert "features of n=6 at 6h 00min" in check.detail and "as the device told them" in check.detail
    (temperature,) = re.findall(r"  temperature +(.*)", check.detail)
    assert len(temperature.split()) == 3 and len(set(temperature.split())) == 1  # in=6,6,6: all the same
    assert check.line is not None


def test_what_the_device_did_not_tell_is_made_anew_from_its_readings(pretend: Pretend) -> None:
    """The same inputs, once told by the device and once made of its readings, lead to the same words."""
    made = failed(pretend("weather", weather(told=False), MISSED))
    assert "made anew on the host from the readings the device told" in made.detail
    run = pretend("weather", weather(told=False), MISSED)
    record = run.trace.of("infer")[4]
    assert run.sight is not None and (seen := run.sight.of(record)) is not None
    stds = {"temperature": 0, "humidity": 1}
    assert seen.rows == tuple(stds) and seen.values.shape == (2, 3)
    assert (np.diff(seen.values[0]) < 0).all() and (np.diff(seen.values[1]) > 0).all()


def test_an_error_of_the_sensor_empties_the_window(pretend: Pretend) -> None:
    lines = weather(told=False)
    lines.insert(12, (4 * 3600.0, "@error code=sensor-nack sensor=hts221 t=14400.000"))
    run = pretend("weather", lines, MISSED)
    given = [run.sight.of(record) is not None for record in run.trace.of("infer")] if run.sight else []
    assert False in given and True in given


@pytest.mark.parametrize("traced", [True, False])
def test_a_long_window_becomes_a_curve(pretend: Pretend, traced: bool) -> None:
    run = pretend("motion", motion(traced=traced), "{conclude: [wing 8s-12s]}")
    check = failed(run)
    assert ("as the device told them" if traced else "made anew") in check.detail
    (z,) = re.findall(r"  acceleration-z +(\S+)", check.detail)
    if not traced:
        assert list(z) == sorted(z) and z[0] < z[-1]  # the ramp
    curves = of_kind(svg_of(run, check), "feature")
    assert len(curves) == 3 and all(len(curve.get("points", "").split()) == 128 for curve in curves)


def test_a_spectrogram_is_made_of_the_worlds_sound(pretend: Pretend) -> None:
    lines = [(0.0, "@boot app=keyword period_us=20000")]
    lines += [
        (t / 10, f"@infer n={t} t={t / 10:.3f} in_crc=0 label=silence score=0.9 cycles=10") for t in range(12, 59)
    ]
    run = pretend("keyword", lines, "{conclude: ['yes 2.2s-2.7s']}")
    check = failed(run)
    assert "made anew on the host from the world's sound" in check.detail
    assert "to be heard around it" in check.detail and "dBFS" in check.detail
    rows = dict(re.findall(r"^ +(\d+) Hz  (.*)$", check.detail, re.M))
    darkness = {int(hz): sum(" ░▒▓█".index(mark) for mark in row) for hz, row in rows.items()}
    assert 700 < max(darkness, key=darkness.__getitem__) < 1400  # the tone of 1 kHz
    (picture,) = [node for node in svg_of(run, check).iter() if node.tag.endswith("image")]
    assert picture.get("href", "").startswith("data:image/png;base64,")
    assert "features of inference" in words(svg_of(run, check))


def test_the_closeup_shows_the_window_and_marks_the_inference(pretend: Pretend) -> None:
    run = pretend("weather", weather(), MISSED, "[snow 03:00-06:00]")
    svg = svg_of(run, failed(run))
    assert {"temperature (°C)", "humidity (% RH)", "truth", "snow"} <= set(words(svg).split("\n"))
    (chosen,) = of_kind(svg, "chosen")
    inner = [float(circle.get("cx", "0")) for circle in of_kind(svg, "quiet")]
    assert float(chosen.get("cx", "0")) in inner and len(inner) < 10  # those of the window, not all ten
    assert len(of_kind(svg, "feature")) == 2


def test_the_page_holds_a_closeup_for_each_failure(pretend: Pretend) -> None:
    expect = "{conclude: [snow 03:00-06:00], never: [no-snow], leds: [builtin on 1h-2h], rates: {background: snow, " \
        "recall: {snow: 50 %}, accuracy: 90 %, false-alarms: 0 per h}, budgets: {cycles: 1 cycles}, recovery: 1h, " \
        "console: {must: [{line: nothing, from: 1h, to: 2h}]}}"  # fmt: skip
    more = "faults: [{fault: nack, part: hts221, from: 10h, to: 11h 30min}]"
    run = pretend("weather", weather(), expect, "[snow 03:00-06:00]", more)
    failures = [check for check in run.verdict.checks if check.outcome is Outcome.FAIL]
    names = {"conclude", "never", "led", "recall", "accuracy", "false alarms", "cycles", "console"}
    assert {check.name for check in failures} == names
    page = page_of(run)
    assert page.count('<section class="closeup">') == len(failures)
    assert all("true around it" in check.detail and "features of n=" in check.detail for check in failures)
    assert "<code>snow</code>" in page and "<i>nothing</i>" not in page  # a person's words are escaped, code is marked


def test_a_page_of_a_run_that_passed_has_none(pretend: Pretend) -> None:
    assert '<section class="closeup">' not in page_of(pretend("weather", weather(), "{never: [snow]}"))


def test_heat_is_a_png_with_the_first_row_below() -> None:
    raw = b64decode(heat(np.array([[0.0, 1.0], [5.0, 5.0], [5.0, 5.0]])).partition(",")[2])
    assert raw.startswith(b"\x89PNG\r\n\x1a\n") and raw[16:24] == bytes([0, 0, 0, 2, 0, 0, 0, 3])
    start = raw.index(b"IDAT") + 4
    size = int.from_bytes(raw[start - 8 : start - 4], "big")
    rows = zlib.decompress(raw[start : start + size])
    assert rows[:7] == rows[7:14] != rows[14:21]
    assert heat(np.zeros((2, 2)))  # all the same is no division by zero
