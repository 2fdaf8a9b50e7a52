# SPDX-License-Identifier: Apache-2.0
"""Keywords about the device: what it plays, how it starts and ends, what it shows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from robot.api import SkipExecution, logger

from vmote.console import Record
from vmote.engine.base import End, Limits
from vmote.errors import BadInput, nearest
from vmote.platforms import load_board
from vmote.report.checks_table import checks_table
from vmote.report.words import say_fault, say_summary
from vmote.robot.arguments import Duration, duration
from vmote.robot.bench import scenario_file
from vmote.robot.keyword import keyword
from vmote.robot.scene import device_ns, pins
from vmote.robot.suite import variable
from vmote.robot.theme import Theme, say_span
from vmote.run import Request
from vmote.run.able import check_able
from vmote.run.quiet import quiet_room
from vmote.scenario import load
from vmote.trace import PinChange
from vmote.units import NS_PER_S, say_time
from vmote.verdict import Outcome

_DEFAULT_BOARD = "nano33ble-sense"


class DeviceKeywords(Theme):
    """What runs on which device."""

    # --- a whole scenario ---

    @keyword
    def play_scenario(
        self,
        scenario: str,
        board: str | None = None,
        app: str | None = None,
        model: str | None = None,
        image: str | None = None,
        trace: bool = False,
    ) -> None:
        """Run a scenario from reset to its end; the other keywords then speak of this run.

        ``scenario`` is a file, or its place in scenarios/ without the ending. What is not given is the scenario's own
        choice. ``model`` is a .tflite, a model.yaml or a model's name, put into the image without compiling; ``image``
        is an ELF to run as it is. With ``trace`` the device tells its inputs in full, however long, as the golden check
        of sound needs it. The variables ``ENGINE``, ``BOARD``, ``PORT``, ``RUNTIME`` and ``MODEL`` hold for all
        tests.

        | Play Scenario | weather/snow-front |
        | Play Scenario | weather/snow-front | model=my-snow.tflite |
        """
        file = scenario_file(scenario)
        request = _request(file, board, app, model, image)
        if trace:
            request = replace(request, trace=True)
        self._check(request)
        played = self.bench.play(request)
        run = played.run
        logger.info(f"{run.scenario.title}: {say_summary(run)}\nagain: {played.again()}\nreport: {played.folder}")

    @keyword
    def scenario_should_pass(self) -> None:
        """Hold the run against everything its own scenario expects; the log shows each expectation and what happened.

        | Play Scenario | weather/snow-front |
        | Scenario Should Pass |
        """
        run = self.bench.played.run
        logger.info(checks_table(run.verdict.checks), html=True)
        failed = [check for check in run.verdict.checks if check.outcome is Outcome.FAIL]
        if not run.verdict.passed:
            told = "\n".join(f"- {check.expected}: {check.happened}" for check in failed)
            dated = next((c for c in failed if c.start_ns is not None), None)
            raise self.fail(
                f"the scenario's own expectations failed: {say_summary(run)}", told,
                dated.start_ns if dated else None, dated.end_ns if dated else None,
            )  # fmt: skip

    @keyword
    def scenario_should_fail(self, *names: str) -> None:
        """Demand that the run does not meet its scenario: a test of the scenario, on a device known to be wrong.

        With names, exactly these of the scenario's checks must have failed: ``conclude``, ``never``, ``cycles`` …

        | Play Scenario | my-scenario.yaml | model=always-snow.yaml |
        | Scenario Should Fail | never |
        """
        checks = self.bench.played.run.verdict.checks
        logger.info(checks_table(checks), html=True)
        known = {check.name for check in checks}
        for name in names:
            if name not in known:
                raise BadInput(f"this scenario has no check {name!r}", hint=nearest(name, known))
        failed = {check.name for check in checks if check.outcome is Outcome.FAIL}
        if not failed:
            raise self.fail(
                "the scenario did not notice that something is wrong: every one of its expectations was met",
                "\n".join(f"- {check.expected}: {check.happened}" for check in checks),
            )
        if names and failed != set(names):
            raise self.fail(f"expected to fail: {', '.join(names)}; failed: {', '.join(sorted(failed))}")

    @keyword
    def output_should_match_golden(self) -> None:
        """Hold every output of the device against TensorFlow Lite Micro on the host, bit for bit.

        | Play Scenario | weather/snow-front |
        | Output Should Match Golden |
        """
        check = next((check for check in self.bench.played.run.verdict.checks if check.name == "golden"), None)
        if check is None:
            raise self.fail("this run has no model to compare with")
        if check.outcome is Outcome.SKIPPED:
            raise SkipExecution(check.happened)
        if check.outcome is Outcome.FAIL:
            raise self.fail(f"the outputs differ: {check.happened}", check.detail)
        logger.info(check.happened)

    @keyword
    def runs_should_be_identical(self, times: int = 2) -> None:
        """Repeat the run and compare everything observed, to the byte: console, records, pins, counters, times.

        The repeated runs boot the device anew, even where the first began with one that had booted before.

        | Play Scenario | weather/snow-front |
        | Runs Should Be Identical | times=3 |
        """
        if times < 2:
            raise BadInput(f"times={times} compares nothing", hint="write times=2 or more")
        first = self.bench.played.run
        for _ in range(times - 1):
            again = self.bench.play(first.request, boot=True).run
            one, other = first.trace.canonical(), again.trace.canonical()
            if one != other:
                raise self.fail(f"two runs differ: {_first_difference(one, other)}")

    # --- a device by hand ---

    @keyword
    def start_device(
        self,
        board: str | None = None,
        app: str | None = None,
        scenario: str | None = None,
        model: str | None = None,
        image: str | None = None,
        boot_within: Duration = Duration(5 * NS_PER_S),  # noqa: B008  frozen, shared safely
    ) -> None:
        """Start a device and stop it right after it booted; from then on time passes only when the test lets it.

        Without a scenario the device lies in a quiet room (21 degC, 45 %RH, silence) whose world the test changes by
        hand. It ends with the test.

        | Start Device | nano33ble-sense | app=weather |
        | Set Temperature | -3 degC |
        | Let Time Pass | 3h |
        """
        if scenario is None:
            name = board or variable("BOARD") or _DEFAULT_BOARD
            known = load_board(name)
            app = app or known.default_app
            request = _request(Path("quiet-room.yaml"), name, app, model, image)
            check_able(request.engine, name, app)
            running = self.bench.start(request, quiet_room(app, name), f"booted within {boot_within}")
        else:
            file = scenario_file(scenario)
            request = _request(file, board, app, model, image)
            self._check(request)
            running = self.bench.start(request, None, f"booted within {boot_within}")
        booted = running.live.wait(lambda: next(iter(running.trace.of("boot")), None), boot_within.ns)
        if booted is None:
            raise self.fail(
                f"the device did not boot within {boot_within}: {running.over or 'it never said @boot'}",
                _tail(running.trace.lines[-8:]),
            )
        running.live.keep()
        logger.info(f"{booted}\nthe model can say: {', '.join(running.labels) or 'not known'}")

    def _check(self, request: Request) -> None:
        device = load(request.scenario).device
        check_able(request.engine, request.board or device.board, request.app or device.app)

    @keyword
    def stop_device(self) -> None:
        """End the device of this test; another may then be started."""
        self.bench.running  # noqa: B018  says so where none runs
        self.bench.clear()

    @keyword
    def let_time_pass(self, time: Duration) -> None:
        """Let virtual time pass for a device that was started by hand; ends early, and fails, when the device does.

        | Let Time Pass | 3h |
        """
        running = self.bench.running
        start = running.now_ns
        running.live.advance(device_ns(start + time.ns, running.scenario.pace))
        if running.now_ns < start + time.ns:
            raise self.fail(
                f"only {say_time(running.now_ns - start)} of {time} could pass: {running.over}",
                start_ns=start, end_ns=running.now_ns,
            )  # fmt: skip

    @keyword
    def device_should_be_alive(self) -> None:
        """Demand that the firmware neither faulted nor kept resetting, up to now."""
        stop = self.bench.scene.trace.stop
        if stop.end is not End.TIME:
            detail = say_fault(stop.fault) if stop.fault else stop.detail
            raise self.fail(f"the device ended at {say_time(stop.t_ns)}: {stop.end}", detail)

    @keyword
    def device_should_fault(self, cause: str = "", within: Duration | None = None) -> None:
        """Demand that the firmware faults, and that its decoded cause holds these words.

        | Device Should Fault | stack | within=1h |
        """
        scene = self.bench.scene
        _, end = self.span(None, None, within)
        scene.wait(lambda: None, end)
        stop = scene.trace.stop
        if stop.end not in (End.FAULT, End.LOCKUP):
            raise self.fail("the firmware did not fault")
        told = f"{stop.detail}\n{say_fault(stop.fault) if stop.fault else ''}"
        if cause and cause.lower() not in told.lower():
            raise self.fail(f"the firmware faulted, but not for {cause!r}", told)

    # --- what it shows ---

    @keyword
    def led_should_be(
        self,
        state: Literal["on", "off"],
        name: str = "builtin",
        after: Duration | None = None,
        before: Duration | None = None,
        within: Duration | None = None,
    ) -> None:
        """Demand the state of an LED: now (at a run's end), or at some instant of a stretch of time.

        | Led Should Be | on |
        | Led Should Be | off | name=red | within=2h |
        | Led Should Be | on | after=06:00 | before=08:00 |
        """
        scene = self.bench.scene
        leds = [pin for pin, what in scene.board.pins.items() if what.kind == "led"]
        if name not in leds:
            raise BadInput(f"the board {scene.board.name} has no LED {name!r}", hint=nearest(name, leds))
        wanted = state == "on"
        if after is None and before is None and within is None:
            if _state(pins(scene), name, scene.now_ns) is not wanted:
                raise self.fail(f"the LED {name} is not {state} at {say_time(scene.now_ns)}", self._changes(name))
            return
        start, end = self.span(after, before, within)

        def found() -> bool | None:
            here = pins(scene)
            states = [_state(here, name, start), *(p.on for p in here if p.name == name and start < p.t_ns <= end)]
            return True if scene.now_ns >= start and wanted in states else None

        if scene.wait(found, end) is None:
            raise self.fail(f"the LED {name} is never {state} {say_span(start, end)}", self._changes(name), start, end)

    def _changes(self, name: str) -> str:
        changes = [pin for pin in pins(self.bench.scene) if pin.name == name][-6:]
        told = ", ".join(f"{'on' if pin.on else 'off'} at {say_time(pin.t_ns)}" for pin in changes)
        return f"its last changes: {told}" if told else "it never changed"

    @keyword
    def device_should_report(self, record: str, within: Duration | None = None, **fields: str) -> None:
        """Demand a record with these fields, said already or within a stretch of time from now.

        | Device Should Report | error | code=sensor-nack | within=2h |
        """
        scene = self.bench.scene
        start, end = self.span(None, None, within)
        kind = record.removeprefix("@")

        def found() -> Record | None:
            return next(
                (r for r in scene.trace.of(kind) if all(r.text(key) == value for key, value in fields.items())), None
            )

        if scene.wait(found, end) is None:
            wanted = " ".join([f"@{kind}", *(f"{key}={value}" for key, value in fields.items())])
            known = sorted({r.kind for r in scene.trace.records})
            raise self.fail(f"the device never reported {wanted}", f"it reported: {', '.join(known)}", start, end)


def _request(file: Path, board: str | None, app: str | None, model: str | None, image: str | None) -> Request:
    return Request(
        file,
        board=board or variable("BOARD"),
        app=app,
        port=variable("PORT"),
        runtime=variable("RUNTIME"),
        kernels=variable("KERNELS"),
        engine=variable("ENGINE") or "qemu",
        model=model or variable("MODEL"),
        image=Path(image) if image else None,
        limits=_limits(),
    )


def _limits() -> Limits:
    """Return what a run may take, as the variable PATIENCE says."""
    patience = variable("PATIENCE")
    if patience is None:
        return Limits()
    try:
        return Limits(wall_s=duration(patience).ns / NS_PER_S)
    except ValueError as error:
        raise BadInput(f"PATIENCE: {error}", hint="such as PATIENCE:20min") from error


def _state(changes: list[PinChange], name: str, t_ns: int) -> bool:
    """Return an output's state at an instant; an LED is off until it is switched on."""
    before = [pin for pin in changes if pin.name == name and pin.t_ns <= t_ns]
    return bool(before) and before[-1].on


def _tail(lines: object) -> str:
    told = "\n".join(f"  {line.text}" for line in lines)  # type: ignore[attr-defined]
    return f"its last words:\n{told}" if told else "it said nothing at all"


def _first_difference(one: str, other: str) -> str:
    """Name the first line in which two texts differ."""
    for n, (a, b) in enumerate(zip(one.splitlines(), other.splitlines(), strict=False), 1):
        if a != b:
            return f"line {n}: {a!r} against {b!r}"
    return f"one has {len(one.splitlines())} lines, the other {len(other.splitlines())}"
