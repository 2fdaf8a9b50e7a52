# SPDX-License-Identifier: Apache-2.0
"""FICR and UICR: what the factory and the programmer wrote (PS 4.4, 4.5)."""

from __future__ import annotations

from vmote.soc.bus import PLAIN_READ, Bus

FICR, UICR = 0x10000000, 0x10001000
PSELRESET, RESET_PIN = 0x200, 18  # P0.18, as on the board

_FICR = {
    0x010: 4096, 0x014: 256,  # CODEPAGESIZE, CODESIZE
    0x060: 0x766D6F74, 0x064: 0x00000001,  # DEVICEID
    0x0A0: 1, 0x0A4: 0x6D6F7465, 0x0A8: 0x0000C076,  # DEVICEADDRTYPE, DEVICEADDR
    0x100: 0x00052840, 0x104: 0x41414430, 0x108: 0x2004, 0x10C: 256, 0x110: 1024,  # INFO: part, AAD0, QIAA, RAM, flash
    0x130: 8, 0x134: 0,  # revision, as errata work-arounds of the vendor's start-up code read it
    0x350: 0xBB42319F, 0x354: 0xBB42319F, 0x358: 0xBB42319F,  # PRODTEST: done
    # TEMP: slopes, offsets and segment ends, the typical values (PS 4.4.1.33 and following)
    0x404: 0x320, 0x408: 0x343, 0x40C: 0x35D, 0x410: 0x400, 0x414: 0x452, 0x418: 0x37B,
    0x41C: 0x3FCC, 0x420: 0x3F98, 0x424: 0x3F98, 0x428: 0x0012, 0x42C: 0x004D, 0x430: 0x3E10,
    0x434: 0xE2, 0x438: 0x00, 0x43C: 0x14, 0x440: 0x19, 0x444: 0x50,
}  # fmt: skip


def map_ids(bus: Bus, kept_uicr: bytes | None = None) -> None:
    """Fill both pages; UICR outlives resets.

    PSELRESET is programmed, as a board leaves its factory: start-up code would else reset once.
    """
    ficr, uicr = bus.page(FICR), bus.page(UICR)
    for word in range(1024):
        ficr.words[word] = uicr.words[word] = 0xFFFFFFFF
        ficr.attrs[word] = uicr.attrs[word] = PLAIN_READ
        ficr.names[word], uicr.names[word] = f"FICR+0x{4 * word:03x}", f"UICR+0x{4 * word:03x}"
    for offset, value in _FICR.items():
        ficr.words[offset // 4] = value
    if kept_uicr is not None:
        uicr.words[:] = memoryview(kept_uicr).cast("I")
    else:
        uicr.words[PSELRESET // 4] = uicr.words[PSELRESET // 4 + 1] = RESET_PIN
