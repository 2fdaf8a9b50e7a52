# SPDX-License-Identifier: Apache-2.0
"""The cause of a failure, for Robot's log: the picture around the moment, the console's last lines, how to see it."""

from __future__ import annotations

import os
from html import escape

from robot.api import logger
from robot.libraries.BuiltIn import RobotNotRunningError

from vmote.report.picture import draw, picture_of
from vmote.report.picture_style import standalone
from vmote.report.words import say_fault
from vmote.robot.bench import runs_folder
from vmote.robot.scene import Scene, device_ns
from vmote.robot.suite import say_test_command
from vmote.units import NS_PER_S
from vmote.verdict import Check, Outcome

_TAIL = 14  # lines of the console
_AROUND = 0.25  # of the stretch in question, shown before and after it
_LEAST_S = 1.0


def log_cause(scene: Scene, what: str, start_ns: int | None, end_ns: int | None) -> None:
    """Write the cause into Robot's log; the stretch of time is the world's, None stands for the whole."""
    try:
        logger.write(cause_of(scene, what, start_ns, end_ns), "INFO", html=True)
    except RobotNotRunningError:
        return


def cause_of(scene: Scene, what: str, start_ns: int | None, end_ns: int | None) -> str:
    """Return the cause as HTML."""
    trace = scene.trace
    pace = scene.scenario.pace
    reached = max(device_ns(scene.now_ns, pace), 1)
    low = 0 if start_ns is None else device_ns(start_ns, pace)
    high = reached if end_ns is None else device_ns(end_ns, pace)
    wanted = Check("wanted", "what the keyword demands", what, Outcome.FAIL, "", low, max(high, low))
    margin = max((high - low) * _AROUND / NS_PER_S, _LEAST_S)
    first = max(low / NS_PER_S - margin, 0.0)
    last = min(max(high, low) / NS_PER_S + margin, scene.stimulus.duration_ns / NS_PER_S)
    picture = draw(picture_of(scene.stimulus, trace, [wanted], first, max(last, first + 1e-3)))
    parts = [standalone(picture)]
    if trace.stop.fault is not None:
        parts.append(f"<p><b>The firmware faulted</b></p><pre>{escape(say_fault(trace.stop.fault))}</pre>")
    tail = "\n".join(line.text for line in trace.lines[-_TAIL:]) or "(the device said nothing)"
    parts.append(f"<p><b>Console</b>, the last of {len(trace.lines)} lines</p><pre>{escape(tail)}</pre>")
    commands = "\n".join(line for line in (say_test_command(), scene.again()) if line)
    if commands:
        parts.append(f"<p><b>Again</b></p><pre>{escape(commands)}</pre>")
    if scene.folder is not None:
        page = os.path.relpath(scene.folder / "report.html", runs_folder().parent)
        parts.append(f'<p><a href="{escape(page)}">the whole run</a></p>')
    return "\n".join(parts)
