# SPDX-License-Identifier: Apache-2.0
"""A synthetic climate: hourly temperature, humidity and snowfall that follow from each other as in the real one.

One call makes the world of a weather scenario and the data a model is trained on:

    from vmote.scenario.climate import ClimateParams, climate

    year = climate(hours=8760, seed=7)
    year.temperature   # float64[hours], degC at 2 m
    year.humidity      # float64[hours], %RH, 0 … 100
    year.snowing       # bool[hours]: precipitation falls in this hour, and it is snow

    harsh = climate(8760, seed=8, params=ClimateParams(mean=-2.0, front_every=60.0))

Sample `i` is what an ideal sensor reads at hour `i`. The task "is it snowing now, given the last three hours" is a
window of samples i-2, i-1, i (oldest first) with the label `snowing[i]`; the rule "humid and wet bulb below 1 degC" is
right in 99 of 100 winter hours. No sensor error is in here: add it where it is wanted.

How it is made, and why a model can learn it:

- Temperature is season + day and night (weaker under cloud) + synoptic weather (an autoregressive process of days) +
  fronts, which arrive at random, change the air by some kelvin within hours, and let it recover over days.
- Moisture is a dew point: the air's own depression wanders over days, closes as a front arrives and opens behind it.
  Humidity follows from temperature and dew point by the Magnus formula, so nights are humid and afternoons dry.
- Precipitation falls around fronts, where the air is near saturation (at least `rain_humidity`). Without a front the
  air stays below that, but for occasional fog: the honest source of error.
- Precipitation is snow where the wet-bulb temperature is below `snow_wet_bulb`, about 1 degC: a falling flake is
  cooled by its own evaporation, so the wet bulb decides and not the thermometer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOURS_OF_YEAR = 8766.0


@dataclass(frozen=True)
class ClimateParams:
    """A place: the defaults are a cool, hilly one where a year has some 600 hours of snow."""

    mean: float = 4.0  # degC over the year
    seasonal: float = 8.0  # K, half the distance between summer and winter
    start_day: float = 305.0  # day of the year of hour 0 (305: the first of November); the coldest is day 15
    start_hour: float = 0.0  # clock time of hour 0
    diurnal: float = 4.0  # K, half the distance between a clear afternoon and the dawn before it
    synoptic: float = 3.0  # K, standard deviation of the weather of days
    synoptic_hours: float = 60.0  # how long such weather lasts
    dryness: float = 5.0  # K, the usual dew-point depression of fair weather
    front_every: float = 72.0  # h between fronts, on average
    front_change: float = 6.0  # K, a usual front
    warm_fronts: float = 0.35  # share of fronts that bring warm air
    rain_hours: tuple[float, float] = (4.0, 16.0)  # how long precipitation lasts at a front
    rain_humidity: float = 90.0  # %RH, below it nothing reaches the ground
    fog: float = 0.01  # share of dry hours in which the air saturates without precipitation
    snow_wet_bulb: float = 1.0  # degC


@dataclass(frozen=True)
class Climate:
    """Hourly arrays of equal length."""

    temperature: Floats
    humidity: Floats
    snowing: Bools
    precipitating: Bools
    wet_bulb: Floats


def wet_bulb(temperature: ArrayLike, humidity: ArrayLike) -> Floats:
    """Return the wet-bulb temperature in degC after R. Stull, J. Appl. Meteor. Climatol. 50 (2011), equation 1.

    Its error is below 1 K, and below 0.3 K for near-saturated air around freezing; valid at sea-level pressure.
    """
    t = np.asarray(temperature, dtype=np.float64)
    rh = np.clip(np.asarray(humidity, dtype=np.float64), 0.0, 100.0)
    value: Floats = (
        t * np.arctan(0.151977 * np.sqrt(rh + 8.313659))
        + np.arctan(t + rh)
        - np.arctan(rh - 1.676331)
        + 0.00391838 * rh**1.5 * np.arctan(0.023101 * rh)
        - 4.686035
    )
    return value


def relative_humidity(temperature: ArrayLike, dew_point: ArrayLike) -> Floats:
    """Return %RH from temperature and dew point in degC: Magnus formula after Alduchov and Eskridge (1996)."""
    t = np.asarray(temperature, dtype=np.float64)
    d = np.asarray(dew_point, dtype=np.float64)
    value: Floats = 100.0 * np.exp(17.625 * d / (243.04 + d) - 17.625 * t / (243.04 + t))
    return np.clip(value, 0.0, 100.0)


def dew_point(temperature: ArrayLike, humidity: ArrayLike) -> Floats:
    """Return the dew point in degC: the Magnus formula the other way round."""
    t = np.asarray(temperature, dtype=np.float64)
    gamma = np.log(np.clip(np.asarray(humidity, dtype=np.float64), 0.1, 100.0) / 100.0) + 17.625 * t / (243.04 + t)
    value: Floats = 243.04 * gamma / (17.625 - gamma)
    return value


def climate(hours: int, seed: int, params: ClimateParams | None = None) -> Climate:
    """Make `hours` of weather; the same arguments give the same weather."""
    p = params or ClimateParams()
    if hours < 1:
        raise ValueError(f"a climate needs at least one hour, not {hours}")
    rng = np.random.Generator(np.random.PCG64([0x5EED, seed & (2**64 - 1)]))
    t = np.arange(hours, dtype=np.float64)

    # Fronts from a fortnight before the first hour, so that hour 0 is as ordinary as any other.
    change, near, raining, overcast = _fronts(t, rng, p)

    day = p.start_day + (p.start_hour + t) / 24.0
    season = -p.seasonal * np.cos(2 * np.pi * (day - 15.0) * 24.0 / HOURS_OF_YEAR)
    cloud = np.clip(np.maximum(overcast, 0.5 + 0.35 * _autoregressive(hours, 30.0, rng)), 0.0, 1.0)
    clock = (p.start_hour + t) % 24.0
    sun = np.cos(2 * np.pi * (clock - 14.5) / 24.0) * p.diurnal * (1.0 - 0.85 * cloud)
    air = p.mean + season + p.synoptic * _autoregressive(hours, p.synoptic_hours, rng) + change
    temperature = air + sun + 0.25 * _autoregressive(hours, 2.0, rng)

    # The dew point belongs to the air mass, so it does not follow the sun.
    depression = p.dryness * np.exp(0.45 * _autoregressive(hours, 40.0, rng))
    depression = depression * (1.0 - near) + 1.2 * near
    humidity = relative_humidity(temperature, air - depression)

    # Dry air stays below what precipitation needs, but for fog, which thickens in clear, calm nights.
    ceiling = p.rain_humidity - 1.5
    soft = ceiling - 6.0
    humid = np.where(humidity > soft, soft + 6.0 * np.tanh((humidity - soft) / 6.0), humidity)
    foggy = _fog(humid, cloud, rng, p.fog)
    humid = np.where(foggy, np.maximum(humid, p.rain_humidity + 2.0 + 3.0 * rng.random(hours)), humid)

    # What falls moistens the air it falls through, and cools it by what evaporates.
    wet = np.clip(96.0 + 2.0 * _autoregressive(hours, 5.0, rng), p.rain_humidity + 0.5, 100.0)
    cooled = temperature - np.where(raining, 0.25 * np.clip(temperature - air + depression, 0.0, 4.0), 0.0)
    humidity = np.where(raining, wet, humid)
    temperature = np.where(raining, cooled, temperature)

    wetness = wet_bulb(temperature, humidity)
    return Climate(temperature, humidity, raining & (wetness < p.snow_wet_bulb), raining, wetness)


def _fronts(t: Floats, rng: np.random.Generator, p: ClimateParams) -> tuple[Floats, Floats, Bools, Floats]:
    """Return what all fronts do together: change of temperature, nearness 0 … 1, precipitation, cloud."""
    lead = 336.0
    count = max(4, int((len(t) + lead) / p.front_every * 1.5) + 8)
    when = np.cumsum(0.35 * p.front_every + rng.exponential(0.65 * p.front_every, count)) - lead
    size = p.front_change * np.clip(rng.gamma(4.0, 0.25, count), 0.3, 2.2)
    warm = rng.random(count) < p.warm_fronts
    steep = rng.uniform(0.7, 2.0, count) * np.where(warm, 1.8, 1.0)
    lasts = rng.uniform(p.rain_hours[0], p.rain_hours[1], count)
    # A warm front rains before it passes, a cold one mostly behind.
    starts = when - lasts * np.where(warm, 0.8, 0.25)

    change = np.zeros_like(t)
    near = np.zeros_like(t)
    raining = np.zeros(len(t), dtype=np.bool_)
    cloud = np.zeros_like(t)
    for k in range(count):
        low, high = np.searchsorted(t, [when[k] - 48.0, when[k] + 240.0])
        if low == high:
            continue
        some = slice(int(low), int(high))
        x = t[some] - when[k]
        passed = 0.5 * (1.0 + np.tanh(x / steep[k]))
        recovery = np.exp(-np.clip(x, 0.0, None) / 72.0)
        change[some] += (size[k] if warm[k] else -size[k]) * passed * recovery
        into, out = t[some] - starts[k], starts[k] + lasts[k] - t[some]
        band = _logistic((into + 1.5) / 0.8) * _logistic((out + 1.0) / 0.8)
        near[some] = np.maximum(near[some], band)
        cloud[some] = np.maximum(cloud[some], _logistic((into + 6.0) / 1.5) * _logistic((out + 3.0) / 1.5))
        raining[some] |= (into >= 0) & (out > 0)
    return change, near, raining, cloud


def _fog(humidity: Floats, cloud: Floats, rng: np.random.Generator, share: float) -> Bools:
    """Pick the dry hours in which the air saturates: the most humid of the clear ones, in spells."""
    if share <= 0 or len(humidity) < 2:
        return np.zeros(len(humidity), dtype=np.bool_)
    likely = humidity - 25.0 * cloud + 6.0 * _autoregressive(len(humidity), 8.0, rng)
    limit = np.quantile(likely, 1.0 - min(share, 1.0)) if len(likely) > 48 else 88.0
    return (likely > limit) & (humidity > 75.0)


def _logistic(x: Floats) -> Floats:
    return 1.0 / (1.0 + np.exp(-np.clip(x, -60.0, 60.0)))


def _autoregressive(count: int, hours: float, rng: np.random.Generator) -> Floats:
    """Return noise of unit variance that forgets itself over `hours`."""
    keep = float(np.exp(-1.0 / hours))
    noise = rng.standard_normal(count)
    out = np.empty(count)
    value = float(noise[0])
    fresh = float(np.sqrt(1.0 - keep * keep))
    out[0] = value
    for i, step in enumerate((fresh * noise[1:]).tolist(), start=1):
        value = keep * value + step
        out[i] = value
    return out
