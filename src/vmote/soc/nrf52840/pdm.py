# SPDX-License-Identifier: Apache-2.0
"""PDM, the microphone interface (PS 6.15): whole EasyDMA buffers, each in one step."""

from __future__ import annotations

from typing import ClassVar

import numpy as np

from vmote.soc.clock import Alarm
from vmote.soc.nrf52840.nordic import Fabric, NordicPeripheral
from vmote.soc.peripheral import Register
from vmote.soc.sensors.microphone import Microphone

ENABLE, PDMCLKCTRL, MODE, GAINL, GAINR, RATIO, PTR, MAXCNT = 0x500, 0x504, 0x508, 0x518, 0x51C, 0x520, 0x560, 0x564
PCLK_HZ = 32_000_000
MONO = 1


class Pdm(NordicPeripheral):
    """Filters the microphone's bits to 16-bit samples at PDM_CLK / RATIO."""

    tasks: ClassVar = {"START": 0x000, "STOP": 0x004}
    events: ClassVar = {"STARTED": 0x100, "STOPPED": 0x104, "END": 0x108}
    registers: ClassVar = (
        Register("ENABLE", ENABLE, writable=1),
        Register("PDMCLKCTRL", PDMCLKCTRL, reset=0x08400000),
        Register("MODE", MODE, writable=3),
        Register("GAINL", GAINL, reset=0x28, writable=0x7F),
        Register("GAINR", GAINR, reset=0x28, writable=0x7F),
        Register("RATIO", RATIO, writable=1),
        Register("PSEL.CLK", 0x540, reset=0xFFFFFFFF),
        Register("PSEL.DIN", 0x544, reset=0xFFFFFFFF),
        Register("SAMPLE.PTR", PTR),
        Register("SAMPLE.MAXCNT", MAXCNT, writable=0x7FFF),
    )

    def __init__(self, name: str, base: int, fabric: Fabric, irq: int) -> None:
        super().__init__(name, base, fabric, irq)
        self.microphone: Microphone | None = None  # on the left channel
        self._alarm: Alarm | None = None
        self._started = 0  # cycle of the first sample
        self._frames = 0  # samples of each channel since then
        self._buffer = (0, 0)

    def _frame_cycles(self, frames: int) -> int:
        """Return the cycles that so many samples of each channel take: 32 MHz / divider / ratio is their rate."""
        divider = (1 << 32) // max(int(self.words[PDMCLKCTRL // 4]), 1 << 26)  # PS 6.15.7.11
        ratio = 80 if self.words[RATIO // 4] & 1 else 64
        return frames * divider * ratio * self.clock.hz // PCLK_HZ

    @property
    def _channels(self) -> int:
        return 1 if self.words[MODE // 4] & MONO else 2

    def task_start(self) -> None:
        """Begin with the buffer that SAMPLE.PTR names."""
        if not self.words[ENABLE // 4] & 1:
            self.bus.warn_once(f"{self.name} is started while it is disabled")
            return
        if self._alarm is None:
            self._started, self._frames = self.clock.now, 0
            self._next()

    def _next(self) -> None:
        """Latch pointer and length: they may be set anew from here on (PS 6.15.4)."""
        count = int(self.words[MAXCNT // 4])
        self._buffer = int(self.words[PTR // 4]), count
        frames = max(count // self._channels, 1)
        self._alarm = self.clock.at(self._started + self._frame_cycles(self._frames + frames), self._filled)
        self.event("STARTED")

    def _filled(self) -> None:
        self._alarm = None
        frames = max(self._buffer[1] // self._channels, 1)
        self._deliver(frames)
        self._frames += frames
        self.event("END")
        if self._alarm is None and not self._stopped:
            self._next()
        self._stopped = False

    _stopped = False

    def _deliver(self, frames: int) -> None:
        address, count = self._buffer
        view = self.fabric.dma(self.name, address, 2 * count) if count else None
        if view is None:
            return
        channels = self._channels
        rate = self.clock.hz / self._frame_cycles(1)
        start_ns = self.clock.ns(self._started + self._frame_cycles(self._frames))
        samples = np.zeros((frames, channels), dtype="<i2")
        if self.microphone is not None:
            gain = 10 ** ((int(self.words[GAINL // 4]) - 0x28) / 2 / 20)  # half a dB a step (PS 6.15.7.14)
            samples[:, 0] = self.microphone.samples(start_ns, rate, frames, gain)
        view[: samples.nbytes] = samples.tobytes()

    def task_stop(self) -> None:
        """Stop; the buffer under way is left as far as it got."""
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None
            frame = max(self._frame_cycles(1), 1)
            done = min((self.clock.now - self._started) // frame - self._frames, self._buffer[1] // self._channels)
            if done > 0:
                self._deliver(done)
            self._frames = 0
        else:
            self._stopped = True
        self.event("STOPPED")
