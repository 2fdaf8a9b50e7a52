# SPDX-License-Identifier: Apache-2.0
"""Keywords about what goes wrong, and about coming back from it."""

from __future__ import annotations

from robot.api import logger

from vmote.checks.inference import Inference
from vmote.errors import BadInput, nearest
from vmote.robot.arguments import Duration, duration, only
from vmote.robot.keyword import keyword
from vmote.robot.scene import device_ns, said, world_ns
from vmote.robot.theme import Theme
from vmote.scenario.faults import FAULTS, OF_RAM, OF_SUPPLY
from vmote.scenario.stimulus import Fault
from vmote.units import say_time

_OPTIONS = ("for", "at", "mask", "value", "clocks")
_MOST_CLOCKS = 9  # a byte and its acknowledge: after so many a part that holds the bus lets go


class FaultKeywords(Theme):
    """Faults of sensors, supply and memory."""

    @keyword
    def break_sensor(self, sensor: str, fault: str, **options: str) -> None:
        """Let a sensor go wrong while a device runs: from now on, or ``at`` an instant, ``for`` a while.

        Faults: nack, hold-bus (lets go after so many ``clocks`` of the bus, where they are given), freeze, stale,
        stuck-bits (with ``mask``, ``value=high`` or ``low``), out-of-range (``value=high`` or ``low``), vanish.
        Without ``for`` it lasts to the end.

        | Break Sensor | hts221 | nack | for=20min |
        | Break Sensor | hts221 | stuck-bits | mask=0x80 | for=2h |
        | Break Sensor | hts221 | hold-bus | clocks=9 |
        """
        only(options, *_OPTIONS)
        running = self.bench.running
        if sensor not in running.board.parts:
            raise BadInput(f"{running.board.name} has no part {sensor!r}", hint=nearest(sensor, running.board.parts))
        kinds = [kind for kind in FAULTS if kind not in OF_SUPPLY + OF_RAM]
        if fault not in kinds:
            raise BadInput(f"there is no sensor fault {fault!r}", hint=nearest(fault, kinds))
        if ("mask" in options) != (fault == "stuck-bits"):
            raise BadInput("`mask` and the fault stuck-bits go together", hint="such as mask=0x80")
        if "value" in options and fault not in ("stuck-bits", "out-of-range"):
            raise BadInput("`value` belongs to the faults stuck-bits and out-of-range", hint="leave it out")
        if "clocks" in options and fault != "hold-bus":
            raise BadInput("`clocks` belongs to the fault hold-bus", hint="leave it out")
        args: dict[str, float | int | str] = {}
        if fault == "stuck-bits":
            args = {"mask": _number(options["mask"]), "value": _level(options)}
        elif "clocks" in options:
            args = {"clocks": _clocks(options["clocks"])}
        elif fault == "out-of-range":
            args = {"value": _level(options)}
        self._inject(fault, sensor, options, args)

    @keyword
    def brown_out_supply(self, **options: str) -> None:
        """Let the supply sag below reset, so that the device starts again. Options: ``at``, ``for``.

        | Brown Out Supply | for=100ms |
        """
        only(options, "for", "at")
        self._inject("brown-out", "supply", {"for": "100ms", **options}, {})

    @keyword
    def flip_bit(self, symbol: str, bit: int, offset: int = 0) -> None:
        """Flip a bit of a variable in the device's RAM, now.

        | Flip Bit | app_state | bit=3 | offset=0 |
        """
        if not 0 <= bit <= 7:
            raise BadInput(f"a byte has no bit {bit}", hint="0 to 7; `offset` counts bytes into the variable")
        self._inject("bit-flip", "ram", {"for": "1us"}, {"symbol": symbol, "offset": offset, "bit": bit})

    @keyword
    def device_should_recover(self, within: Duration, label: str | None = None) -> None:
        """Demand that the device infers again, within this time after the last fault's end.

        | Break Sensor | hts221 | nack | for=20min |
        | Device Should Recover | within=2h |
        """
        scene = self.bench.scene
        if label is not None:
            self.know(label)
        if not scene.faults:
            raise BadInput("nothing went wrong in this test", hint="begin with Break Sensor, or a scenario with faults")
        pace = scene.scenario.pace
        last = max(scene.faults, key=lambda fault: fault.end_ns)
        start = world_ns(last.end_ns, pace)
        if last.end_ns >= scene.stimulus.duration_ns:
            raise BadInput(f"{last.kind} of {last.part} lasts to the end", hint="give it an end: for=20min")
        end = start + within.ns

        def found() -> Inference | None:
            return next((i for i in said(scene) if start <= i.t_ns <= end and label in (None, i.label)), None)

        inference = scene.wait(found, end)
        if inference is None:
            word = f"infer {label!r}" if label else "infer"
            why = f"; at {say_time(scene.now_ns)} {scene.over}" if scene.over and scene.now_ns < end else ""
            what = f"the device did not {word} within {within} after {last.kind} of {last.part} ended{why}"
            raise self.fail(what, "", world_ns(last.start_ns, pace), end)
        logger.info(f"recovered: {inference}")

    def _inject(self, kind: str, part: str, options: dict[str, str], args: dict[str, float | int | str]) -> None:
        running = self.bench.running
        pace = running.scenario.pace
        start = _time(options, "at", running.now_ns)
        if start < running.now_ns:
            raise BadInput(
                f"{say_time(start)} is past, it is {say_time(running.now_ns)}", hint="`at` counts from reset"
            )
        end = start + _time(options, "for", 0) if "for" in options else world_ns(running.live.end_ns, pace)
        running.live.inject(Fault(kind, part, device_ns(start, pace), device_ns(end, pace), args))
        logger.info(f"{kind} of {part} from {say_time(start)} to {say_time(end)}: {FAULTS[kind]}")


def _time(options: dict[str, str], name: str, otherwise: int) -> int:
    if name not in options:
        return otherwise
    try:
        return duration(options[name]).ns
    except ValueError as error:
        raise BadInput(f"{name}: {error}") from error


def _number(text: str) -> int:
    try:
        return int(text, 0)
    except ValueError as error:
        raise BadInput(f"mask={text!r} is no number", hint="such as mask=0x80") from error


def _clocks(text: str) -> int:
    if not (text.isdigit() and 1 <= int(text) <= _MOST_CLOCKS):
        raise BadInput(f"clocks={text!r} is no number from 1 to {_MOST_CLOCKS}", hint="such as clocks=9")
    return int(text)


def _level(options: dict[str, str]) -> str:
    value = options.get("value", "high")
    if value not in ("high", "low"):
        raise BadInput(f"value={value!r} is neither high nor low", hint="value=high or value=low")
    return value
