# SPDX-License-Identifier: Apache-2.0
"""The STM32H747's models against sequences of its reference manual (RM0399)."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vmote.soc.bus import Unmodelled

RCC, PWR, USART1, I2C3, TIM2, TIM6 = 0x58024400, 0x58024800, 0x40011000, 0x40005C00, 0x40000000, 0x40001000
DMA1, DMAMUX, ADC1, HSEM, GPIOK = 0x40020000, 0x40020800, 0x40022000, 0x58026400, 0x58022800
SRAM1, DTCM = 0x30000000, 0x20000000
TIM_IRQ, DMA_S0_IRQ, DMA_S1_IRQ = 28, 11, 12
HTS221 = 0x5F


# --- RCC, PWR, HSEM: what start-up waits for ---


def test_oscillators_and_plls_say_when_they_are_ready(bench) -> None:
    assert bench.read(RCC) & (1 << 17 | 1 << 25) == 0
    bench.write(RCC, bench.read(RCC) | 1 << 16 | 1 << 24)
    assert bench.read(RCC) & (1 << 17 | 1 << 25) == 1 << 17 | 1 << 25
    bench.write(RCC + 0x10, 3)
    assert bench.read(RCC + 0x10) >> 3 & 7 == 3


def test_a_flag_cannot_be_written(bench) -> None:
    bench.write(RCC, 1 << 17)
    assert bench.read(RCC) & 1 << 17 == 0


def test_voltage_scaling_is_told_in_both_registers(bench) -> None:
    bench.write(PWR + 0x18, 3 << 14)
    assert bench.read(PWR + 0x18) == bench.read(PWR + 0x04) == 3 << 14 | 1 << 13


def test_a_semaphore_is_taken_by_reading_it(bench) -> None:
    assert bench.read(HSEM + 0x80 + 4 * 3) == 0x80000300  # locked, by the Cortex-M7
    bench.write(HSEM + 4 * 3, 0x300)
    assert bench.read(HSEM + 4 * 3) == 0x300


# --- GPIO ---


def test_setting_wins_over_clearing(bench) -> None:
    bench.write(GPIOK, 0xFFFFFFFF & ~(3 << 10) | 1 << 10)  # PK5 an output
    bench.write(GPIOK + 0x18, 1 << 5 | 1 << 21)
    assert bench.read(GPIOK + 0x14) == bench.read(GPIOK + 0x10) == 1 << 5
    bench.write(GPIOK + 0x18, 1 << 21)
    assert bench.read(GPIOK + 0x14) == 0


# --- TIM ---


def test_a_timer_counts_microseconds(bench) -> None:
    bench.write(TIM2 + 0x28, 239)
    bench.write(TIM2 + 0x14, 1)
    bench.write(TIM2, 1)
    bench.wait(0.25)
    assert bench.read(TIM2 + 0x24) == 250_000


def test_a_prescaler_waits_for_the_update(bench) -> None:
    bench.write(TIM2, 1)
    bench.write(TIM2 + 0x28, 239)
    bench.wait(1e-3)
    assert bench.read(TIM2 + 0x24) == 240_000
    bench.write(TIM2 + 0x14, 1)
    bench.wait(1e-3)
    assert bench.read(TIM2 + 0x24) == 1000


def test_a_compare_raises_its_line_when_it_is_due(bench) -> None:
    bench.write(TIM2 + 0x28, 239)
    bench.write(TIM2 + 0x14, 1)
    bench.write(TIM2 + 0x10, 0)
    bench.write(TIM2 + 0x34, 1000)
    bench.write(TIM2 + 0x0C, 2)
    bench.write(TIM2, 1)
    bench.wait(999e-6)
    assert not bench.line(TIM_IRQ)
    bench.wait(2e-6)
    assert bench.line(TIM_IRQ)
    assert bench.read(TIM2 + 0x10) & 2
    bench.write(TIM2 + 0x10, 0xFFFFFFFF & ~2)
    assert not bench.line(TIM_IRQ)


def test_a_timer_turns_over(bench) -> None:
    bench.write(TIM2 + 0x28, 239)
    bench.write(TIM2 + 0x2C, 99)
    bench.write(TIM2 + 0x14, 1)
    bench.write(TIM2 + 0x10, 0)
    bench.write(TIM2, 1)
    bench.wait(250.5e-6)
    assert bench.read(TIM2 + 0x24) == 50
    assert bench.read(TIM2 + 0x10) & 1


# --- USART ---


def start_console(bench) -> None:
    bench.write(USART1 + 0x0C, 1042)  # 120 MHz / 115200
    bench.write(USART1 + 0x08, 1 << 7)
    bench.write(USART1, 1 | 1 << 3)


def test_a_byte_takes_its_time(bench) -> None:
    bench.write(USART1 + 0x0C, 1042)
    bench.write(USART1, 1 | 1 << 3)
    bench.write(USART1 + 0x28, ord("A"))
    bench.write(USART1 + 0x28, ord("B"))
    assert bench.read(USART1 + 0x1C) & (1 << 7 | 1 << 6) == 0  # both registers are full
    bench.wait(88e-6)
    assert bench.read(USART1 + 0x1C) & (1 << 7 | 1 << 6) == 1 << 7
    bench.wait(88e-6)
    assert bench.read(USART1 + 0x1C) & 1 << 6
    assert bench.sent == b"AB"


def test_a_usart_that_is_off_sends_nothing(bench) -> None:
    bench.write(USART1 + 0x28, ord("A"))
    assert bench.sent == b""
    assert "does not send" in bench.warnings[0]


def send_by_dma(bench, address: int, count: int) -> None:
    bench.write(DMAMUX, 42)
    bench.write(DMA1 + 0x1C, address)
    bench.write(DMA1 + 0x14, count)
    bench.write(DMA1 + 0x10, 1 << 6 | 1 << 10 | 1 << 4 | 1 << 2 | 1)


def test_dma_sends_a_buffer_and_raises_its_line(bench) -> None:
    start_console(bench)
    bench.memory["dma"][:5] = b"hello"
    send_by_dma(bench, SRAM1, 5)
    bench.wait(4 * 87e-6)
    assert not bench.line(DMA_S0_IRQ)
    bench.wait(2 * 87e-6)
    assert bench.sent == b"hello"
    assert bench.line(DMA_S0_IRQ)
    assert bench.read(DMA1) & 1 << 5
    assert bench.read(DMA1 + 0x10) & 1 == 0  # the stream is off again
    bench.write(DMA1 + 0x08, 0x3D)
    assert not bench.line(DMA_S0_IRQ)


def test_dma_does_not_reach_tightly_coupled_memory(bench) -> None:
    start_console(bench)
    send_by_dma(bench, DTCM, 5)
    bench.wait(1e-3)
    assert bench.sent == b""
    assert bench.read(DMA1) & 1 << 3  # TEIF
    assert bench.line(DMA_S0_IRQ)
    assert "out of its reach" in bench.warnings[0]


def test_what_has_left_when_the_run_ends_is_handed_over(bench) -> None:
    start_console(bench)
    bench.memory["dma"][:5] = b"hello"
    send_by_dma(bench, SRAM1, 5)
    bench.wait(2.5 * 86.9e-6)
    bench.soc.flush()
    assert bench.sent == b"he"


# --- I2C ---


def start_i2c(bench) -> None:
    bench.write(I2C3 + 0x10, 5 << 28 | 3 << 20 | 2 << 16 | 15 << 8 | 31)
    bench.write(I2C3, 1)


def begin(bench, address: int, count: int, *, read: bool = False, autoend: bool = False) -> None:
    bench.write(I2C3 + 0x04, address << 1 | count << 16 | read << 10 | autoend << 25 | 1 << 13)


def flags(bench) -> int:
    return bench.read(I2C3 + 0x18)


def test_a_part_says_who_it_is(bench) -> None:
    start_i2c(bench)
    begin(bench, HTS221, 1)
    assert not flags(bench) & 1 << 1
    bench.wait(30e-6)
    assert flags(bench) & 1 << 1  # TXIS
    bench.write(I2C3 + 0x28, 0x0F)
    bench.wait(30e-6)
    assert flags(bench) & 1 << 6  # TC
    begin(bench, HTS221, 1, read=True, autoend=True)
    bench.wait(60e-6)
    assert flags(bench) & 1 << 2  # RXNE
    assert bench.read(I2C3 + 0x24) == 0xBC
    bench.wait(30e-6)
    assert flags(bench) & (1 << 5 | 1 << 15) == 1 << 5  # STOPF, and no longer BUSY


def test_a_stop_on_a_free_bus_is_out_before_the_next_start(bench) -> None:
    """Else its STOPF ends the transfer after it: Zephyr's driver asks for that one at once."""
    start_i2c(bench)
    begin(bench, HTS221, 1)
    bench.wait(30e-6)
    bench.write(I2C3 + 0x28, 0x0F)
    bench.wait(30e-6)
    bench.write(I2C3 + 0x04, HTS221 << 1 | 1 << 14)  # STOP
    assert flags(bench) & (1 << 5 | 1 << 15) == 1 << 5
    bench.write(I2C3 + 0x1C, 1 << 5)
    begin(bench, HTS221, 1, read=True)
    bench.wait(60e-6)
    assert flags(bench) & (1 << 2 | 1 << 5) == 1 << 2  # RXNE, and no STOPF
    assert bench.read(I2C3 + 0x24) == 0xBC


def test_an_address_that_nobody_has_is_refused_and_stopped(bench) -> None:
    start_i2c(bench)
    begin(bench, 0x10, 1, autoend=True)
    bench.wait(30e-6)
    assert flags(bench) & (1 << 4 | 1 << 5 | 1 << 15) == 1 << 4 | 1 << 5
    bench.write(I2C3 + 0x1C, 0x3F38)
    assert flags(bench) == 1


def test_a_held_bus_stays_busy(bench) -> None:
    bench.device.buses["i2c3"].hold("a part")
    start_i2c(bench)
    begin(bench, HTS221, 1, autoend=True)
    bench.wait(0.1)
    assert flags(bench) & (1 << 15 | 1 << 4 | 1 << 1) == 1 << 15
    bench.write(I2C3, 0)  # PE off lets go
    assert flags(bench) == 1


# --- ADC ---


class Ramp:
    """Sound that rises by one code a sample of 16 kHz."""

    def value_at(self, t_ns: int) -> float:
        return t_ns * 16e-6 / 32767

    def samples(self, start_ns: int, rate_hz: float, count: int) -> NDArray[np.float64]:
        return np.array([self.value_at(start_ns + round(n * 1e9 / rate_hz)) for n in range(count)])


@pytest.fixture
def listening(bench):
    bench.device.world.channels["sound"] = Ramp()
    bench.write(ADC1 + 0x08, 1 << 28)
    bench.write(ADC1 + 0x0C, 3 | 13 << 5 | 1 << 10 | 1 << 12)
    bench.write(ADC1 + 0x08, 1 << 28 | 1)
    assert bench.read(ADC1) & 1
    bench.write(DMAMUX + 4, 9)
    bench.write(DMA1 + 0x1C + 0x18, SRAM1)
    bench.write(DMA1 + 0x14 + 0x18, 64)
    bench.write(DMA1 + 0x10 + 0x18, 1 << 11 | 1 << 13 | 1 << 10 | 1 << 8 | 1 << 3 | 1 << 4 | 1)
    bench.write(ADC1 + 0x08, 1 << 28 | 1 | 4)
    bench.write(TIM6 + 0x2C, 14999)
    bench.write(TIM6 + 0x04, 2 << 4)
    bench.write(TIM6, 1)
    return bench


def codes(bench, first: int, count: int) -> NDArray[np.int64]:
    raw = bytes(bench.memory["dma"][2 * first : 2 * (first + count)])
    return np.frombuffer(raw, "<u2").astype(np.int64) - 32768


def test_a_timer_paces_the_converter_into_halves(listening) -> None:
    bench = listening
    bench.wait(31.5 / 16000)
    assert not bench.line(DMA_S1_IRQ)
    bench.wait(1 / 16000)
    assert bench.line(DMA_S1_IRQ)
    assert bench.read(DMA1) & 1 << (6 + 4)  # HTIF1
    assert np.array_equal(codes(bench, 0, 32), np.arange(1, 33))
    bench.write(DMA1 + 0x08, 1 << (6 + 4))
    assert not bench.line(DMA_S1_IRQ)
    bench.wait(32 / 16000)
    assert bench.read(DMA1) & 1 << (6 + 5)  # TCIF1
    assert np.array_equal(codes(bench, 32, 32), np.arange(33, 65))


def test_it_goes_around_without_a_gap(listening) -> None:
    listening.wait(96.5 / 16000)
    assert np.array_equal(codes(listening, 0, 32), np.arange(65, 97))


def test_stopping_the_pace_stops_the_samples(listening) -> None:
    listening.write(TIM6, 0)
    listening.wait(0.1)
    assert not listening.line(DMA_S1_IRQ)


def test_a_single_conversion_by_hand(bench) -> None:
    bench.device.world.hold("sound", 0.5)
    bench.write(ADC1 + 0x08, 1 << 28)
    bench.write(ADC1 + 0x08, 1 << 28 | 1)
    bench.write(ADC1 + 0x08, 1 << 28 | 1 | 4)
    bench.wait(2e-6)
    assert bench.read(ADC1) & 4
    assert bench.read(ADC1 + 0x40) - 32768 == pytest.approx(16384, abs=2)
    assert bench.read(ADC1) & 4 == 0


def test_a_bus_held_in_the_middle_goes_on_when_it_is_free(bench) -> None:
    wires = bench.device.buses["i2c3"]
    start_i2c(bench)
    begin(bench, HTS221, 1)
    bench.wait(30e-6)
    wires.hold("a part")
    bench.write(I2C3 + 0x28, 0x0F)
    bench.wait(1)
    assert flags(bench) & (1 << 15 | 1 << 6 | 1 << 4) == 1 << 15  # BUSY, neither TC nor NACKF
    wires.release("a part")
    bench.wait(60e-6)
    assert flags(bench) & 1 << 6


def test_a_falling_data_line_makes_the_bus_busy(bench) -> None:
    start_i2c(bench)
    bench.device.buses["i2c3"].hold("a part")
    assert flags(bench) & 1 << 15
    bench.device.buses["i2c3"].release("a part")
    assert not flags(bench) & 1 << 15


# --- EXTI ---

EXTI, SYSCFG, GPIOC, GPIOJ = 0x58000000, 0x58000400, 0x58020800, 0x58022400


def test_an_edge_of_the_chosen_port_is_an_interrupt(bench) -> None:
    """RM 21.6: a line pends by its edges, interrupts by its mask, and is cleared by a one."""
    bench.write(GPIOJ, 0xFFFFFFFF & ~(3 << 22))  # PJ11: input
    bench.write(GPIOJ + 0x0C, 1 << 22)  # pulled up
    bench.write(SYSCFG + 0x10, 9 << 12)  # EXTI11 is port J
    bench.write(EXTI + 0x04, 1 << 11)  # falling
    bench.write(EXTI + 0x80, bench.read(EXTI + 0x80) | 1 << 11)
    port_j, port_c = bench.soc.ports[9], bench.soc.ports[2]
    port_c.drive(11, True)
    port_c.drive(11, False)  # another port's pin of this number
    assert not bench.line(40) and bench.read(EXTI + 0x88) == 0
    port_j.drive(11, False)
    assert bench.line(40) and bench.read(EXTI + 0x88) == 1 << 11
    bench.write(EXTI + 0x88, 1 << 11)
    assert not bench.line(40)
    port_j.drive(11, None)
    assert not bench.line(40)  # rising was not asked for
    bench.write(EXTI + 0x08, 1 << 3)
    assert bench.read(EXTI + 0x88) == 1 << 3 and not bench.line(9)  # pending, but masked
    bench.write(EXTI + 0x80, 1 << 3)
    assert bench.line(9)


def test_an_open_drain_pin_lets_others_pull_it_low(bench) -> None:
    bench.write(GPIOC, 0xFFFFFFFF & ~3 | 1)
    bench.write(GPIOC + 0x04, 1)
    bench.write(GPIOC + 0x0C, 1)
    bench.write(GPIOC + 0x18, 1)
    assert bench.read(GPIOC + 0x10) & 1
    bench.soc.ports[2].drive(0, False)
    assert not bench.read(GPIOC + 0x10) & 1


# --- clocks ---


@pytest.mark.parametrize(
    ("select", "divisors", "fraction", "core"),
    [(2 | 5 << 4, 191 | 1 << 9, 0, 480e6), (0 | 8 << 4, 119 | 1 << 9, 0, 480e6), (2 | 5 << 4, 191 | 9 << 9, 0, 96e6),
     (2 | 5 << 4, 99 | 1 << 9, 4096, 251.25e6)],
)  # fmt: skip
def test_clocks_follow_the_pll(select: int, divisors: int, fraction: int, core: float, bench) -> None:
    """RM 9.5.5: reference / DIVM x (DIVN + FRACN / 8192) / DIVP; SysTick is told, and the difference named once."""
    bench.write(RCC + 0x10, 0)
    bench.warnings.clear()
    bench.write(RCC + 0x28, select)
    bench.write(RCC + 0x30, divisors)
    bench.write(RCC + 0x34, fraction << 3)
    bench.write(RCC + 0x2C, 1)
    for _ in range(2):
        bench.write(RCC + 0x10, 3)
    assert bench.soc.rcc.core_hz == core and bench.soc.rcc.hclk_hz == core / 2 and bench.soc.rcc.pclk_hz() == core / 4
    assert bench.device.requests.core_hz == core
    assert len(bench.warnings) == (core != 480e6)
    assert all(f"RCC sets the core to {core / 1e6:g} MHz" in text for text in bench.warnings)


# --- what no model covers ---

UNMODELLED = [
    (0x58024400 + 0x3F0, "RCC+0x3f0"), (0x58005400 + 0x010, "SAI4+0x010"), (0x40013000 + 0x008, "SPI1+0x008"),
    (0x50001000 + 0x004, "LTDC+0x004"), (0x58004000, "RTC+0x000"), (0x58004800, "IWDG1+0x000"),
    (0x52008000, "a place where no peripheral is known"),
]  # fmt: skip


@pytest.mark.parametrize(("address", "name"), UNMODELLED)
def test_it_is_told_once_and_by_name(address: int, name: str, bench, strict) -> None:
    for _ in range(3):
        bench.write(address, 1)
    (told,) = bench.warnings
    assert told == f"the firmware writes {name} at 0x{address:08x}, which no model covers"
    with pytest.raises(Unmodelled) as raised:
        strict.read(address)
    assert name in str(raised.value)


# --- FLASH ---

FLASH, BANK2_SECTOR_1 = 0x52002000, 0x08120000


def unlock(bench) -> None:
    for key in (0x45670123, 0xCDEF89AB):
        bench.write(FLASH + 0x104, key)


def test_flash_is_locked_until_both_keys_came(bench) -> None:
    """RM 4.3.9: without PG a store is a bus error, and the bank says so."""
    assert not bench.soc.program(BANK2_SECTOR_1, 0, 4)
    assert bench.read(FLASH + 0x110) & 1 << 18
    bench.write(FLASH + 0x114, 1 << 18)
    bench.write(FLASH + 0x10C, 2)
    assert bench.read(FLASH + 0x10C) & 3 == 1  # still locked, PG not taken
    unlock(bench)
    assert bench.read(FLASH + 0x10C) & 1 == 0 and bench.read(FLASH + 0x00C) & 1  # the other bank has its own
    for key in (0xCDEF89AB, 0x45670123, 0xCDEF89AB):  # in the wrong order: locked until the next reset
        bench.write(FLASH + 0x004, key)
    assert bench.read(FLASH + 0x00C) & 1


def test_a_sector_is_erased_and_a_flash_word_programmed(bench) -> None:
    content = bench.memory["flash"]
    content[0x120000:0x120020] = bytes(32)
    content[0x13FFFF] = content[0x140000] = 0
    unlock(bench)
    bench.write(FLASH + 0x10C, 1 << 2 | 1 << 8 | 1 << 7)  # SER, sector 1, START
    assert bench.read(FLASH + 0x110) & 1
    bench.wait(1.001)
    assert bench.read(FLASH + 0x110) == 1 << 16  # EOP
    assert content[0x120000:0x140001] == b"\xff" * 0x20000 + b"\0"
    bench.write(FLASH + 0x114, 1 << 16)
    bench.write(FLASH + 0x10C, 2)
    for n in range(8):
        assert not bench.read(FLASH + 0x110) & 1
        assert bench.soc.program(BANK2_SECTOR_1 + 4 * n, 0x01010101 * n, 4)
    assert bench.read(FLASH + 0x110) & 1
    bench.wait(101e-6)
    assert bench.read(FLASH + 0x110) == 1 << 16
    assert content[0x120000:0x120020] == b"".join(bytes([n] * 4) for n in range(8))
    assert bench.device.requests.changed[-1] == (BANK2_SECTOR_1 + 28, BANK2_SECTOR_1 + 32)
