# SPDX-License-Identifier: Apache-2.0
"""What no model covers is told once, by a name that a datasheet knows, and ends the run under `strict`."""

from __future__ import annotations

import pytest

from vmote.soc.bus import Unmodelled
from vmote.soc.sensors.hts221 import Hts221
from vmote.soc.sensors.lsm9ds1_ag import Lsm9ds1Ag
from vmote.soc.sensors.registers import RegisterPart

# Address, and what the warning has to call it.
NRF = [
    (0x40002000 + 0x704, "UARTE0+0x704"),
    (0x40001000 + 0x504, "RADIO+0x504"),
    (0x40027000 + 0x008, "USBD+0x008"),
    (0x40029000 + 0x500, "QSPI+0x500"),
    (0x4001C000 + 0x500, "PWM0+0x500"),
    (0x40025000 + 0x500, "I2S+0x500"),
    (0x4000E000 + 0x504, "ECB+0x504"),
    (0x40023000 + 0x500, "SPIM2+0x500"),
    (0x5002A000 + 0x500, "CRYPTOCELL+0x500"),
]


@pytest.mark.parametrize(("address", "name"), NRF)
@pytest.mark.parametrize("verb", ["reads", "writes"])
def test_nrf52840(address: int, name: str, verb: str, rig) -> None:
    def touch(board) -> None:
        board.r(address) if verb == "reads" else board.w(address, 1)

    lenient = rig()
    for _ in range(3):
        touch(lenient)
    (told,) = lenient.told.warnings
    assert f"{verb} {name} at 0x{address:08x}, which no model covers" in told
    with pytest.raises(Unmodelled, match=f"{verb} {name.replace('+', '.')}"):
        touch(rig(strict=True))


class TestParts:
    def test_a_register_that_is_not_there(self, bench) -> None:
        part = bench(Hts221)
        for _ in range(2):
            part.read(0x11)
        assert set(part.told) == {"the firmware reads part's register 0x11"}

    def test_bits_that_nothing_happens_by_are_named(self, bench) -> None:
        part = bench(Lsm9ds1Ag)
        part.write(0x21, 0x80)  # high resolution alone changes nothing that could be seen here
        assert part.told == []
        part.write(0x04, 0x85)
        assert part.told == ["the firmware sets part.ACT_THS (0x04): bits 0x85, by which nothing happens here"]

    def test_strict(self, rig) -> None:
        lenient, strict = rig(), rig(strict=True)
        for board in (lenient, strict):
            board.power_sensors()
            part = board.device.parts["hts221"]
            part.i2c_start(read=False)
            part.i2c_write(0x60)
            if board is lenient:
                part.i2c_read()
                part.i2c_read()
                assert board.told.warnings == ["the firmware reads hts221's register 0x60, which no model covers"]
            else:
                with pytest.raises(Unmodelled, match="hts221's register 0x60"):
                    part.i2c_read()


def parts() -> list[type[RegisterPart]]:
    return RegisterPart.__subclasses__()


@pytest.mark.parametrize("part", parts())
def test_a_part_s_table_is_in_order(part: type[RegisterPart]) -> None:
    """Each register once, in order, with bits that it has."""
    addresses = [cell.at for cell in part.table]
    assert addresses == sorted(set(addresses))
    assert all(cell.inert & ~cell.writable == 0 for cell in part.table)
    assert len({cell.name for cell in part.table if cell.name != "STATUS_REG"}) >= len(addresses) - 2
