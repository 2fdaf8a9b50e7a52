# SPDX-License-Identifier: Apache-2.0
"""Keywords about the world around a device that was started by hand."""

from __future__ import annotations

from robot.api import logger

from vmote.errors import BadInput, nearest
from vmote.robot.arguments import Duration, Humidity, Level, Pressure, Ratio, Temperature
from vmote.robot.keyword import keyword
from vmote.robot.scene import device_ns
from vmote.robot.theme import Theme
from vmote.run.quiet import quiet_room
from vmote.scenario import render
from vmote.scenario.stimulus import QUANTITY_UNITS
from vmote.units import NS_PER_S, UNITS, parse_quantity, say_time


class WorldKeywords(Theme):
    """What the sensors sense from now on."""

    @keyword
    def set_temperature(self, temperature: Temperature) -> None:
        """Hold the temperature at a value from now on.

        | Set Temperature | -3 degC |
        """
        self._hold("temperature", temperature.value)

    @keyword
    def set_humidity(self, humidity: Humidity) -> None:
        """Hold the relative humidity at a value from now on.

        | Set Humidity | 97 %RH |
        """
        self._hold("humidity", humidity.value)

    @keyword
    def set_pressure(self, pressure: Pressure) -> None:
        """Hold the air pressure at a value from now on.

        | Set Pressure | 985 hPa |
        """
        self._hold("pressure", pressure.value)

    @keyword
    def set_quantity(self, quantity: str, value: str) -> None:
        """Hold any quantity of the world at a value from now on.

        | Set Quantity | acceleration-z | 0.5 g |
        """
        known = _quantity(quantity)
        self._hold(known, parse_quantity(value, UNITS[QUANTITY_UNITS[known]].dimension))

    @keyword
    def release_quantity(self, quantity: str) -> None:
        """Hand a quantity back to the scenario, or to the quiet room.

        | Release Quantity | temperature |
        """
        self._hold(_quantity(quantity), None)

    @keyword
    def quantity_should_be_between(self, quantity: str, low: str, high: str, at: Duration | None = None) -> None:
        """Demand what the world itself is like at an instant (now, when left out): for suites that judge scenarios.

        | Quantity Should Be Between | temperature | 1 degC | 20 degC | at=00:00 |
        """
        known = _quantity(quantity)
        unit = QUANTITY_UNITS[known]
        scene = self.bench.scene
        when = scene.now_ns if at is None else at.ns
        channel = scene.stimulus.channels.get(known)
        if channel is None:
            raise self.fail(f"the scenario says nothing about {known}")
        value = channel.value_at(device_ns(when, scene.scenario.pace))
        if not parse_quantity(low, UNITS[unit].dimension) <= value <= parse_quantity(high, UNITS[unit].dimension):
            what = f"{known} is {value:.4g} {unit} at {say_time(when)}, not between {low} and {high}"
            raise self.fail(what, "", when, when)

    @keyword
    def say(
        self,
        words: str,
        at: Duration | None = None,
        level: Level | None = None,
        snr: Ratio | None = None,
        voice: str = "en-us",
        speed: int = 160,
        pitch: int = 50,
    ) -> None:
        """Have a synthetic voice say something near the device: now, or at an instant to come.

        It is as loud as ``level`` says, or ``snr`` above what else is heard; -25 dBFS when neither is given.

        | Say | yes | at=2.4s | snr=5dB |
        | Say | no | level=-20 dBFS | voice=en-gb |
        """
        if level is not None and snr is not None:
            raise BadInput("`level` and `snr` cannot both be", hint="keep one of them")
        loud = f"snr: {snr.value} dB" if snr else f"level: {level.value if level else -25.0} dBFS"
        spoken = f"{{say: {_quoted(words)}, voice: {_quoted(voice)}, speed: {speed}, pitch: {pitch}}}"
        self._sound(f"word: {spoken}, at: {{at}}, {loud}", at)

    @keyword
    def make_noise(
        self,
        kind: str = "white",
        level: Level = Level(-40.0),  # noqa: B008  frozen, shared safely
        at: Duration | None = None,
        lasting: Duration | None = None,
    ) -> None:
        """Let noise be heard: white, pink, brown, or ``babble`` of many voices.

        | Make Noise | pink | level=-40 dBFS | lasting=10s |
        """
        piece = "babble: {}" if kind == "babble" else f"noise: {_quoted(kind)}"
        ends = f", for: {lasting.ns / NS_PER_S}s" if lasting else ""
        self._sound(f"{piece}, at: {{at}}{ends}, level: {level.value} dBFS", at)

    def _hold(self, quantity: str, value: float | None) -> None:
        running = self.bench.running
        senses = {q for part in running.board.parts.values() for q in part.quantities}
        if quantity not in senses:
            raise BadInput(f"nothing on {running.board.name} senses {quantity!r}", hint=nearest(quantity, senses))
        running.live.hold(quantity, value)
        logger.info(f"at {say_time(running.now_ns)}: {quantity} {'as the scenario says' if value is None else value}")

    def _sound(self, piece: str, at: Duration | None) -> None:
        """Lay a piece over what is heard: the world of sound is made anew, and has the same past."""
        running = self.bench.running
        live = running.live
        if live.scenario.device.app != "keyword" or "sound" not in live.stimulus.channels:
            raise BadInput(f"the app {live.scenario.device.app} does not listen", hint="Start Device    app=keyword")
        if live.scenario.path.name != "quiet-room.yaml":
            raise BadInput("sounds are laid over the quiet room only", hint="write them into the scenario's world")
        when = at.ns if at else running.now_ns + 1_000_000
        if when < running.now_ns:
            raise BadInput(f"{say_time(when)} is past, it is {say_time(running.now_ns)}", hint="`at` counts from reset")
        sounds = [*running.sounds, "{" + piece.replace("{at}", f"{when / NS_PER_S:.6f}s") + "}"]
        rendered = render(quiet_room("keyword", live.board.name, tuple(sounds)))
        live.put("sound", rendered.channels["sound"], rendered.truth)
        running.sounds = sounds


def _quantity(name: str) -> str:
    if name not in QUANTITY_UNITS:
        raise BadInput(f"there is no quantity {name!r}", hint=nearest(name, QUANTITY_UNITS))
    return name


def _quoted(text: str) -> str:
    """Write a text as a YAML scalar."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
