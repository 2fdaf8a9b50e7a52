# SPDX-License-Identifier: Apache-2.0
"""nRF52840 peripherals, register by register, without an emulator."""

from __future__ import annotations

import numpy as np
import pytest

from vmote.platforms import load_board
from vmote.scenario.stimulus import Fault

CLOCK, UART, TWI, GPIOTE, SAADC, TIMER0, RTC0, TEMP, RNG, WDT = (
    0x40000000, 0x40002000, 0x40003000, 0x40006000, 0x40007000, 0x40008000, 0x4000B000, 0x4000C000, 0x4000D000,
    0x40010000,
)  # fmt: skip
PDM, NVMC, PPI, P0 = 0x4001D000, 0x4001E000, 0x4001F000, 0x50000000
RAM = 0x20000000


def start_lfclk(rig) -> None:
    rig.w(CLOCK + 0x008, 1)
    rig.until(CLOCK + 0x104)


def test_oscillators_take_their_time(rig) -> None:
    rig = rig()
    rig.w(CLOCK + 0x000, 1)
    assert rig.until(CLOCK + 0x100) == pytest.approx(360e-6, abs=1e-6)
    assert rig.r(CLOCK + 0x40C) == 0x10001
    rig.w(CLOCK + 0x518, 1)
    rig.w(CLOCK + 0x008, 1)
    assert rig.until(CLOCK + 0x104) == pytest.approx(0.25, abs=1e-3)
    assert rig.r(CLOCK + 0x418) == 0x10001


def test_rtc_compares_tick_and_interrupt(rig) -> None:
    rig = rig()
    start_lfclk(rig)
    rig.w(RTC0 + 0x508, 31)  # 1024 Hz
    rig.w(RTC0 + 0x540, 100)
    rig.w(RTC0 + 0x000, 1)
    rig.wait(0.2)
    assert rig.r(RTC0 + 0x140) == 0  # neither interrupt nor EVTEN asks for the event
    assert rig.r(RTC0 + 0x504) in (204, 205)
    rig.w(RTC0 + 0x304, 1 << 16)
    rig.w(RTC0 + 0x540, 300)
    took = rig.until(RTC0 + 0x140)
    assert rig.r(RTC0 + 0x504) == 300 and took == pytest.approx(95.5 / 1024, abs=1 / 1024)
    assert rig.irq(11)
    rig.w(RTC0 + 0x140, 0)
    assert not rig.irq(11)
    rig.w(RTC0 + 0x308, 1 << 16)
    rig.w(RTC0 + 0x00C, 1)  # 16 ticks before the overflow
    rig.w(RTC0 + 0x344, 2)
    rig.until(RTC0 + 0x104)
    assert rig.r(RTC0 + 0x504) == 0


def test_rtc_without_its_clock_warns(rig) -> None:
    rig = rig()
    rig.w(RTC0, 1)
    rig.wait(0.1)
    assert rig.r(RTC0 + 0x504) == 0 and "nobody started the LFCLK" in rig.told.warnings[0]


def test_timer_captures_clears_and_stops(rig) -> None:
    rig = rig()
    rig.w(TIMER0 + 0x508, 3)
    rig.w(TIMER0 + 0x510, 4)  # 1 MHz
    rig.w(TIMER0 + 0x540, 500)
    rig.w(TIMER0 + 0x200, 1 << 0)  # COMPARE0 clears
    rig.w(TIMER0 + 0x000, 1)
    assert rig.until(TIMER0 + 0x140) == pytest.approx(500e-6, abs=1e-7)
    rig.wait(100e-6)
    rig.w(TIMER0 + 0x044, 1)
    assert rig.r(TIMER0 + 0x544) == 100
    rig.w(TIMER0 + 0x200, 1 << 8)  # COMPARE0 stops
    rig.wait(1e-3)
    rig.w(TIMER0 + 0x044, 1)
    assert rig.r(TIMER0 + 0x544) == 500


def test_counter_mode(rig) -> None:
    rig = rig()
    rig.w(TIMER0 + 0x504, 1)
    rig.w(TIMER0 + 0x540, 3)
    rig.w(TIMER0 + 0x000, 1)
    for expected in (0, 0, 1):
        rig.w(TIMER0 + 0x008, 1)
        assert rig.r(TIMER0 + 0x140) == expected


def test_unwatched_compare_does_not_wake_but_is_seen_after_clearing(rig) -> None:
    rig = rig()
    rig.w(TIMER0 + 0x508, 0)
    rig.w(TIMER0 + 0x510, 0)
    rig.w(TIMER0 + 0x540, 1000)
    rig.w(TIMER0 + 0x000, 1)
    rig.wait(1)
    assert rig.r(TIMER0 + 0x140) == 1 and rig.clock.next_due() is None
    rig.w(TIMER0 + 0x140, 0)
    assert rig.until(TIMER0 + 0x140) <= 65536 / 16e6


def test_uarte_sends_at_its_speed(rig) -> None:
    rig = rig()
    rig.ram[0x100:0x10A] = b"0123456789"
    for offset, value in ((0x500, 8), (0x524, 0x01D60000), (0x544, RAM + 0x100), (0x548, 10), (0x008, 1)):
        rig.w(UART + offset, value)
    assert rig.until(UART + 0x120) == pytest.approx(100 / 115200, rel=0.01)
    assert bytes(rig.told.text) == b"0123456789" and rig.r(UART + 0x54C) == 10


def test_legacy_uart_sends_and_receives(rig) -> None:
    rig = rig()
    rig.w(UART + 0x500, 4)
    rig.w(UART + 0x524, 0x01D60000)
    rig.w(UART + 0x008, 1)
    rig.w(UART + 0x51C, ord("x"))
    rig.until(UART + 0x11C)
    assert bytes(rig.told.text) == b"x"
    rig.w(UART + 0x000, 1)
    rig.device.soc.feed(b"hi")
    got = bytearray()
    for _ in range(2):
        rig.until(UART + 0x108)
        rig.w(UART + 0x108, 0)
        got.append(rig.r(UART + 0x518))
    assert got == b"hi"


def test_uarte_receives_into_memory(rig) -> None:
    rig = rig()
    for offset, value in ((0x500, 8), (0x524, 0x01D60000), (0x534, RAM), (0x538, 4), (0x000, 1)):
        rig.w(UART + offset, value)
    rig.device.soc.feed(b"data!")
    rig.until(UART + 0x110)
    assert bytes(rig.ram[:4]) == b"data" and rig.r(UART + 0x53C) == 4


def test_ppi_timer_toggles_a_pin_through_gpiote(rig) -> None:
    rig = rig()
    rig.w(GPIOTE + 0x510, 3 | 13 << 8 | 3 << 16)  # task, P0.13, toggle
    rig.w(PPI + 0x510, TIMER0 + 0x140)
    rig.w(PPI + 0x514, GPIOTE + 0x000)
    rig.w(PPI + 0x504, 1)
    rig.w(TIMER0 + 0x508, 3)
    rig.w(TIMER0 + 0x540, 1000)
    rig.w(TIMER0 + 0x200, 1)
    rig.w(TIMER0 + 0x000, 1)
    rig.wait(4.5e-3)
    assert [on for name, on in rig.told.pins if name == "builtin"] == [True, False, True, False]
    rig.w(PPI + 0x508, 1)
    rig.wait(5e-3)
    assert len(rig.told.pins) == 4


def test_gpiote_event_and_port(rig) -> None:
    rig = rig()
    port = rig.device.soc.ports[0]
    rig.w(P0 + 0x700 + 4 * 11, 3 << 2)  # P0.11: input, pull-up
    rig.w(GPIOTE + 0x514, 1 | 11 << 8 | 2 << 16)  # falling
    rig.w(GPIOTE + 0x304, 2)
    assert rig.r(P0 + 0x510) >> 11 & 1
    port.drive(11, False)
    assert rig.r(GPIOTE + 0x104) == 1 and rig.irq(6) and not rig.r(P0 + 0x510) >> 11 & 1
    rig.w(P0 + 0x700 + 4 * 12, 3 << 2 | 3 << 16)  # P0.12 senses low
    assert rig.r(GPIOTE + 0x17C) == 0
    port.drive(12, False)
    assert rig.r(GPIOTE + 0x17C) == 1 and rig.r(P0 + 0x520) >> 12 & 1


def test_leds_by_name_and_polarity(rig) -> None:
    rig = rig()
    rig.w(P0 + 0x508, 1 << 24)  # high before it is an output: the red LED stays off
    rig.w(P0 + 0x518, 1 << 24)
    rig.w(P0 + 0x50C, 1 << 24)
    rig.w(P0 + 0x508, 1 << 24)
    assert rig.told.pins == [("red", True), ("red", False)]


def twim(rig, address: int, out: bytes, count: int) -> int | None:
    """Write, then read, through EasyDMA; return ERRORSRC, or None if it is not over after a tenth of a second."""
    rig.ram[0 : len(out)] = out
    for offset, value in (
        (0x508, 15), (0x50C, 14), (0x524, 0x01980000), (0x588, address), (0x544, RAM), (0x548, len(out)),
        (0x534, RAM + 0x100), (0x538, count), (0x200, (1 << 7 | 1 << 12) if count else 1 << 9), (0x500, 6),
        (0x104, 0), (0x124, 0), (0x4C4, 7), (0x008, 1),
    ):  # fmt: skip
        rig.w(TWI + offset, value)
    limit = rig.clock.now + rig.clock.hz // 10
    while not (rig.r(TWI + 0x104) or rig.r(TWI + 0x124)):
        due = rig.clock.next_due()
        if due is None or due > limit:
            return None
        rig.clock.advance(due)
    if rig.r(TWI + 0x124):
        rig.w(TWI + 0x014, 1)
        rig.until(TWI + 0x104)
    return rig.r(TWI + 0x4C4)


def test_twim_reaches_every_part_of_the_board(rig) -> None:
    rig = rig()
    assert twim(rig, 0x5F, b"\x0f", 1) == 2  # no supply: the address is not acknowledged
    rig.power_sensors()
    for address, who in ((0x5F, 0xBC), (0x5C, 0xB1), (0x6B, 0x68), (0x1E, 0x3D)):
        begin = rig.clock.now
        assert twim(rig, address, b"\x0f", 1) == 0
        assert rig.ram[0x100] == who
        bits = (rig.clock.now - begin) / 640
        assert 37 <= bits <= 42  # start, address, register, start, address, byte, stop at 100 kHz
    assert twim(rig, 0x50, b"\x00", 1) == 2


def test_faults_come_and_go_by_the_clock(rig) -> None:
    faults = (
        Fault("nack", "hts221", 10**9, 2 * 10**9),
        Fault("hold-bus", "lps22hb", 3 * 10**9, 4 * 10**9),
        Fault("brown-out", "supply", 5 * 10**9, 6 * 10**9),
    )
    rig = rig(*faults)
    rig.power_sensors()
    seen = []
    for _ in range(5):
        seen.append((twim(rig, 0x5F, b"\x0f", 1), twim(rig, 0x6B, b"\x0f", 1)))
        rig.w(TWI + 0x500, 0)
        rig.clock.advance((len(seen) * 64 + 32) * 1_000_000)
    assert seen == [(0, 0), (2, 0), (0, 0), (None, None), (0, 0)]
    assert rig.told.faults == [faults[2]]


def test_pdm_fills_buffers(rig) -> None:
    rig = rig(sound=lambda t: np.sin(2 * np.pi * 1000 * t) / 2)
    rig.power_sensors()
    rig.wait(0.02)
    for offset, value in ((0x504, 0x0A000000), (0x520, 1), (0x508, 1), (0x560, RAM), (0x564, 160), (0x500, 1), (0, 1)):
        rig.w(PDM + offset, value)
    assert rig.r(PDM + 0x100) == 1
    rig.w(PDM + 0x560, RAM + 320)  # the second buffer
    begin = rig.clock.now
    assert rig.until(PDM + 0x108) == pytest.approx(0.01)
    rig.w(PDM + 0x108, 0)
    rig.until(PDM + 0x108)
    heard = np.frombuffer(bytes(rig.ram[:640]), dtype="<i2")
    t = begin / 64e6 + np.arange(320) / 16000
    assert np.abs(heard - np.rint(16383.5 * np.sin(2 * np.pi * 1000 * t))).max() <= 1
    rig.w(PDM + 0x004, 1)
    assert rig.r(PDM + 0x104) == 1 and rig.clock.next_due() is None


def test_saadc_converts(rig) -> None:
    rig = rig()
    rig.device.soc.saadc.analog = lambda channel, t_ns: {2: 1.2, 3: 3.0}.get(channel, 0.0)
    for n, select in enumerate((3, 4)):  # AIN2, AIN3; gain 1/6, internal reference
        rig.w(SAADC + 0x510 + 16 * n, select)
    for offset, value in ((0x500, 1), (0x5F0, 2), (0x62C, RAM), (0x630, 2), (0x000, 1), (0x004, 1)):
        rig.w(SAADC + offset, value)
    assert rig.until(SAADC + 0x104) == pytest.approx(2 * 12e-6, rel=0.05)
    assert np.frombuffer(bytes(rig.ram[:4]), dtype="<i2").tolist() == [int(1.2 / 3.6 * 4096), int(3.0 / 3.6 * 4096)]


def test_saadc_by_its_own_timer_hears_an_analog_microphone(rig) -> None:
    """PS 6.23.8: 16 MHz / 1000 is 16 kHz; SAMPLE once, and the buffer fills."""
    board = load_board("nano33ble-sense")
    wiring = {**board.wiring, "adc": {"microphone": "P0.04", "channel": 2}}
    board = board.model_copy(update={"wiring": wiring})
    rig = rig(board=board, sound=lambda t: np.sin(2 * np.pi * 1000 * t) / 2)
    rig.power_sensors()
    rig.wait(0.05)
    rig.w(SAADC + 0x510, 3)
    rig.w(SAADC + 0x518, 0x00021000)  # gain 1/6, reference VDD/4, 10 us
    for offset, value in ((0x500, 1), (0x5F0, 2), (0x5F8, 0x1000 | 1000), (0x62C, RAM), (0x630, 64), (0, 1), (4, 1)):
        rig.w(SAADC + offset, value)
    begin = rig.clock.now / 64e6 + 12e-6
    assert rig.until(SAADC + 0x104) == pytest.approx(63 / 16000 + 12e-6, rel=1e-3)
    heard = np.frombuffer(bytes(rig.ram[:128]), dtype="<i2")
    wanted = (0.5 + np.sin(2 * np.pi * 1000 * (begin + np.arange(64) / 16000)) / 4) * 4096 * 4 / 6
    assert np.abs(heard - wanted).max() < 3
    rig.w(SAADC + 0x104, 0)
    rig.wait(0.01)
    assert not rig.r(SAADC + 0x104)  # END stops it


def test_rng_repeats_itself_and_temp_follows_the_world(rig) -> None:
    def draw() -> list[int]:
        board = rig(temperature=lambda t: -12.5)
        board.w(RNG, 1)
        values = []
        for _ in range(8):
            board.until(RNG + 0x100)
            board.w(RNG + 0x100, 0)
            values.append(board.r(RNG + 0x508))
        board.w(TEMP, 1)
        board.until(TEMP + 0x100)
        assert board.r(TEMP + 0x508) == (-50 & 0xFFFFFFFF)
        return values

    first = draw()
    assert first == draw() and len(set(first)) > 4


def test_watchdog_bites_unless_fed(rig) -> None:
    rig = rig()
    rig.w(WDT + 0x504, 32767)
    rig.w(WDT, 1)
    rig.w(WDT + 0x504, 10)  # locked
    for _ in range(3):
        rig.wait(0.9)
        rig.w(WDT + 0x600, 0x6E524635)
    assert rig.device.requests.reset is None
    rig.wait(1.1)
    assert rig.r(WDT + 0x100) == 1 and rig.device.requests.reset == "watchdog"


def test_flash_is_programmed_and_erased(rig) -> None:
    rig = rig()
    soc = rig.device.soc
    assert not soc.program(0x8000, 0, 4)  # read only
    rig.w(NVMC + 0x504, 1)
    assert soc.program(0x8000, 0x0F0F0F0F, 4) and soc.program(0x8000, 0x00FF00FF, 4)
    assert not soc.program(0x8000, 0, 1)  # words only
    assert bytes(rig.flash[0x8000:0x8004]) == b"\x0f\x00\x0f\x00"  # bits only go to 0
    assert rig.r(NVMC + 0x400) == 0
    rig.wait(1e-4)
    assert rig.r(NVMC + 0x400) == 1
    rig.w(NVMC + 0x504, 2)
    rig.w(NVMC + 0x508, 0x8000)
    assert bytes(rig.flash[0x8000:0x8004]) == b"\xff" * 4
    assert rig.device.requests.changed[-1] == (0x8000, 0x9000)


def test_unmodelled_register_is_named(rig) -> None:
    rig = rig()
    rig.w(UART + 0x704, 1)
    rig.w(UART + 0x704, 2)
    assert rig.r(UART + 0x704) == 2 and len(rig.told.warnings) == 1 and "UARTE0+0x704" in rig.told.warnings[0]
