# SPDX-License-Identifier: Apache-2.0
"""The memory shared with the emulator: the exchange slot, register pages, RAM and flash. It has no name on any disk."""

from __future__ import annotations

import ctypes
import fcntl
import mmap
import os
import weakref

from vmote.engine.qemu import layout
from vmote.soc.bus import PAGE, WORDS

_SLOT = 3 * PAGE  # words, masks, attributes
_SLOTS = 80
_HEAD = -(-ctypes.sizeof(layout.Link) // PAGE) * PAGE


def _mapped(fd: int, size: int) -> ctypes.Array[ctypes.c_ubyte]:
    """Map a file; unmapped when its last view goes. Python's own mmap would hold a second descriptor until then."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.mmap.restype = ctypes.c_void_p
    libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
    libc.munmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t]
    address = libc.mmap(None, size, mmap.PROT_READ | mmap.PROT_WRITE, mmap.MAP_SHARED, fd, 0)
    if address in (None, ctypes.c_void_p(-1).value):
        raise OSError(ctypes.get_errno(), "mmap of the shared memory")
    block = (ctypes.c_ubyte * size).from_address(address)
    weakref.finalize(block, libc.munmap, address, size)
    return block


class SharedMemory:
    """Lays out regions one after the other; also the page store of the device's bus."""

    def __init__(self, memories: dict[str, tuple[int, int, int]], *, profile: bool = False) -> None:
        """`memories`: name -> kind, base, size. With `profile`, a count for each halfword of them."""
        sizes = {name: -(-size // PAGE) * PAGE for name, (_, _, size) in memories.items()}
        self.fd = os.memfd_create("vmote", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
        self._profile_at = _HEAD + _SLOTS * _SLOT + sum(sizes.values())
        self._profile_size = sum(sizes.values()) // 2 * 8 if profile else 0
        total = self._profile_at + self._profile_size
        os.ftruncate(self.fd, total)
        # Nobody, the emulator included, makes it shorter under our hands (a SIGBUS) or longer, ever again.
        fcntl.fcntl(self.fd, fcntl.F_ADD_SEALS, fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SEAL)
        block = _mapped(self.fd, total)
        self.view = memoryview(block).cast("B")
        self.link = layout.Link.from_buffer(block)
        self.address = ctypes.addressof(self.link)
        self._memories = memories
        self.memory: dict[str, memoryview] = {}
        self._offsets: dict[str, int] = {}
        offset = _HEAD + _SLOTS * _SLOT
        for name, size in sizes.items():
            self._offsets[name] = offset
            self.memory[name] = self.view[offset : offset + memories[name][2]]
            offset += size
        self.counts: dict[str, memoryview] = {}
        self._count_offsets = dict.fromkeys(sizes, 0)
        offset = self._profile_at
        for name, size in sizes.items() if profile else ():
            self._count_offsets[name] = offset
            self.counts[name] = self.view[offset : offset + size // 2 * 8].cast("Q")
            offset += size // 2 * 8

    def begin(self, *, shift: int, irqs: int, options: int, spaces: tuple[tuple[int, int], ...]) -> None:
        """Clear the head and describe everything but the register pages, which follow as they are asked for."""
        ctypes.memset(self.address, 0, ctypes.sizeof(layout.Link))
        link = self.link
        link.magic, link.shift, link.n_irqs, link.options = layout.MAGIC, shift, irqs, options
        link.profile, link.profile_size = self._profile_at, self._profile_size
        self._pages = 0
        self._region(layout.HOLE, 0x00000000, 0xE0000000, 50)
        for base, size in spaces:
            self._region(layout.SPACE, base, size, 60)
        for name, (kind, base, size) in self._memories.items():
            whole = -(-size // PAGE) * PAGE
            self._region(kind, base, whole, 100, self._offsets[name], profile=self._count_offsets[name])

    def _region(
        self, kind: int, base: int, size: int, priority: int, data: int = 0, attrs: int = 0, profile: int = 0
    ) -> None:
        index = self.link.n_regions
        self.link.regions[index] = layout.Region(kind, base, size, priority, data, attrs, profile)
        self.link.n_regions = index + 1

    def page(self, base: int) -> tuple[memoryview, memoryview, memoryview]:
        """Return the words, attributes and masks of a register page, all zero."""
        start = _HEAD + self._pages * _SLOT
        self._pages += 1
        self.view[start : start + _SLOT] = bytes(_SLOT)
        attrs = start + PAGE
        self._region(layout.DEVICE, base, PAGE, 100, start, attrs)
        masks = attrs + WORDS
        return (
            self.view[start : start + PAGE].cast("I"),
            self.view[attrs : attrs + WORDS],
            self.view[masks : masks + PAGE].cast("I"),
        )

    def keep(self) -> bytes:
        """Return the contents of all register pages and memories."""
        return bytes(self.view[_HEAD : self._profile_at])

    def put_back(self, kept: bytes) -> None:
        """Have the contents that `keep` returned again."""
        self.view[_HEAD : self._profile_at] = kept

    def close(self) -> None:
        """Let go of the descriptor; the mapping goes with its last view."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
