# SPDX-License-Identifier: Apache-2.0
"""Things that go wrong, begun and ended at their times (see vmote.scenario.faults for what each means)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vmote.errors import BadInput, nearest
from vmote.scenario.stimulus import Fault
from vmote.soc.clock import Alarm, Clock
from vmote.soc.i2c import I2cBus
from vmote.soc.sensors.part import Sensor

PART_KINDS = ("nack", "hold-bus", "freeze", "stale", "stuck-bits", "out-of-range", "vanish")
OTHER_KINDS = ("brown-out", "bit-flip")


class Faults:
    """Carries faults out on a device's parts; what happens to supply and RAM is the engine's."""

    def __init__(
        self,
        clock: Clock,
        parts: dict[str, Sensor],
        bus_of: dict[str, I2cBus],
        fed: Callable[[str], bool],
        elsewhere: Callable[[Fault], None],
    ) -> None:
        self.clock = clock
        self.parts = parts
        self.bus_of = bus_of
        self._fed = fed
        self._elsewhere = elsewhere
        self._ahead: list[Alarm] = []  # beginnings that the scenario has planned

    def resume(self, faults: Iterable[Fault]) -> None:
        """Take up those that are not over; after a reset also those that began before it."""
        now = self.clock.ns()
        for fault in faults:
            ahead = fault.start_ns >= now
            if ahead or (fault.part in self.parts and fault.end_ns > now):
                # Before all else that is due then, whenever it was planned: a snapshot may have them planned late.
                self._ahead += self.plan(fault, rank=0)

    def exchange(self, faults: Iterable[Fault]) -> None:
        """Have these faults in the place of those that were planned and have not begun."""
        for alarm in self._ahead:
            alarm.cancel()
        self._ahead = []
        self.resume(faults)

    def plan(self, fault: Fault, *, rank: int = 1) -> list[Alarm]:
        """Have a fault begin at its start, or now, and end at its end; return the alarm for its beginning, if any."""
        if fault.kind not in PART_KINDS + OTHER_KINDS:
            raise BadInput(f"there is no fault {fault.kind!r}", hint=nearest(fault.kind, PART_KINDS + OTHER_KINDS))
        if fault.kind in PART_KINDS and fault.part not in self.parts:
            raise BadInput(f"there is no part {fault.part!r} that could fail", hint=nearest(fault.part, self.parts))
        if self.clock.cycles(fault.start_ns) <= self.clock.now and fault.kind in PART_KINDS:
            self._begin(fault)
            return []
        cycle = max(self.clock.cycles(fault.start_ns), self.clock.now + 1)
        return [self.clock.at(cycle, lambda: self._begin(fault), rank=rank, lasting=True)]

    def _begin(self, fault: Fault) -> None:
        if fault.kind in OTHER_KINDS:
            self._elsewhere(fault)
            return
        self.parts[fault.part].begin_fault(fault)
        wires = self.bus_of.get(fault.part)
        if fault.kind == "hold-bus" and wires is not None:
            clocks = fault.args.get("clocks")
            wires.hold(fault.part, None if clocks is None else int(clocks))
        end = max(self.clock.cycles(fault.end_ns), self.clock.now + 1)
        self.clock.at(end, lambda: self._end(fault), lasting=True)

    def _end(self, fault: Fault) -> None:
        self.parts[fault.part].end_fault(fault, powered=self._fed(fault.part))
        wires = self.bus_of.get(fault.part)
        if fault.kind == "hold-bus" and wires is not None:
            wires.release(fault.part)
