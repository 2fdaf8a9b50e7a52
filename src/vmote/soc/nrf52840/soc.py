# SPDX-License-Identifier: Apache-2.0
"""The nRF52840 put together: which peripheral lies where (PS 4.2.4)."""

from __future__ import annotations

import struct

from vmote.soc.i2c import I2cBus
from vmote.soc.irq import IrqLines
from vmote.soc.nrf52840.clock_power import GPREGRET, GPREGRET2, RESETREAS, ClockPower
from vmote.soc.nrf52840.elsewhere import UNMODELLED
from vmote.soc.nrf52840.gpio import Gpio
from vmote.soc.nrf52840.gpiote import Gpiote
from vmote.soc.nrf52840.ids import PSELRESET, UICR, map_ids
from vmote.soc.nrf52840.nordic import Fabric
from vmote.soc.nrf52840.off import SystemOff
from vmote.soc.nrf52840.pdm import Pdm
from vmote.soc.nrf52840.ppi import Ppi
from vmote.soc.nrf52840.rtc import Rtc
from vmote.soc.nrf52840.saadc import VDD, Saadc
from vmote.soc.nrf52840.small import Egu, Nvmc, Rng, Temp, Watchdog, map_errata
from vmote.soc.nrf52840.timer import Timer
from vmote.soc.nrf52840.twi import Twi
from vmote.soc.nrf52840.uart import Uart
from vmote.soc.site import Site

# Where peripherals can be: an access outside of this is a bus error.
SPACES = ((0x40000000, 0x40000), (0x50000000, 0x2000), (0x5002A000, 0x2000), (0x10000000, 0x2000))


IRQ_LINES = 48
PRIORITY_BITS = 3  # PS 3.1
SYSTICK_DIVIDER = 0  # PS 3: SysTick has no reference clock
RNG_SEED = 52840  # the generator repeats itself from run to run, as everything does

# What RESETREAS tells (PS 5.3.7.12).
RESET_REASONS = {
    "power-on": 0, "pin": 1 << 0, "watchdog": 1 << 1, "request": 1 << 2, "lockup": 1 << 3, "off": 1 << 16,
}  # fmt: skip
RETAINING = ("request", "lockup", "off")  # resets that GPREGRET outlives (PS 5.3.6)
_UICR_BYTES = 4096
_PORT_BYTES = 144


def pin_number(name: str) -> int:
    """Return a pin (`P1.03`) as PSEL registers write it."""
    port, pin = name.removeprefix("P").split(".")
    return int(port) * 32 + int(pin)


def build(site: Site) -> Nrf52840:
    """Put the SoC together for a board."""
    return Nrf52840(site)


class Nrf52840:
    """One SoC. Its I2C controllers reach the board's bus whose pins they select."""

    def __init__(self, site: Site) -> None:
        bus, clock = site.bus, site.clock
        bus.elsewhere = UNMODELLED
        self.irqs = IrqLines()
        fabric = self.fabric = Fabric(bus, clock, self.irqs, site.memories, site.requests)
        kept, reason = site.kept, site.reset_reason
        map_ids(bus, None if kept is None else kept[:_UICR_BYTES])
        before = struct.unpack_from("<3I", kept, _UICR_BYTES) if kept and reason != "power-on" else (0, 0, 0)
        self.clock_power = ClockPower("CLOCK", 0x40000000, fabric, 0, before[0] | RESET_REASONS[reason])
        if reason in RETAINING:
            self.clock_power.words[GPREGRET // 4], self.clock_power.words[GPREGRET2 // 4] = before[1:]
        self.uart0 = Uart("UARTE0", 0x40002000, fabric, 2, site.console)
        self.uart1 = Uart("UARTE1", 0x40028000, fabric, 40, lambda text: None)
        wiring = site.board.wiring
        by_pins = {
            (pin_number(str(wiring[name]["scl"])), pin_number(str(wiring[name]["sda"]))): wires
            for name, wires in site.buses.items()
        }
        nothing = I2cBus("nothing")

        def wires_at(scl: int, sda: int) -> I2cBus:
            return by_pins.get((scl, sda), nothing)

        self.twis = [
            Twi("TWIM0", 0x40003000, fabric, 3, wires_at),
            Twi("TWIM1", 0x40004000, fabric, 4, wires_at),
        ]
        self.timers = [
            Timer(f"TIMER{n}", base, fabric, irq, channels)
            for n, (base, irq, channels) in enumerate(
                ((0x40008000, 8, 4), (0x40009000, 9, 4), (0x4000A000, 10, 4), (0x4001A000, 26, 6), (0x4001B000, 27, 6))
            )
        ]
        self.rtcs = [
            Rtc(f"RTC{n}", base, fabric, irq, channels)
            for n, (base, irq, channels) in enumerate(((0x4000B000, 11, 3), (0x40011000, 17, 4), (0x40024000, 36, 4)))
        ]
        self.ports = [Gpio("P0", 0x50000000, fabric, 32), Gpio("P1", 0x50000300, fabric, 16)]
        if kept and reason == "off":
            for n, port in enumerate(self.ports):
                start = _UICR_BYTES + 12 + _PORT_BYTES * n
                port.resume(kept[start : start + _PORT_BYTES])
        self.gpiote = Gpiote("GPIOTE", 0x40006000, fabric, 6, self.ports)
        self.off = SystemOff(fabric, self.clock_power, self.ports, self.flush, reset_wired=self._reset_pin(site))
        self.saadc = Saadc("SAADC", 0x40007000, fabric, 7)
        channel, microphone = wiring.get("adc", {}).get("channel"), site.microphone
        if channel is not None and microphone is not None:  # an analog microphone: silence lies at half the supply

            def analog(selected: int, t_ns: int) -> float:
                sound = int(microphone.samples(t_ns, 1.0, 1, 1.0)[0]) if selected == channel else -32768
                return (sound + 32768) / 65535 * VDD

            self.saadc.analog = analog
        self.temp = Temp("TEMP", 0x4000C000, fabric, 12, lambda: site.world.value("temperature", clock.ns()))
        self.rng = Rng("RNG", 0x4000D000, fabric, 13, RNG_SEED)
        self.watchdog = Watchdog("WDT", 0x40010000, fabric, 16)
        self.egus = [Egu(f"EGU{n}", 0x40014000 + 0x1000 * n, fabric, 20 + n) for n in range(6)]
        self.pdm = Pdm("PDM", 0x4001D000, fabric, 29)
        self.pdm.microphone = site.microphone
        self.nvmc = Nvmc("NVMC", 0x4001E000, fabric)
        self.ppi = Ppi("PPI", 0x4001F000, fabric)
        map_errata(fabric)

    def pin(self, name: str) -> tuple[Gpio, int]:
        """Return a pin by its name, such as P1.03."""
        port, pin = divmod(pin_number(name), 32)
        return self.ports[port], pin

    def _reset_pin(self, site: Site) -> bool:
        """Have the pin that UICR names reset the SoC (PS 5.3.6); tell whether something on the board pulls it."""
        uicr = self.fabric.bus.page(UICR).words
        chosen = uicr[PSELRESET // 4]
        if chosen != uicr[PSELRESET // 4 + 1] or chosen >> 31:
            return False
        number, pin = chosen >> 5 & 1, chosen & 31
        port = self.ports[number]
        port.reset_pin = pin

        def reset() -> None:
            site.requests.reset = site.requests.reset or "pin"

        port.on_reset = reset
        wired = {name for part in site.board.parts.values() for name in part.lines.values()}
        return not wired.isdisjoint((f"P{number}.{pin:02}", f"P{number}.{pin}"))

    def kept(self) -> bytes:
        """Return what outlives a reset, other than memories: UICR, retained registers, in System OFF the pins."""
        power = self.clock_power.words
        retained = struct.pack("<3I", power[RESETREAS // 4], power[GPREGRET // 4], power[GPREGRET2 // 4])
        return b"".join((bytes(self.fabric.bus.page(UICR).words), retained, *(port.kept() for port in self.ports)))

    def program(self, address: int, value: int, size: int) -> bool:
        """Take a store into flash; False is a bus error."""
        return self.nvmc.write(address, value, size)

    def feed(self, data: bytes) -> None:
        """Send bytes to the console's receiving side."""
        if self.fabric.requests.off is None:
            self.uart0.feed(data)

    def flush(self) -> None:
        """The run is over: hand over what is under way."""
        self.uart0.flush()
