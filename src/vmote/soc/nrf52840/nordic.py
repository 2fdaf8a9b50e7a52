# SPDX-License-Identifier: Apache-2.0
"""What all peripherals of the family share: tasks, events, shortcuts, interrupts (PS 6.1)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.bus import PLAIN_READ, PLAIN_WRITE, Bus
from vmote.soc.clock import Clock
from vmote.soc.irq import IrqLines
from vmote.soc.memory import Memories
from vmote.soc.peripheral import Peripheral
from vmote.soc.site import Requests

SHORTS, INTEN, INTENSET, INTENCLR = 0x200, 0x300, 0x304, 0x308


class Fabric:
    """What connects peripherals: events that trigger tasks, interrupt lines, memory for EasyDMA."""

    def __init__(self, bus: Bus, clock: Clock, irqs: IrqLines, memories: Memories, requests: Requests) -> None:
        self.bus = bus
        self.requests = requests
        self.clock = clock
        self.irqs = irqs
        self.memories = memories
        self.tasks: dict[int, Callable[[], None]] = {}  # by the address of the task's register
        self.listeners: dict[int, list[Callable[[], None]]] = {}  # by the address of the event's register
        self.rewired: list[Callable[[], None]] = []  # told when the listeners changed
        self.lfclk_on = False
        self.lfclk_asked = False
        self.lfclk_listeners: list[Callable[[bool], None]] = []

    def set_lfclk(self, *, on: bool) -> None:
        """Tell the counters that the slow clock runs or stands."""
        if on != self.lfclk_on:
            self.lfclk_on = on
            for listener in self.lfclk_listeners:
                listener(on)

    def dma(self, who: str, address: int, size: int) -> memoryview | None:
        """Return RAM for EasyDMA, which reaches no flash (PS 6.1.6); None and a warning otherwise."""
        stretch = self.memories.find(address, size)
        if stretch is None or stretch.name != "ram":
            self.bus.warn_once(f"{who}: EasyDMA cannot reach 0x{address:08x}+{size}: it is not in RAM (PS 6.1.6)")
            return None
        return stretch.bytes[address - stretch.base : address - stretch.base + size]


class NordicPeripheral(Peripheral):
    """Tasks are methods, events are words; interrupts and shortcuts follow by themselves."""

    tasks: ClassVar[dict[str, int]] = {}  # START -> 0x000; the method is task_start
    events: ClassVar[dict[str, int]] = {}
    shorts: ClassVar[dict[int, tuple[str, str]]] = {}  # bit: event, task
    interrupts: ClassVar[bool] = True

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int | None = None) -> None:
        super().__init__(name, base, fabric.bus, fabric.clock)
        self.fabric = fabric
        self.irq = irq
        self._inten = 0
        self._shorts: dict[str, list[Callable[[], None]]] = {}
        self._event_word = {event: offset // 4 for event, offset in self.events.items()}
        self._event_bit = {event: 1 << ((offset - 0x100) // 4) for event, offset in self.events.items()}
        self._by_bit = {bit: self._event_word[event] for event, bit in self._event_bit.items()}
        for task, offset in self.tasks.items():
            method: Callable[[], None] = getattr(self, f"task_{task.lower()}")
            fabric.tasks[base + offset] = method
            self._special(f"TASKS_{task}", offset, write=partial(self._on_task, method))
        for event, offset in self.events.items():
            self._special(f"EVENTS_{event}", offset, write=partial(self._on_event_write, event))
            self._event_plain(event, plain=True)
        if self.interrupts and self.events:
            self._special("INTEN", INTEN, write=self._on_inten)
            self._special("INTENSET", INTENSET, write=lambda value: self._on_inten(self._inten | value))
            self._special("INTENCLR", INTENCLR, write=lambda value: self._on_inten(self._inten & ~value))
        if self.shorts:
            self._special("SHORTS", SHORTS, write=self._on_shorts)

    def _special(self, name: str, offset: int, *, write: Callable[[int], None]) -> None:
        word = self._first + offset // 4
        self.page.names[word] = f"{self.name}.{name}"
        self.page.attrs[word] = PLAIN_READ
        self.page.writers[word] = write

    def _event_plain(self, event: str, *, plain: bool) -> None:
        """While an event raises no interrupt, the firmware may clear it without anyone being told."""
        word = self._first + self._event_word[event]
        self.page.masks[word] = 1
        self.page.attrs[word] = PLAIN_READ | (PLAIN_WRITE if plain else 0)

    def _on_task(self, method: Callable[[], None], value: int) -> None:
        if value & 1:
            method()

    def _on_event_write(self, event: str, value: int) -> None:
        self.words[self._event_word[event]] = value & 1
        self.update_irq()

    def _on_inten(self, value: int) -> None:
        changed = self._inten ^ value
        self._inten = value
        for offset in (INTEN, INTENSET, INTENCLR):
            self.words[offset // 4] = value
        for event, bit in self._event_bit.items():
            if changed & bit:
                self._event_plain(event, plain=not value & bit)
        self.update_irq()

    def _on_shorts(self, value: int) -> None:
        self.words[SHORTS // 4] = value
        self._shorts = {}
        for bit, (event, task) in self.shorts.items():
            if value >> bit & 1:
                self._shorts.setdefault(event, []).append(getattr(self, f"task_{task.lower()}"))

    def short(self, event: str) -> bool:
        """Tell whether a shortcut leaves from an event."""
        return event in self._shorts

    def update_irq(self) -> None:
        """Set the interrupt line from events and enables."""
        if self.irq is None:
            return
        left, level = self._inten, False
        while left and not level:
            bit = left & -left
            left ^= bit
            word = self._by_bit.get(bit)
            level = word is not None and self.words[word] != 0
        self.fabric.irqs.set(self.irq, level)

    def event(self, name: str) -> None:
        """Generate an event, with everything that follows from it."""
        word = self._event_word[name]
        self.words[word] = 1
        if self._inten & self._event_bit[name]:
            self.update_irq()
        for task in self._shorts.get(name, ()):
            task()
        for listener in self.fabric.listeners.get(self.base + 4 * word, ()):
            listener()
