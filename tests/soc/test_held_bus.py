# SPDX-License-Identifier: Apache-2.0
"""A part that holds SDA low: the controllers' events and flags, the pins, and what frees the bus."""

from __future__ import annotations

import pytest

TWI, P0 = 0x40003000, 0x50000000
STARTRX, STARTTX, STOP, ENABLE = 0x000, 0x008, 0x014, 0x500
EVENTS = {"STOPPED": 0x104, "RXDREADY": 0x108, "TXDSENT": 0x11C, "ERROR": 0x124, "LASTRX": 0x15C, "LASTTX": 0x160}
SCL, SDA = 15, 14
OPEN_DRAIN_OUTPUT = 1 | 3 << 2 | 6 << 8
RAM = 0x20000000


def select(rig, enable: int) -> None:
    for offset, value in ((0x508, SCL), (0x50C, SDA), (0x524, 0x06400000), (0x588, 0x5F), (ENABLE, enable)):
        rig.w(TWI + offset, value)


def begin(rig, *, dma: bool) -> None:
    """Write one byte."""
    select(rig, 6 if dma else 5)
    if dma:
        rig.ram[0] = 0x0F
        for offset, value in ((0x544, RAM), (0x548, 1), (0x200, 1 << 9)):
            rig.w(TWI + offset, value)
        rig.w(TWI + STARTTX, 1)
    else:
        rig.w(TWI + STARTTX, 1)
        rig.w(TWI + 0x51C, 0x0F)


def events(rig) -> list[str]:
    return [name for name, offset in EVENTS.items() if rig.r(TWI + offset)]


@pytest.mark.parametrize("dma", [False, True])
def test_a_transfer_never_ends_and_nothing_tells_of_it(dma: bool, rig) -> None:
    rig = rig()
    rig.power_sensors()
    wires = rig.device.buses["twi0"]
    wires.hold("lps22hb")
    begin(rig, dma=dma)
    rig.wait(5)
    rig.w(TWI + STOP, 1)
    rig.wait(5)
    assert events(rig) == [] and rig.r(TWI + 0x4C4) == 0
    rig.w(TWI + ENABLE, 0)
    wires.release("lps22hb")
    rig.wait(1)
    assert events(rig) == []  # what was switched off does not come back
    begin(rig, dma=dma)
    rig.wait(1e-3)
    assert ("LASTTX" if dma else "TXDSENT") in events(rig)


@pytest.mark.parametrize("dma", [False, True])
def test_it_goes_on_when_the_part_lets_go_in_time(dma: bool, rig) -> None:
    rig = rig()
    rig.power_sensors()
    wires = rig.device.buses["twi0"]
    wires.hold("lps22hb")
    begin(rig, dma=dma)
    rig.wait(3e-3)
    wires.release("lps22hb")
    rig.wait(1e-3)
    assert ("LASTTX" if dma else "TXDSENT") in events(rig) and "ERROR" not in events(rig)


def test_firmware_sees_the_held_line_and_clocks_the_part_free(rig) -> None:
    """NXP UM10204 3.1.16: up to nine clocks."""
    rig = rig()
    rig.power_sensors()
    wires = rig.device.buses["twi0"]
    rig.w(P0 + 0x508, 1 << SCL | 1 << SDA)
    for pin in (SCL, SDA):
        rig.w(P0 + 0x700 + 4 * pin, OPEN_DRAIN_OUTPUT)
    assert rig.r(P0 + 0x510) >> SDA & 1
    wires.hold("lps22hb", clocks=9)
    wires.hold("hts221")
    for clocks in range(9):
        assert not rig.r(P0 + 0x510) >> SDA & 1, clocks
        rig.w(P0 + 0x50C, 1 << SCL)
        rig.w(P0 + 0x508, 1 << SCL)
    assert wires.held  # by the other one, which clocks do not move
    wires.release("hts221")
    assert rig.r(P0 + 0x510) >> SDA & 1 and not wires.held
