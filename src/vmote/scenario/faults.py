# SPDX-License-Identifier: Apache-2.0
"""Things that go wrong: a sensor that does not answer, a supply that sags, a bit that flips."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic import model_validator as validates

from vmote.errors import nearest
from vmote.scenario.windows import Window
from vmote.scenario.written import Share, Span, problem, reading

FAULTS: dict[str, str] = {
    "nack": "the part does not acknowledge its address",
    "hold-bus": "the part holds its bus's data line low",
    "freeze": "the part answers, but its measurement registers stand still and no data is ready",
    "stale": "the part says that data is ready and returns what it measured before",
    "stuck-bits": "the bits of `mask` read as `value` in every measurement byte",
    "out-of-range": "the part returns its largest or smallest reading",
    "vanish": "the part is gone: every access fails",
    "brown-out": "the supply sags below reset: the device starts again",
    "bit-flip": "a bit of the RAM flips, at `address` or in `symbol`",
}
OF_SUPPLY, OF_RAM = ("brown-out",), ("bit-flip",)

Word = Annotated[int, Field(ge=0, le=0xFFFFFFFF)]


class FaultItem(Window):
    """Something that goes wrong from `from` to `to`, or `at` an instant `for` a while."""

    fault: Literal[
        "nack", "hold-bus", "freeze", "stale", "stuck-bits", "out-of-range", "vanish", "brown-out", "bit-flip"
    ]
    part: str | None = None
    probability: Share = 1.0  # of each stretch of `every` within the window, those in which it happens
    every: Span | None = None
    mask: Word | None = None  # stuck-bits
    value: Literal["high", "low"] = "high"  # stuck-bits, out-of-range
    address: Word | None = None  # bit-flip
    symbol: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.]{0,199}$")] | None = None
    offset: Annotated[int, Field(ge=0, le=1 << 20)] = 0  # bytes into the symbol
    bit: Annotated[int, Field(ge=0, le=7)] | None = None
    clocks: Annotated[int, Field(ge=1, le=9)] | None = None  # hold-bus: pulses of SCL after which it lets go

    @validates(mode="after")
    def _complete(self) -> FaultItem:
        self._check_part()
        if (self.probability < 1.0) != (self.every is not None):
            hint = "such as `probability: 10 %` with `every: 1h`: in one of ten hours"
            raise problem("`probability:` and `every:` go together", hint)
        if self.every is not None and (self.end_s - self.start_s) / self.every > 100_000:
            raise problem("this fault has more than 100000 occasions", "make `every:` longer")
        if (self.fault == "stuck-bits") != (self.mask is not None):
            raise problem("`mask:` and the fault stuck-bits go together", "such as mask: 0x80")
        if self.clocks is not None and self.fault != "hold-bus":
            raise problem("`clocks:` belongs to the fault hold-bus")
        if self.fault == "bit-flip":
            if (self.address is None) == (self.symbol is None) or self.bit is None:
                raise problem("a bit-flip needs `bit:` and either `address:` or `symbol:`", "such as symbol: x, bit: 3")
        elif self.address is not None or self.symbol is not None or self.bit is not None:
            raise problem("`address:`, `symbol:` and `bit:` belong to the fault bit-flip")
        return self

    def _check_part(self) -> None:
        if self.fault in OF_SUPPLY + OF_RAM:
            if self.part is not None:
                raise problem(f"{self.fault} happens to no part", "leave out `part:`")
            return
        known = reading().parts
        if self.part is None:
            raise problem(f"{self.fault} happens to a part", f"add `part:`, such as {known[0] if known else 'hts221'}")
        if known and self.part not in known:
            raise problem(f"the board has no part {self.part!r}", nearest(self.part, known))

    @property
    def victim(self) -> str:
        """Return what it happens to, as a stimulus names it."""
        return "supply" if self.fault in OF_SUPPLY else "ram" if self.fault in OF_RAM else self.part or ""

    def args(self) -> dict[str, float | int | str]:
        """Return what the fault needs to know besides its time."""
        if self.fault == "stuck-bits":
            return {"mask": self.mask or 0, "value": self.value}
        if self.fault == "hold-bus" and self.clocks is not None:
            return {"clocks": self.clocks}
        if self.fault == "out-of-range":
            return {"value": self.value}
        if self.fault == "bit-flip":
            bit: dict[str, float | int | str] = {"offset": self.offset, "bit": self.bit or 0}
            return bit | ({"symbol": self.symbol} if self.symbol else {"address": self.address or 0})
        return {}
