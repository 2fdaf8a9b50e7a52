# SPDX-License-Identifier: Apache-2.0
"""Parts against sequences from their datasheets."""

from __future__ import annotations

import pytest

from vmote.scenario.stimulus import Fault
from vmote.soc.sensors.hs300x import Hs300x
from vmote.soc.sensors.hts221 import Hts221
from vmote.soc.sensors.lps22hb import Lps22hb
from vmote.soc.sensors.lsm9ds1_ag import Lsm9ds1Ag
from vmote.soc.sensors.lsm9ds1_m import Lsm9ds1M
from vmote.soc.sensors.microphone import Microphone


def hts221_values(part) -> tuple[float, float]:
    """Convert as the datasheet's section 8 prescribes."""
    cal = part.read(0xB0, 16)
    h, t = part.int16(0xA8, 2)
    signed = lambda n: int.from_bytes(bytes(cal[n : n + 2]), "little", signed=True)  # noqa: E731
    t0 = (cal[2] | (cal[5] & 3) << 8) / 8
    t1 = (cal[3] | (cal[5] & 12) << 6) / 8
    temperature = t0 + (t - signed(12)) * (t1 - t0) / (signed(14) - signed(12))
    humidity = cal[0] / 2 + (h - signed(6)) * (cal[1] - cal[0]) / 2 / (signed(10) - signed(6))
    return temperature, humidity


class TestHts221:
    def test_power_up(self, bench) -> None:
        part = bench(Hts221)
        assert part.read(0x0F) == [0xBC] and part.read(0x10) == [0x1B]
        assert part.read(0xA0, 8) == [0] * 8

    def test_one_shot(self, bench) -> None:
        part = bench(Hts221, temperature=lambda t: -7.25, humidity=lambda t: 83.5)
        part.write(0x21, 0x01)  # powered down: nothing happens
        part.wait(0.1)
        assert part.read(0x27) == [0]
        part.write(0x20, 0x84)
        part.write(0x21, 0x01)
        assert part.read(0x27) == [0] and part.read(0x21) == [1]
        part.wait(0.02)
        assert part.read(0x27) == [3] and part.read(0x21) == [0]
        temperature, humidity = hts221_values(part)
        assert temperature == pytest.approx(-7.25, abs=0.02) and humidity == pytest.approx(83.5, abs=0.02)
        assert part.read(0x27) == [0]  # both high bytes were read

    def test_rate(self, bench) -> None:
        part = bench(Hts221, temperature=lambda t: float(int(t)))
        part.write(0x20, 0x81)  # 1 Hz
        seen = []
        for _ in range(3):
            part.wait(1.0)
            assert part.read(0x27) == [3]
            seen.append(round(hts221_values(part)[0]))
            assert part.read(0x27) == [0]
        assert seen == [1, 2, 3]

    def test_block_update_keeps_a_pair_together(self, bench) -> None:
        part = bench(Hts221, temperature=lambda t: 20.0 if t < 1.5 else -20.0)
        for control, torn in ((0x85, False), (0x81, True)):
            part.clock.now = 0
            part.part.power(False)
            part.part.power(True)
            part.write(0x20, control)
            part.wait(1.2)
            low = part.read(0x2A)[0]
            part.wait(1.0)
            high = part.read(0x2B)[0]
            raw = int.from_bytes(bytes((low, high)), "little", signed=True)
            assert (raw < 0) is torn

    def test_no_auto_increment_without_its_bit(self, bench) -> None:
        assert bench(Hts221).read(0x0F, 3) == [0xBC] * 3

    def test_read_only_registers_stay(self, bench) -> None:
        part = bench(Hts221)
        part.write(0x0F, 0x55)
        part.write(0x30, 0x00)
        assert part.read(0x0F) == [0xBC] and part.read(0x30) == [66]


class TestLps22hb:
    def test_one_shot(self, bench) -> None:
        part = bench(Lps22hb, pressure=lambda t: 987.65, temperature=lambda t: 12.34)
        assert part.read(0x0F) == [0xB1] and part.read(0x11) == [0x10]
        part.write(0x11, 0x11)
        assert part.read(0x27) == [0]
        part.wait(0.02)
        assert part.read(0x27) == [3] and part.read(0x11) == [0x10]
        raw = part.read(0x28, 5)
        assert int.from_bytes(bytes(raw[:3]), "little") / 4096 == pytest.approx(987.65, abs=1 / 4096)
        assert int.from_bytes(bytes(raw[3:]), "little") / 100 == pytest.approx(12.34)
        assert part.read(0x27) == [0]

    def test_overrun(self, bench) -> None:
        part = bench(Lps22hb)
        part.write(0x10, 0x20)  # 10 Hz
        part.wait(0.1)
        assert part.read(0x27) == [3]
        part.wait(0.1)
        assert part.read(0x27) == [0x33]

    def test_fifo_stream(self, bench) -> None:
        part = bench(Lps22hb, pressure=lambda t: 1000 + t)
        part.write(0x14, 0x40)  # stream
        part.write(0x11, 0x50)  # FIFO on
        part.write(0x10, 0x30)  # 25 Hz
        part.wait(0.4)
        assert part.read(0x26) == [10]
        raw = part.read(0x28, 50)  # runs round in the outputs
        pressures = [int.from_bytes(bytes(raw[5 * n : 5 * n + 3]), "little") / 4096 for n in range(10)]
        assert pressures == pytest.approx([1000.04 + 0.04 * n for n in range(10)], abs=1e-3)
        assert part.read(0x26) == [0]
        part.wait(2.0)
        assert part.read(0x26) == [32 | 0x40]  # full, and samples were lost
        first = part.read(0x28, 3)
        assert int.from_bytes(bytes(first), "little") / 4096 == pytest.approx(1002.4 - 31 * 0.04, abs=1e-3)

    def test_software_reset(self, bench) -> None:
        part = bench(Lps22hb)
        part.write(0x10, 0x50)
        part.write(0x11, 0x14)
        assert part.read(0x10) == [0] and part.read(0x11) == [0x10]


class TestLsm9ds1:
    def test_accelerometer_alone(self, bench) -> None:
        part = bench(Lsm9ds1Ag, acceleration_x=lambda t: 0.5, acceleration_y=lambda t: -0.25)
        assert part.read(0x0F) == [0x68] and part.read(0x22) == [0x04]
        part.write(0x20, 0x70)  # 119 Hz, 4 g
        part.wait(0.02)
        assert part.read(0x27) == [0x05]
        x, y, z = part.int16(0x28, 3)
        assert [v * 0.122e-3 for v in (x, y, z)] == pytest.approx([0.5, -0.25, 1.0], abs=1e-4)
        assert part.read(0x27)[0] & 1 == 0

    @pytest.mark.parametrize(("scale", "lsb"), [(0, 0.061e-3), (1, 0.732e-3), (2, 0.122e-3), (3, 0.244e-3)])
    def test_scales_and_saturation(self, bench, scale: int, lsb: float) -> None:
        part = bench(Lsm9ds1Ag, acceleration_x=lambda t: 1.9, acceleration_y=lambda t: 100.0)
        part.write(0x20, 0x60 | scale << 3)
        part.wait(0.02)
        x, y, _ = part.int16(0x28, 3)
        assert x * lsb == pytest.approx(1.9, abs=lsb) and y == 32767

    def test_gyroscope(self, bench) -> None:
        part = bench(Lsm9ds1Ag, angular_rate_z=lambda t: -200.0)
        part.write(0x10, 0x60)  # 119 Hz, 245 dps
        part.wait(0.01)
        assert part.read(0x17)[0] & 2
        assert part.int16(0x18, 3)[2] * 8.75e-3 == pytest.approx(-200, abs=0.01)

    def test_fifo_holds_every_sample(self, bench) -> None:
        part = bench(Lsm9ds1Ag, acceleration_x=lambda t: t)
        part.write(0x20, 0x60)
        part.write(0x23, 0x02)
        part.write(0x2E, 0xC0)  # continuous
        part.wait(0.2)
        assert part.read(0x2F) == [23]
        seen = [part.int16(0x28, 3)[0] * 0.061e-3 for _ in range(23)]
        assert seen == pytest.approx([(n + 1) / 119 for n in range(23)], abs=1e-4)
        assert part.read(0x2F) == [0]
        part.wait(1.0)
        assert part.read(0x2F) == [32 | 0x40]

    def test_magnetometer(self, bench) -> None:
        part = bench(Lsm9ds1M, magnetic_field_x=lambda t: 0.3, magnetic_field_z=lambda t: -0.45)
        assert part.read(0x0F) == [0x3D] and part.read(0x22) == [0x03]
        part.wait(1)
        assert part.read(0x27) == [0]  # powered down after power-up
        part.write(0x22, 0x00)
        part.wait(0.11)
        assert part.read(0x27)[0] & 0x0F == 0x0F
        x, y, z = part.int16(0xA8, 3)
        assert [x * 0.14e-3, y, z * 0.14e-3] == pytest.approx([0.3, 0, -0.45], abs=2e-4)


class TestHs300x:
    def test_measurement(self, bench) -> None:
        part = bench(Hs300x, temperature=lambda t: 24.5, humidity=lambda t: 41.0)
        assert part.part.i2c_start(read=False)  # a measurement request is an address and nothing else
        part.part.i2c_stop()
        part.wait(0.04)

        def fetch() -> list[int]:
            assert part.part.i2c_start(read=True)
            return [part.part.i2c_read() for _ in range(4)]

        raw = fetch()
        assert raw[0] >> 6 == 0
        assert (raw[0] << 8 | raw[1]) / 16383 * 100 == pytest.approx(41.0, abs=0.01)
        assert (raw[2] << 8 | raw[3] & 0xFC) / 4 / 16383 * 165 - 40 == pytest.approx(24.5, abs=0.02)
        assert fetch()[0] >> 6 == 1  # stale: it was read before

    @pytest.mark.parametrize(("value", "wanted"), [("high", [0x3F, 0xFF, 0xFF, 0xFF]), ("low", [0, 0, 0, 0])])
    def test_out_of_range_is_the_largest_or_smallest_of_unsigned_numbers(
        self, bench, value: str, wanted: list[int]
    ) -> None:
        part = bench(Hs300x)
        self.command(part)
        part.wait(0.04)
        part.part.begin_fault(Fault("out-of-range", "part", 0, 10**12, {"value": value}))
        assert self.answer(part, 4) == wanted

    def command(self, part, *bytes_: int) -> None:
        assert part.part.i2c_start(read=False)
        assert all(part.part.i2c_write(byte) for byte in bytes_)
        part.part.i2c_stop()

    def answer(self, part, count: int) -> list[int]:
        assert part.part.i2c_start(read=True)
        return [part.part.i2c_read() for _ in range(count)]

    def test_programming_mode_tells_the_id_and_sets_the_resolution(self, bench) -> None:
        part = bench(Hs300x, humidity=lambda t: 41.0)
        self.command(part, 0xA0, 0, 0)
        self.command(part, 0x1E, 0, 0)
        assert self.answer(part, 3) == [0x81, 0x76, 0x6D]
        self.command(part, 0x06, 0, 0)
        assert self.answer(part, 3)[1] & 0x0C == 0x0C  # 14 bits, as it leaves the factory
        self.command(part, 0x46, 0x00, 0x00)
        self.command(part, 0x80, 0, 0)
        self.command(part)
        part.wait(0.0174)
        assert self.answer(part, 1)[0] >> 6 == 1  # 0.1 + 0.55 + 16.9 ms
        part.wait(0.0003)
        high, low = self.answer(part, 4)[:2]
        assert low & 0x3F == 0 and (high << 8 | low) / 16383 * 100 == pytest.approx(41.0, abs=0.4)  # 8 bits
        part.part.power(False)
        part.part.power(True)
        self.command(part)
        part.wait(0.018)
        assert self.answer(part, 1)[0] >> 6 == 0  # the memory keeps the resolution

    def test_programming_mode_is_open_for_ten_milliseconds(self, bench) -> None:
        part = bench(Hs300x)
        part.wait(0.011)
        self.command(part, 0xA0, 0, 0)
        self.command(part, 0x1E, 0, 0)
        assert self.answer(part, 1)[0] >> 6 == 1  # no answer of that mode: a measurement that is not there yet


class TestMicrophone:
    def test_samples_gain_and_clipping(self, bench) -> None:
        part = bench(Microphone, sound=lambda t: 0.5 if int(t * 16000) % 2 else -0.5)
        part.part.power(False)
        assert not part.part.samples(0, 16000, 4, 1.0).any()
        part.part.power(True)
        assert abs(part.part.samples(10**9, 16000, 8, 1.0)).max() == 16384
        assert part.part.samples(10**9, 16000, 8, 4.0).max() == 32767


class TestFaults:
    def hold(self, part, kind: str, **args: int | str) -> Fault:
        fault = Fault(kind, "part", 0, 10**12, dict(args))
        part.part.begin_fault(fault)
        return fault

    def test_nack_and_vanish(self, bench) -> None:
        part = bench(Hts221)
        part.write(0x20, 0x81)
        for kind, kept in (("nack", 0x81), ("vanish", 0x00)):
            fault = self.hold(part, kind)
            assert not part.part.i2c_start(read=False)
            part.part.end_fault(fault, powered=True)
            assert part.read(0x20) == [kept]

    def test_freeze_is_never_ready_and_stale_always_old(self, bench) -> None:
        part = bench(Hts221, temperature=lambda t: 10 * t)
        part.write(0x20, 0x81)
        part.wait(1.1)
        assert hts221_values(part)[0] == pytest.approx(10, abs=0.1)
        fault = self.hold(part, "freeze")
        part.wait(3)
        assert part.read(0x27) == [0] and hts221_values(part)[0] == pytest.approx(10, abs=0.1)
        part.part.end_fault(fault, powered=True)
        assert part.read(0x27) == [3] and hts221_values(part)[0] == pytest.approx(40, abs=0.1)
        self.hold(part, "stale")
        part.wait(3)
        assert part.read(0x27) == [3] and hts221_values(part)[0] == pytest.approx(40, abs=0.1)

    def test_stuck_bits_and_out_of_range(self, bench) -> None:
        part = bench(Lsm9ds1Ag)
        part.write(0x20, 0x60)
        part.wait(0.1)
        fault = self.hold(part, "stuck-bits", mask=0x81, value="high")
        assert all(byte & 0x81 == 0x81 for byte in part.read(0x28, 6))
        assert part.read(0x0F) == [0x68]  # not a measurement
        part.part.end_fault(fault, powered=True)
        self.hold(part, "out-of-range", value="low")
        assert part.int16(0x28, 3) == [-32768] * 3
