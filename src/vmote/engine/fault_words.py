# SPDX-License-Identifier: Apache-2.0
"""The core's fault registers in words (ARMv7-M Architecture Reference Manual, B3.2.15 to B3.2.18)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from vmote.engine.base import FaultReport
from vmote.engine.stacks import Named, overflowed

EXCEPTIONS = {3: "HardFault", 4: "MemManage", 5: "BusFault", 6: "UsageFault"}

_CFSR = {
    0: "an instruction was fetched from where none may be (IACCVIOL)",
    1: "data was accessed where the MPU forbids it (DACCVIOL)",
    3: "leaving an exception, the stack could not be read (MUNSTKERR)",
    4: "entering an exception, the stack could not be written (MSTKERR)",
    5: "the FPU's registers could not be put on the stack (MLSPERR)",
    8: "an instruction was fetched from where there is nothing (IBUSERR)",
    9: "data was accessed where there is nothing (PRECISERR)",
    10: "an earlier write went where there is nothing (IMPRECISERR)",
    11: "leaving an exception, the stack was where there is nothing (UNSTKERR)",
    12: "entering an exception, the stack was where there is nothing (STKERR): has it overflowed?",
    13: "the FPU's registers had to go where there is nothing (LSPERR)",
    16: "the instruction does not exist (UNDEFINSTR)",
    17: "a jump to an address without the Thumb bit, or a damaged return (INVSTATE)",
    18: "a return from an exception with a wrong code (INVPC)",
    19: "a coprocessor or the FPU was used while it is off (NOCP)",
    24: "an access was not aligned (UNALIGNED)",
    25: "a division by zero (DIVBYZERO)",
}
_MMARVALID, _BFARVALID = 1 << 7, 1 << 15
_HFSR = {1: "the vector table could not be read (VECTTBL)", 31: "a debug event without a debugger (DEBUGEVT)"}

_STACKING = 1 << 12 | 1 << 4 | 1 << 13 | 1 << 5  # STKERR, MSTKERR, LSPERR, MLSPERR
_NEAR = 4096  # how far the stack pointer may have run past the end
_THREAD_SP, _NO_FPU = 1 << 2, 1 << 4  # EXC_RETURN


class Registers(Protocol):
    """The core at a fault handler's first instruction."""

    vector: int  # the exception's number
    r: Sequence[int]  # r0 … r12, sp, lr, pc
    psp: int  # 0 where it is not known
    xpsr: int
    cfsr: int
    hfsr: int
    mmfar: int
    bfar: int


def decode(
    block: Registers,
    read: Callable[[int, int], bytes | None],
    place: Callable[[int], str],
    symbols: Mapping[str, Named],
) -> FaultReport:
    """Turn the registers at a handler's entry into what happened, and where."""
    r = list(block.r)
    exc_return = r[14]
    entered = exc_return >= 0xFFFFFF00  # else the core locked up before it entered a handler
    frame_at = block.psp if exc_return & _THREAD_SP else r[13]
    registers = {f"r{n}": r[n] for n in range(13)}
    frame = read(frame_at, 32) if entered and frame_at and not block.cfsr & (1 << 12 | 1 << 4) else None
    if frame is not None:
        words = [int.from_bytes(frame[4 * n : 4 * n + 4], "little") for n in range(8)]
        size = 32 if exc_return & _NO_FPU else 104
        registers |= {f"r{n}": words[n] for n in range(4)} | {"r12": words[4]}
        registers |= {
            "lr": words[5],
            "pc": words[6],
            "xpsr": words[7],
            "sp": frame_at + size + (4 if words[7] & 1 << 9 else 0),
        }
    elif not entered:
        registers |= {"lr": r[14], "sp": r[13], "pc": r[15], "xpsr": block.xpsr}
    else:
        registers |= {"sp": frame_at or r[13], "xpsr": block.xpsr}
    registers |= {"cfsr": block.cfsr, "hfsr": block.hfsr}
    causes = [text for bit, text in _CFSR.items() if block.cfsr >> bit & 1]
    causes += [text for bit, text in _HFSR.items() if block.hfsr >> bit & 1]
    if block.cfsr & _BFARVALID:
        registers["bfar"] = block.bfar
        causes.append(f"the address was 0x{block.bfar:08x} (BFAR)")
    if block.cfsr & _MMARVALID:
        registers["mmfar"] = block.mmfar
        causes.append(f"the address was 0x{block.mmfar:08x} (MMFAR)")
    if overflow := _overflow(block, registers, frame_at, read, symbols):
        causes.insert(0, overflow)
    pc = registers.get("pc")
    code = read(pc, 2) if pc is not None and not block.cfsr else None
    if code is not None and code[1] == 0xBE:
        causes.append("a breakpoint without a debugger (BKPT)")
    if not causes:
        causes.append("the fault registers tell no cause")
    found = _near(registers["sp"], read, place) if pc is None else _where(pc, registers["lr"], place)
    return FaultReport(
        exception=EXCEPTIONS.get(block.vector, "a fault while faults are masked"),
        registers=registers,
        causes=tuple(causes),
        place=found,
    )


def _overflow(
    block: Registers,
    registers: dict[str, int],
    frame_at: int,
    read: Callable[[int, int], bytes | None],
    symbols: Mapping[str, Named],
) -> str:
    """Say that the stack has overflowed, where it has: the access, or the stack pointer, is below its foot."""
    if block.cfsr & _MMARVALID and (name := overflowed(block.mmfar, symbols)):
        return f"stack overflow: 0x{block.mmfar:08x} lies at the foot of the stack ({name})"
    if name := overflowed(registers["sp"], symbols) or (overflowed(frame_at, symbols) if frame_at else ""):
        return f"stack overflow: the stack pointer is at the foot of the stack ({name})"
    if block.cfsr & _STACKING and frame_at and read(frame_at, 4) is None and read(frame_at + _NEAR, 4) is not None:
        return "stack overflow: the stack pointer has left the RAM at its bottom"
    return ""


def _where(pc: int, lr: int, place: Callable[[int], str]) -> str:
    """Say where; a jump to nowhere is told by who jumped."""
    found = place(pc)
    if found:
        return found
    caller = place((lr & ~1) - 2) if lr < 0xF0000000 else ""
    return f"0x{pc:08x}, called from {caller}" if caller else ""


def _near(sp: int, read: Callable[[int, int], bytes | None], place: Callable[[int], str]) -> str:
    """Without a frame, look for a return address on what is left of the stack."""
    for address in range((sp + 3) & ~3, (sp & ~3) + 1024, 4):
        word = read(address, 4)
        value = int.from_bytes(word, "little") if word else 0
        if value & 1 and (found := place(value - 3)):
            return f"or below {found}"
    return ""
