# SPDX-License-Identifier: Apache-2.0
"""Commented files to start a scenario from: what `vmote scenario new` writes."""

from __future__ import annotations

from pathlib import Path

from vmote.errors import BadInput, nearest

_HEAD = """\
# A scenario: the world, and what the device must conclude from it.
# Check it with `vmote scenario check {file}`, see it with `vmote scenario show {file}`,
# run it with `vmote run {file}`. Every key is explained in docs/scenarios.md.
schema: 1
title: {title}
about: |
  What happens, and why the right answer is what it is.
device:
  board: nano33ble-sense
  app: {app}
"""

TEMPLATES: dict[str, str] = {
    "weather": _HEAD
    + """\
duration: 24h
seed: 1                       # the same seed gives the same noise, always

world:
  temperature:                # pieces are laid over each other, in the order written
    - constant: 2 degC
    - diurnal: {{swing: 5 K, peak: 14:00}}
    - front: {{change: -6 K, over: 3h}}
      at: 12:00               # times count from the start of the scenario
    - noise: {{sd: 0.05 K}}
  humidity:
    - points: {{00:00: 70 %RH, 12:00: 85 %RH, 14:00: 96 %RH, 19:00: 96 %RH, 20:00: 78 %RH}}
    - noise: {{sd: 0.3 %RH}}
  # weather: {{climate: {{start-day: 15}}}}     # or: a whole synthetic climate, which knows when it snows

truth:
  - snow 14:00-19:00

expect:
  conclude:
    - {{label: snow, from: 14:00, to: 19:00, within: 2h}}
  never:
    - {{label: snow, margin: 1h}}               # outside its true windows, snow is a false alarm
  budgets:
    cycles: 10 kcycles

# faults:
#   - {{fault: nack, part: hts221, from: 06:00, to: 07:00}}
""",
    "audio": _HEAD
    + """\
duration: 20s
seed: 1

world:
  sound:                      # levels are RMS against full scale
    - noise: pink
      level: -55 dBFS
    - word: "yes"             # spoken by a synthetic voice; its truth is the word
      at: 3s
      snr: 15 dB              # above what is written before it, while it is spoken
    - word: {{say: "no", voice: en-us+f3, speed: 150}}
      at: 8s
      snr: 15 dB
      room: {{reverb: 300ms}}
    - word: {{say: open the window, voice: en+m4}}
      at: 13s
      snr: 15 dB
      truth: false            # other speech: the device should not react

expect:
  conclude:
    - {{each: "yes", within: 1.5s}}
    - {{each: "no", within: 1.5s}}
  never:
    - {{label: "yes", margin: 1.5s}}
    - {{label: "no", margin: 1.5s}}
""",
    "motion": _HEAD
    + """\
duration: 20s
seed: 1

world:
  motion:
    - rest: face-up           # how the device lies; gravity is in it
    - tremor:                 # a hand is never still
    - gesture: wing
      at: 3s
    - gesture: {{name: ring, size: 35 cm, person: 4}}
      at: 7s
      for: 1.4s
    - gesture: slope
      at: 11s
    - walking: {{cadence: 1.9 Hz}}
      at: 14s
      for: 5s

imperfections:
  acceleration: {{offset: 0.01 g, noise: 0.002 g}}

expect:
  conclude:
    - {{each: wing, within: 4s}}                # the model looks at five seconds, and asks itself twice
    - {{each: ring, within: 4s}}
    - {{each: slope, within: 4s}}
  never:
    - wing 9s-20s
""",
    "vibration": _HEAD
    + """\
duration: 30s
seed: 1

world:
  motion:
    - vibration:
        speed: 1450 rpm
        harmonics: [0.15 g, 0.06 g, 0.03 g]     # at 1, 2 and 3 times the speed
    - vibration:                                # the same shaft, with a fault from the tenth second on
        speed: 1450 rpm
        harmonics: [0.01 g]
        bearing: {{fault: outer, severity: 0.8 g, balls: 9, ratio: 0.25, resonance: 2.5 kHz}}
      at: 10s

expect:
  conclude:
    - {{each: outer, within: 5s}}
""",
}
APPS = {"weather": "weather", "audio": "keyword", "motion": "motion", "vibration": "vibration"}
ALIASES = {"keyword": "audio", "sound": "audio", "gesture": "motion"}


def starting_text(kind: str, file: str = "my-scenario.yaml") -> str:
    """Return a commented scenario of a kind."""
    kind = ALIASES.get(kind, kind)
    if kind not in TEMPLATES:
        raise BadInput(f"there is no kind of scenario {kind!r}", hint=nearest(kind, TEMPLATES))
    return TEMPLATES[kind].format(title=f"My first {kind} scenario", app=APPS[kind], file=file)


def write_new(kind: str, path: Path) -> Path:
    """Write a starting file; never over one that is there."""
    text = starting_text(kind, path.name)
    if path.is_dir() or not path.suffix:
        path = path / f"my-{kind}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise BadInput("this file is there already", where=str(path), hint="name another one, or remove it") from None
    except OSError as error:
        raise BadInput(f"it cannot be written: {error.strerror}", where=str(path)) from error
    return path
