# SPDX-License-Identifier: Apache-2.0
"""SAADC, the analog to digital converter (PS 6.23)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import ClassVar

from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register

STATUS, ENABLE, RESOLUTION, OVERSAMPLE, SAMPLERATE, PTR, MAXCNT, AMOUNT = (
    0x400, 0x500, 0x5F0, 0x5F4, 0x5F8, 0x62C, 0x630, 0x634,
)  # fmt: skip
PSELP, PSELN, CONFIG, LIMIT = 0x510, 0x514, 0x518, 0x51C
CHANNELS = 8
GAINS = (1 / 6, 1 / 5, 1 / 4, 1 / 3, 1 / 2, 1.0, 2.0, 4.0)
ACQUISITION_US = (3, 5, 10, 15, 20, 40)  # CONFIG.TACQ
CONVERSION_NS = 2_000  # PS 6.23.10: below 2 us
BY_TIMER, TIMER_HZ, SHORTEST = 0x1000, 16_000_000, 80  # SAMPLERATE (PS 6.23.11.29)
VDD = 3.3
INPUT_VDD, INPUT_VDDHDIV5 = 9, 0xD


class Saadc(NordicPeripheral):
    """Each SAMPLE converts all enabled channels into the buffer. What is on the pins is asked of `analog`."""

    tasks: ClassVar = {"START": 0x000, "SAMPLE": 0x004, "STOP": 0x008, "CALIBRATEOFFSET": 0x00C}
    events: ClassVar = {
        "STARTED": 0x100, "END": 0x104, "DONE": 0x108, "RESULTDONE": 0x10C, "CALIBRATEDONE": 0x110, "STOPPED": 0x114,
        **{f"CH[{n}].LIMITH": 0x118 + 8 * n for n in range(CHANNELS)},
        **{f"CH[{n}].LIMITL": 0x11C + 8 * n for n in range(CHANNELS)},
    }  # fmt: skip
    registers: ClassVar = (
        Register("STATUS", STATUS, writable=0),
        Register("ENABLE", ENABLE, writable=1),
        *(Register(f"CH[{n}].PSELP", PSELP + 16 * n, writable=0x1F) for n in range(CHANNELS)),
        *(Register(f"CH[{n}].PSELN", PSELN + 16 * n, writable=0x1F) for n in range(CHANNELS)),
        *(Register(f"CH[{n}].CONFIG", CONFIG + 16 * n, reset=0x00020000) for n in range(CHANNELS)),
        *(Register(f"CH[{n}].LIMIT", LIMIT + 16 * n, reset=0x7FFF8000) for n in range(CHANNELS)),
        Register("RESOLUTION", RESOLUTION, reset=1, writable=7),
        Register("OVERSAMPLE", OVERSAMPLE, writable=0xF),
        Register("SAMPLERATE", SAMPLERATE, writable=0x17FF),
        Register("RESULT.PTR", PTR),
        Register("RESULT.MAXCNT", MAXCNT, writable=0x7FFF),
        Register("RESULT.AMOUNT", AMOUNT, writable=0),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int) -> None:
        super().__init__(name, base, fabric, irq)
        self.analog: Callable[[int, int], float] = lambda channel, t_ns: 0.0  # analog input AIN0…7 -> volts
        self._started = False
        self._ticks = self._first = 0  # of the converter's own timer: since the first conversion, and when that was
        self._done = 0
        self._buffer = (0, 0)

    def task_start(self) -> None:
        """Latch the buffer."""
        if self.words[ENABLE // 4] & 1:
            self._started, self._done = True, 0
            self._buffer = int(self.words[PTR // 4]), int(self.words[MAXCNT // 4])
            self.event("STARTED")

    def task_sample(self) -> None:
        """Convert all enabled channels, one after the other."""
        if not self._started:
            return
        channels = [n for n in range(CHANNELS) if self.words[(PSELP + 16 * n) // 4]]
        if not channels:
            return
        self.words[STATUS // 4] = 1
        ns = 0
        for n in channels:
            config = int(self.words[(CONFIG + 16 * n) // 4])
            ns += ACQUISITION_US[min(config >> 16 & 7, 5)] * 1000 + CONVERSION_NS
        if len(channels) > 1:
            self.clock.at_ns(self.clock.ns() + ns, partial(self._converted, channels))
        elif self.words[SAMPLERATE // 4] & BY_TIMER:
            self._ticks, self._first = 0, self.clock.now + self.clock.cycles(ns)
            self.clock.at(self._first, self._paced)
        else:
            ns <<= int(self.words[OVERSAMPLE // 4])
            self.clock.at_ns(self.clock.ns() + ns, partial(self._converted, channels))

    def _paced(self) -> None:
        """Convert one channel at the pace of the converter's own timer until the buffer is full (PS 6.23.8)."""
        channel = next((n for n in range(CHANNELS) if self.words[(PSELP + 16 * n) // 4]), None)
        if channel is None or not self._started:
            return
        self._converted([channel])
        if self._started:
            self._ticks += max(int(self.words[SAMPLERATE // 4]) & 0x7FF, SHORTEST)
            self.clock.at(self._first + self._ticks * self.clock.hz // TIMER_HZ, self._paced)

    def _voltage(self, select: int) -> float:
        if select in (0, 1 + CHANNELS + 10):
            return 0.0
        if select == INPUT_VDD:
            return VDD
        if select == INPUT_VDDHDIV5:
            return VDD / 5
        return self.analog(select - 1, self.clock.ns())

    def _converted(self, channels: list[int]) -> None:
        self.words[STATUS // 4] = 0
        if not self._started:
            return
        bits = 8 + 2 * min(int(self.words[RESOLUTION // 4]), 3)
        for n in channels:
            config = int(self.words[(CONFIG + 16 * n) // 4])
            volts = self._voltage(int(self.words[(PSELP + 16 * n) // 4]))
            differential = config >> 20 & 1
            if differential:
                volts -= self._voltage(int(self.words[(PSELN + 16 * n) // 4]))
            reference = VDD / 4 if config >> 12 & 1 else 0.6
            raw = int(volts * GAINS[config >> 8 & 7] / reference * (1 << (bits - differential)))  # PS 6.23.4
            top = (1 << (bits - differential)) - 1
            raw = max(-top - 1 if differential else 0, min(top, raw))
            self._store(raw)
            limit = int(self.words[(LIMIT + 16 * n) // 4])
            if raw >= ((limit >> 16) ^ 0x8000) - 0x8000:
                self.event(f"CH[{n}].LIMITH")
            if raw <= ((limit & 0xFFFF) ^ 0x8000) - 0x8000:
                self.event(f"CH[{n}].LIMITL")
            self.event("DONE")
            self.event("RESULTDONE")
        if self._done >= self._buffer[1]:
            self._started = False
            self.event("END")

    def _store(self, raw: int) -> None:
        address, count = self._buffer
        if self._done < count:
            view = self.fabric.dma(self.name, address + 2 * self._done, 2)
            if view is not None:
                view[:] = (raw & 0xFFFF).to_bytes(2, "little")
            self._done += 1
            self.words[AMOUNT // 4] = self._done

    def task_stop(self) -> None:
        """Stop."""
        self._started = False
        self.event("STOPPED")

    def task_calibrateoffset(self) -> None:
        """Calibrate; takes as long as a few conversions."""
        self.clock.at_ns(self.clock.ns() + 20_000, lambda: self.event("CALIBRATEDONE"))
