# SPDX-License-Identifier: Apache-2.0
"""Keywords that look into the firmware of a device that was started by hand."""

from __future__ import annotations

from robot.api import logger

from vmote.engine.base import End
from vmote.engine.values import Value, numbers, to_bytes
from vmote.errors import BadInput
from vmote.robot.arguments import Duration
from vmote.robot.keyword import keyword
from vmote.robot.scene import device_ns
from vmote.robot.theme import Theme
from vmote.units import NS_PER_S, say_time


class InsideKeywords(Theme):
    """Variables by name, and functions as places to stop."""

    @keyword
    def read_symbol(self, name: str, kind: str | None = None) -> Value | list[Value]:
        """Return a variable of the firmware by its name: a number, or a list of them where it holds several.

        ``kind`` is u8, i8, u16, i16, u32, i32, u64, i64, f32 or f64; left out, a variable of 1, 2, 4 or 8 bytes is one
        unsigned number, and any other a list of bytes.

        | Read Symbol | inferences_done |
        | Read Symbol | window | kind=f32 |
        """
        return numbers(self.bench.running.live.read_symbol(name), kind, name)

    @keyword
    def write_symbol(self, name: str, *values: float, kind: str | None = None) -> None:
        """Write a variable of the firmware by its name; fewer values than it holds leave the rest as it was.

        | Write Symbol | inferences_done | 0 |
        | Write Symbol | window | 0.5 | -0.25 | kind=f32 |
        """
        if not values:
            raise BadInput(f"nothing is to be written into {name}", hint="write the value after the name")
        live = self.bench.running.live
        size = len(live.read_symbol(name))
        live.write_symbol(name, to_bytes(list(values), size, kind, name))
        logger.info(f"at {say_time(self.bench.running.now_ns)}: {name} = {', '.join(map(str, values))}")

    @keyword
    def symbol_should_be(self, name: str, value: float, kind: str | None = None) -> None:
        """Demand the value of a variable that holds one number.

        | Symbol Should Be | inferences_done | 3 |
        """
        found = numbers(self.bench.running.live.read_symbol(name), kind, name)
        if isinstance(found, list):
            raise BadInput(f"{name} holds {len(found)} values", hint="use Read Symbol, and say its kind")
        if found != value:
            raise self.fail(f"{name} is {found}, not {value:g}")

    @keyword
    def run_to_function(self, name: str, within: Duration = Duration(60 * NS_PER_S)) -> None:  # noqa: B008  frozen, shared safely
        """Let time pass until the firmware enters a function, and stop there.

        | Run To Function | inference_invoke | within=3h |
        """
        running = self.bench.running
        start = running.now_ns
        stop = running.live.run_to(name, device_ns(start + within.ns, running.scenario.pace))
        if stop.end is not End.REACHED:
            raise self.fail(f"{name} was not entered within {within}: {running.over}", start_ns=start)
        logger.info(f"{name} is entered at {say_time(running.now_ns)}")
