# SPDX-License-Identifier: Apache-2.0
"""The world around the parts: quantities at any instant, from the stimulus or held by hand."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vmote.errors import BadInput, nearest
from vmote.scenario.stimulus import QUANTITY_UNITS, Asked, Stimulus
from vmote.soc.clock import Clock

# What a device meets when a scenario says nothing about a quantity: a quiet room, lying flat.
AT_REST = {"temperature": 21.0, "humidity": 45.0, "pressure": 1013.25, "acceleration-z": 1.0}
MOST_ASKED = 500_000  # are remembered: firmware may ask for ever


class World:
    """Answers what a quantity is now, or was a moment ago."""

    def __init__(self, stimulus: Stimulus) -> None:
        self.channels = dict(stimulus.channels)
        self.held: dict[str, float] = {}
        self.sensed_ns: int | None = None  # when a part first looked at it: until then it might be another world
        self.asked: list[Asked] = []  # in order: whoever wants to know what a part was given asks the channel again
        self.on_hold: Callable[[str], None] | None = None  # told when a hand takes or lets go of a quantity

    def hold(self, quantity: str, value: float | None) -> None:
        """Hold a quantity at a value from now on; None hands it back to the stimulus."""
        if quantity not in QUANTITY_UNITS:
            raise BadInput(f"there is no quantity {quantity!r}", hint=nearest(quantity, QUANTITY_UNITS))
        if value is None:
            self.held.pop(quantity, None)
        else:
            self.held[quantity] = value
        if self.on_hold is not None:
            self.on_hold(quantity)

    def value(self, quantity: str, t_ns: int) -> float:
        """Return a quantity at an instant, in its unit."""
        if self.sensed_ns is None:
            self.sensed_ns = t_ns
        if quantity in self.held:
            return self.held[quantity]
        channel = self.channels.get(quantity)
        return AT_REST.get(quantity, 0.0) if channel is None else float(channel.value_at(t_ns))

    def is_on(self, quantity: str, t_ns: int) -> bool:
        """Tell whether a quantity that switches is on; one that is off at rest says nothing about its world."""
        channel = self.channels.get(quantity)
        on = self.held.get(quantity, 0.0 if channel is None else channel.value_at(t_ns)) >= 0.5
        if on and self.sensed_ns is None:
            self.sensed_ns = t_ns
        return on

    def next_change(self, quantity: str, t_ns: int) -> int | None:
        """Return when a quantity that switches does so next; None for one that is held, or merely varies."""
        change = None if quantity in self.held else getattr(self.channels.get(quantity), "next_change", None)
        return None if change is None else change(t_ns)

    def samples(self, quantity: str, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return equally spaced samples of a quantity."""
        if self.sensed_ns is None:
            self.sensed_ns = start_ns
        if len(self.asked) < MOST_ASKED:
            self.asked.append(Asked(quantity, start_ns, rate_hz, count))
        if quantity in self.held:
            return np.full(count, self.held[quantity])
        channel = self.channels.get(quantity)
        if channel is None:
            return np.full(count, AT_REST.get(quantity, 0.0))
        return channel.samples(start_ns, rate_hz, count)


def first_switch_ns(stimulus: Stimulus) -> int | None:
    """Return when something in a world first switches: before, another world without it is the same."""
    changes = (getattr(channel, "next_change", None) for channel in stimulus.channels.values())
    return min((at for change in changes if change is not None and (at := change(-1)) is not None), default=None)


class Surroundings:
    """The world as one part meets it: its clock, its quantities, its lines."""

    def __init__(self, world: World, clock: Clock, unmodelled: Callable[[str], None] = lambda text: None) -> None:
        self.world = world
        self.clock = clock
        self.unmodelled = unmodelled  # told of an access that no model covers

    def now_ns(self) -> int:
        """Return the time since reset."""
        return self.clock.ns()

    def value(self, quantity: str, t_ns: int) -> float:
        """Return a quantity at an instant."""
        return self.world.value(quantity, t_ns)

    def is_on(self, quantity: str, t_ns: int) -> bool:
        """Tell whether a quantity that switches is on."""
        return self.world.is_on(quantity, t_ns)

    def next_change(self, quantity: str, t_ns: int) -> int | None:
        """Return when a quantity switches next."""
        return self.world.next_change(quantity, t_ns)

    def samples(self, quantity: str, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        """Return equally spaced samples of a quantity."""
        return self.world.samples(quantity, start_ns, rate_hz, count)
