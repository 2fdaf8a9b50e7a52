# SPDX-License-Identifier: Apache-2.0
"""Keywords about what the device writes on its console."""

from __future__ import annotations

from fnmatch import fnmatchcase

from vmote.console import Line
from vmote.robot.arguments import Duration
from vmote.robot.keyword import keyword
from vmote.robot.theme import Theme
from vmote.units import say_time

_LONGEST = 2000  # of a line that a pattern is held against


class ConsoleKeywords(Theme):
    """Lines of the UART."""

    @keyword
    def console_should_contain(self, text: str, within: Duration | None = None) -> None:
        """Demand a line that holds this text; ``*`` stands for anything. With ``within``, time passes until it comes.

        | Console Should Contain | @boot app=weather |
        | Console Should Contain | @error code=sensor-* | within=2h |
        """
        scene = self.bench.scene
        start, end = self.span(None, None, within)
        found = scene.wait(lambda: self._first(text), end)
        if found is None:
            why = f"; at {say_time(scene.now_ns)} {scene.over}" if within and scene.over else ""
            raise self.fail(f"no line of the console holds {text!r}{why}", self._tail(), start, end)

    @keyword
    def console_should_not_contain(self, text: str) -> None:
        """Demand that no line so far holds this text, and that there are lines; ``*`` stands for anything.

        | Console Should Not Contain | @error |
        """
        found = self._first(text)
        if found is not None:
            what = f"the console holds {text!r} at {say_time(found.t_ns)}"
            raise self.fail(what, f"  {found.text}", found.t_ns, found.t_ns)
        if not self.bench.scene.trace.lines:
            raise self.fail("the console is empty, so what it does not hold proves nothing")

    @keyword
    def get_console(self) -> str:
        """Return the console's text so far."""
        return "\n".join(line.text for line in self.bench.scene.trace.lines)

    def _first(self, text: str) -> Line | None:
        pattern = f"*{text.replace('[', '[[]')}*"
        lines = self.bench.scene.trace.lines
        return next((line for line in lines if fnmatchcase(line.text[:_LONGEST], pattern)), None)

    def _tail(self) -> str:
        lines = self.bench.scene.trace.lines[-8:]
        return "its last lines:\n" + "\n".join(f"  {line.text}" for line in lines) if lines else "it is empty"
