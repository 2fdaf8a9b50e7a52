# SPDX-License-Identifier: Apache-2.0
"""The shared memory as link/link.h lays it out; `check` proves at load that both mean the same."""

from __future__ import annotations

import ctypes as c

MAGIC = 0x564D5434
MAX_REGIONS = 112
PAGE = 4096

# What the emulator asks.
OP_READY, OP_READ, OP_WRITE, OP_TIMER, OP_FAULT, OP_RESET, OP_DONE, OP_LOCKUP, OP_STOP = range(1, 10)
# What Python answers.
CMD_GO, CMD_REGS, CMD_PEEK, CMD_CODE, CMD_REFUSE, CMD_PROFILE, CMD_BREAK, CMD_TAKE, CMD_RETURN = range(9)
# Kinds of region.
RAM, FLASH, DEVICE, HOLE, SPACE = range(1, 6)

OPT_CATCH_FAULTS, OPT_PROFILE, OPT_DEBUGGER = 1, 2, 4


class Region(c.Structure):
    """One stretch of the address space."""

    _fields_ = [
        ("kind", c.c_uint32), ("base", c.c_uint32), ("size", c.c_uint32), ("priority", c.c_uint32),
        ("data", c.c_uint64), ("attrs", c.c_uint64), ("profile", c.c_uint64),
    ]  # fmt: skip


class FaultBlock(c.Structure):
    """The core's registers."""

    _fields_ = [
        ("vector", c.c_uint32), ("pc", c.c_uint32), ("r", c.c_uint32 * 16), ("xpsr", c.c_uint32), ("psp", c.c_uint32),
        ("cfsr", c.c_uint32), ("hfsr", c.c_uint32), ("mmfar", c.c_uint32), ("bfar", c.c_uint32), ("shcsr", c.c_uint32),
        ("tb_insns", c.c_uint32),
    ]  # fmt: skip


class Link(c.Structure):
    """The head of the shared memory."""

    _fields_ = [
        ("magic", c.c_uint32), ("n_regions", c.c_uint32), ("turn", c.c_uint32), ("python_sleeps", c.c_uint32),
        ("guest_sleeps", c.c_uint32), ("shift", c.c_uint32), ("n_irqs", c.c_uint32), ("options", c.c_uint32),
        ("op", c.c_uint32), ("size", c.c_uint32), ("address", c.c_uint64), ("data", c.c_uint64), ("cycle", c.c_int64),
        ("instructions", c.c_uint64), ("command", c.c_uint32), ("unused", c.c_uint32), ("value", c.c_uint64),
        ("deadline", c.c_int64), ("irq", c.c_uint64 * 4), ("exchanges", c.c_uint64), ("plain", c.c_uint64),
        ("systick_divider", c.c_uint32), ("demote", c.c_uint32), ("priority_mask", c.c_uint32),
        ("systick_core", c.c_uint32), ("profile", c.c_uint64), ("profile_size", c.c_uint64),
        ("patience", c.c_uint32 * 4), ("fault", FaultBlock),
        ("regions", Region * MAX_REGIONS),
    ]  # fmt: skip


_CHECKED = ("turn", "shift", "op", "address", "cycle", "command", "value", "deadline", "irq", "exchanges", "profile",
            "fault", "patience", "regions")  # fmt: skip


def check(library: c.CDLL) -> None:
    """Hold these offsets against those the C compiler chose."""
    theirs = list((c.c_uint32 * (len(_CHECKED) + 1)).in_dll(library, "vmote_offsets"))
    ours = [getattr(Link, name).offset for name in _CHECKED] + [c.sizeof(Link)]
    if theirs != ours:
        raise AssertionError(f"layout.py and link.h disagree: {ours} and {theirs}")
