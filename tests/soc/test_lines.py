# SPDX-License-Identifier: Apache-2.0
"""Data-ready and interrupt lines of parts, and buttons: from the quantity to the pin and the SoC's event."""

from __future__ import annotations

import pytest

from vmote.errors import BadInput
from vmote.platforms import Board, load_board
from vmote.scenario.stimulus import Fault, Switch
from vmote.soc.sensors.hts221 import Hts221
from vmote.soc.sensors.lps22hb import Lps22hb
from vmote.soc.sensors.lsm9ds1_ag import Lsm9ds1Ag
from vmote.soc.sensors.lsm9ds1_m import Lsm9ds1M

P0, P1, GPIOTE = 0x50000000, 0x50000300, 0x40006000


def next_edge(part, name: str, limit_s: float = 2.0) -> float:
    """Let time pass as an engine would, from one due instant to the next, until a line changes; return how long."""
    begin, was = part.clock.now, part.part.line(name)
    while part.part.line(name) == was:
        due = part.part.next_line_ns()
        assert due is not None and part.clock.cycles(due) - begin < limit_s * part.clock.hz, "the line stays"
        part.clock.advance(max(part.clock.cycles(due), part.clock.now + 1))
        part.part.settle()
    return (part.clock.now - begin) / part.clock.hz


class TestHts221:
    def test_drdy_rises_with_the_data_and_falls_when_it_is_read(self, bench) -> None:
        part = bench(Hts221)
        part.write(0x20, 0x83)  # 12.5 Hz
        part.wait(1)
        assert part.part.line("drdy") is False and part.part.next_line_ns() is None  # CTRL_REG3.DRDY_EN is off
        part.write(0x22, 0x04)
        assert part.part.line("drdy") is True
        part.read(0xA8, 4)
        assert part.part.line("drdy") is False
        assert next_edge(part, "drdy") == pytest.approx(0.04, abs=1e-6)  # the 13th conversion, at 1.04 s

    def test_polarity_and_open_drain(self, bench) -> None:
        part = bench(Hts221)
        part.write(0x22, 0x84)
        assert part.part.line("drdy") is True
        part.write(0x22, 0xC4)
        assert part.part.line("drdy") is None
        part.part.power(False)
        assert part.part.line("drdy") is None


class TestLps22hb:
    def test_the_fifo_s_watermark(self, bench) -> None:
        part = bench(Lps22hb)
        part.write(0x14, 0x40 | 9)  # stream, watermark 9
        part.write(0x11, 0x50)
        part.write(0x12, 0x10)  # F_FTH
        part.write(0x10, 0x50)  # 75 Hz
        assert next_edge(part, "int") == pytest.approx(9 / 75, abs=1e-6)
        assert part.read(0x26) == [0x80 | 9]
        part.read(0x28, 5)
        assert part.part.line("int") is False

    def test_pressure_against_a_threshold_above_a_reference(self, bench) -> None:
        part = bench(Lps22hb, pressure=lambda t: 1000.0 + (0.0 if t < 1 else 2.0))
        part.write(0x0C, 16)  # 1 hPa, in sixteenths
        part.write(0x12, 0x01)  # INT_S: high pressure
        part.write(0x10, 0x20)  # 10 Hz
        part.write(0x0B, 0x80 | 0x08 | 0x04 | 0x01)  # reference now, difference, latched, high
        assert next_edge(part, "int") == pytest.approx(1.0, abs=0.11)
        assert part.read(0x15, 3) == [0x00, 0x80, 0x3E]  # REF_P: 1000 hPa
        assert part.read(0x25) == [5] and part.read(0x25) == [0]
        part.wait(0.2)
        assert part.read(0x25) == [5]

    def test_autozero_shows_the_difference(self, bench) -> None:
        part = bench(Lps22hb, pressure=lambda t: 1000.0 if t < 0.5 else 998.0)
        part.write(0x10, 0x20)
        part.write(0x0B, 0x20)
        part.wait(1)
        assert int.from_bytes(bytes(part.read(0x28, 3)), "little", signed=True) == -2 * 4096
        part.write(0x0B, 0x10)
        part.wait(0.2)
        assert int.from_bytes(bytes(part.read(0x28, 3)), "little", signed=True) == 998 * 4096

    def test_bypass_to_fifo_waits_for_the_interrupt(self, bench) -> None:
        part = bench(Lps22hb, pressure=lambda t: 1000.0 if t < 1 else 1010.0)
        part.write(0x0C, 0x00, 0x3F)  # 1008 hPa
        part.write(0x14, 0xE0)
        part.write(0x11, 0x50)
        part.write(0x0B, 0x09)
        part.write(0x10, 0x20)
        part.wait(0.95)
        assert part.read(0x26) == [0]
        part.wait(1.0)
        assert part.read(0x26)[0] in (9, 10)


class TestLsm9ds1:
    def test_int1_at_the_fifo_s_threshold(self, bench) -> None:
        part = bench(Lsm9ds1Ag)
        part.write(0x2E, 0xC0 | 15)
        part.write(0x23, 0x02)
        part.write(0x0C, 0x08)
        part.write(0x20, 0x60)  # 119 Hz
        assert next_edge(part, "int1") == pytest.approx(15 / 119, abs=1e-6)
        assert part.part.line("int2") is False

    def test_wake_up_by_acceleration(self, bench) -> None:
        """OR of the axes' high events, latched, as application notes wake a device."""
        part = bench(Lsm9ds1Ag, acceleration_x=lambda t: 0.0 if t < 1 else 1.2, acceleration_z=lambda t: 0.5)
        part.write(0x1F, 0x38)
        part.write(0x07, 128, 128, 128)  # half of full scale: 1 g
        part.write(0x0A, 2)  # more than two samples in a row
        part.write(0x1E, 0x38 | 0x02)  # latched
        part.write(0x06, 0x2A)
        part.write(0x0C, 0x40)
        part.write(0x20, 0x40)  # 50 Hz, 2 g
        took = next_edge(part, "int1")
        assert 1.0 <= took <= 1.0 + 4 / 50
        assert part.read(0x27)[0] & 0x40
        assert part.read(0x26) == [0x42]  # IA and XH
        assert part.part.line("int1") is False

    def test_free_fall(self, bench) -> None:
        """AND of the axes' low events."""
        part = bench(Lsm9ds1Ag, acceleration_z=lambda t: 1.0 if t < 0.5 or t > 0.8 else 0.0)
        part.write(0x07, 45, 45, 45)  # 0.35 g
        part.write(0x06, 0x80 | 0x15)
        part.write(0x0C, 0x40)
        part.write(0x22, 0x24)  # active low
        part.write(0x20, 0x60)
        assert part.part.line("int1") is True
        assert next_edge(part, "int1") == pytest.approx(0.5, abs=0.02)
        assert next_edge(part, "int1") == pytest.approx(0.3, abs=0.02)

    def test_turning(self, bench) -> None:
        part = bench(Lsm9ds1Ag, angular_rate_y=lambda t: 0.0 if t < 0.5 else -120.0)
        threshold = round(100 / 8.75e-3)
        part.write(0x33, threshold >> 8, threshold & 0xFF)
        part.write(0x30, 0x08 | 0x40)  # Y high, latched
        part.write(0x0C, 0x80)
        part.write(0x10, 0x60)
        assert next_edge(part, "int1") == pytest.approx(0.5, abs=0.02)
        assert part.read(0x14) == [0x48]

    def test_a_pair_is_kept_together(self, bench) -> None:
        part = bench(Lsm9ds1Ag, acceleration_x=lambda t: 0.5 if t < 0.5 else -0.5)
        part.write(0x22, 0x44)  # BDU
        part.write(0x20, 0x60)
        part.wait(0.4)
        low = part.read(0x28)[0]
        part.wait(0.4)
        raw = low | part.read(0x29)[0] << 8
        assert raw * 0.061e-3 == pytest.approx(0.5, abs=1e-3)
        assert part.int16(0x28, 1)[0] * 0.061e-3 == pytest.approx(-0.5, abs=1e-3)

    def test_an_axis_that_is_off_and_a_sleeping_gyroscope(self, bench) -> None:
        part = bench(Lsm9ds1Ag, acceleration_x=lambda t: 0.5, angular_rate_z=lambda t: 100.0)
        part.write(0x1F, 0x30)
        part.write(0x10, 0x60)
        part.write(0x20, 0x60)
        part.write(0x23, 0x40)
        part.wait(0.1)
        assert part.int16(0x28, 1) == [0] and part.int16(0x18, 3) == [0, 0, 0]
        assert part.read(0x27)[0] & 3 == 1

    def test_magnetometer_lines(self, bench) -> None:
        part = bench(Lsm9ds1M, magnetic_field_y=lambda t: 0.1 if t < 0.5 else -0.5)
        assert part.part.line("drdy") is False and part.part.line("int") is True  # active low after power-up
        threshold = round(0.3 / 0.14e-3)
        part.write(0xB2, threshold & 0xFF, threshold >> 8)
        part.write(0x30, 0x40 | 0x08 | 0x04 | 0x01)  # Y, active high
        part.write(0x20, 0x1C)  # 80 Hz
        part.write(0x22, 0x00)
        assert next_edge(part, "drdy") == pytest.approx(1 / 80, abs=1e-6)
        assert next_edge(part, "int") == pytest.approx(0.5, abs=2 / 80)
        assert part.read(0x31) == [0x09]  # negative on Y, and the interrupt
        part.read(0xA8, 6)
        assert part.part.line("drdy") is False


def wired(name: str, **lines: str) -> Board:
    """Return the board with a part's lines wired."""
    board = load_board("nano33ble-sense")
    part = board.parts[name].model_copy(update={"lines": lines})
    return board.model_copy(update={"parts": {**board.parts, name: part}})


def test_a_conversion_is_an_event_of_gpiote(rig) -> None:
    rig = rig(board=wired("hts221", drdy="P1.12"))
    rig.power_sensors()
    rig.w(P1 + 0x700 + 4 * 12, 0)  # input
    rig.w(GPIOTE + 0x510, 1 | 12 << 8 | 1 << 13 | 1 << 16)  # event, P1.12, rising
    rig.w(GPIOTE + 0x304, 1)
    part = rig.device.parts["hts221"]
    for register, value in ((0x22, 0x04), (0x20, 0x84), (0x21, 0x01)):
        part.i2c_start(read=False)
        part.i2c_write(register)
        part.i2c_write(value)
        part.i2c_stop()
    took = rig.until(GPIOTE + 0x100)
    assert took == pytest.approx(part.conversion_ns() / 1e9, abs=1e-6)
    assert rig.irq(6) and rig.r(P1 + 0x510) >> 12 & 1


def test_a_line_or_pin_that_is_not_there_is_refused(rig) -> None:
    with pytest.raises(BadInput, match="hts221 has no line 'int'"):
        rig(board=wired("hts221", int="P1.12"))
    with pytest.raises(BadInput, match=r"has no pin 'P1\.77'"):
        rig(board=wired("hts221", drdy="P1.77"))
    with pytest.raises(BadInput, match="has no pin 'PA3'"):
        rig(board=wired("hts221", drdy="PA3"))


class TestButton:
    def pull_up(self, rig) -> None:
        rig.w(P1 + 0x700 + 4 * 11, 3 << 2)
        rig.w(GPIOTE + 0x510, 1 | 11 << 8 | 1 << 13 | 2 << 16)  # event, P1.11, falling

    def test_presses_are_edges_at_their_instants(self, rig) -> None:
        rig = rig()
        rig.world.channels["button"] = Switch(((1_000_000_000, 1_100_000_000), (2_000_000_000, 2_050_000_000)))
        rig.device.parts["button"].touched()
        self.pull_up(rig)
        assert rig.r(P1 + 0x510) >> 11 & 1
        seen = []
        for _ in range(2):
            rig.until(GPIOTE + 0x100, limit_s=3)
            seen.append(rig.clock.ns())
            rig.w(GPIOTE + 0x100, 0)
            assert not rig.r(P1 + 0x510) >> 11 & 1
        assert seen == [1_000_000_000, 2_000_000_000]
        rig.wait(0.06)
        assert rig.r(P1 + 0x510) >> 11 & 1

    def test_by_hand(self, rig) -> None:
        rig = rig()
        self.pull_up(rig)
        rig.world.hold("button", 1.0)
        assert rig.r(GPIOTE + 0x100) and not rig.r(P1 + 0x510) >> 11 & 1
        rig.world.hold("button", None)
        assert rig.r(P1 + 0x510) >> 11 & 1

    def test_one_that_is_gone_presses_nothing(self, rig) -> None:
        rig = rig(Fault("vanish", "button", 10**9, 3 * 10**9))
        rig.world.hold("button", 1.0)
        self.pull_up(rig)
        assert not rig.r(P1 + 0x510) >> 11 & 1
        rig.wait(1.5)
        assert rig.r(P1 + 0x510) >> 11 & 1
        rig.wait(2)
        assert not rig.r(P1 + 0x510) >> 11 & 1
