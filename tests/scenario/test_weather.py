# SPDX-License-Identifier: Apache-2.0
"""Weather: the climate, the default scenario, and what it costs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

from vmote.scenario import load, render
from vmote.scenario.climate import climate, dew_point, relative_humidity, wet_bulb
from vmote.units import NS_PER_S

ROOT = Path(__file__).resolve().parents[2]
SNOW_FRONT = ROOT / "scenarios/weather/snow-front.yaml"


def test_wet_bulb_against_published_values() -> None:
    # Stull 2011, section 2: 20 degC at 50 %RH gives 13.7 degC.
    assert abs(float(wet_bulb(20.0, 50.0)) - 13.7) < 0.05
    # Saturated air: the wet bulb is the thermometer, within the formula's error.
    assert np.max(np.abs(wet_bulb([-5.0, 0.0, 5.0, 20.0], [100.0] * 4) - np.array([-5.0, 0.0, 5.0, 20.0]))) < 0.5


def test_humidity_and_dew_point_are_inverse() -> None:
    t, rh = np.meshgrid(np.linspace(-20, 35, 12), np.linspace(10, 99, 12))
    assert np.allclose(relative_humidity(t, dew_point(t, rh)), rh)


def test_a_year_is_plausible() -> None:
    year = climate(8766, 3)
    assert -35 < year.temperature.min() < -8 and 18 < year.temperature.max() < 38
    assert year.humidity.min() >= 0 and year.humidity.max() <= 100
    assert 0.04 < year.snowing.mean() < 0.14
    assert not (year.snowing & ~year.precipitating).any()
    assert (year.wet_bulb[year.snowing] < 1.0).all()
    nights, days = (year.temperature[hour::24].mean() for hour in (4, 14))
    assert days - nights > 2.0


def test_snow_can_be_told_from_temperature_and_humidity() -> None:
    year = climate(8766, 11)
    guess = (year.humidity >= 90) & (year.wet_bulb < 1.0)
    assert (guess == year.snowing)[:4400].mean() > 0.98
    assert (guess != year.snowing).any()  # fog keeps it honest


def test_climate_is_a_function_of_its_seed() -> None:
    one, two, other = climate(500, 1), climate(500, 1), climate(500, 2)
    assert one.temperature.tobytes() == two.temperature.tobytes()
    assert one.temperature.tobytes() != other.temperature.tobytes()


def test_the_default_scenario_snows_when_it_says() -> None:
    stimulus = render(load(SNOW_FRONT))
    hours = [h * 3600 * NS_PER_S for h in range(12)]
    t, rh = ([stimulus.channels[name].value_at(h) for h in hours] for name in ("temperature", "humidity"))
    snowing = (np.array(rh) >= 90) & (wet_bulb(t, rh) < 1.0)
    (window,) = stimulus.truth
    assert window.label == "snow"
    assert np.array_equal(snowing, [window.start_ns <= h <= window.end_ns for h in hours])


def test_loading_and_rendering_is_quick() -> None:
    """The budget is 0.3 s of processor time with imports; the bound here leaves room for a slow machine."""
    code = f"""
import time
from vmote.scenario import load, render
render(load({str(SNOW_FRONT)!r}))
import sys
assert not any(m.split(".")[0] in ("scipy", "matplotlib", "jsonschema") for m in sys.modules), "heavy import"
print(time.process_time())
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(ran.stdout) < 1.5
