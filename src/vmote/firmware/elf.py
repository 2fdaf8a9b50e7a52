# SPDX-License-Identifier: Apache-2.0
"""Images from the outside: an ELF file opened, checked against a board, and measured.

The file may come from anyone, so every offset is checked before it is followed.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass, field
from pathlib import Path

from vmote.errors import BadInput
from vmote.firmware.memory import MemoryUse
from vmote.platforms import Board

MAX_FILE = 64 * 1024 * 1024  # an image with debug data takes a few megabytes

_HEADER = struct.Struct("<16sHHIIIIIHHHHHH")
_PROGRAM = struct.Struct("<IIIIIIII")
_SECTION = struct.Struct("<IIIIIIIIII")
_SYMBOL = struct.Struct("<IIIBBH")

_EXECUTABLE, _ARM = 2, 40
_MACHINES = {3: "x86", 8: "MIPS", 20: "PowerPC", 40: "Arm", 62: "x86-64", 94: "Xtensa", 183: "AArch64", 243: "RISC-V"}
_FILE_KINDS = {1: "an object file that is not linked yet", 3: "a shared library or position-independent program",
               4: "a core dump"}  # fmt: skip
_LOAD, _NOBITS, _SYMTAB = 1, 8, 2
_BUILD_HINT = "build one with `vmote build`, or give an ELF linked for this board"


@dataclass(frozen=True)
class Symbol:
    """A function or variable of the image."""

    address: int
    size: int
    function: bool = False


@dataclass(frozen=True)
class Section:
    """A named stretch of the image."""

    address: int
    offset: int  # in the file
    size: int
    stored: bool  # its bytes are in the file


@dataclass(frozen=True)
class Segment:
    """A stretch of the file and where it is loaded."""

    offset: int
    virtual: int
    physical: int
    file_size: int
    memory_size: int
    executable: bool


@dataclass(frozen=True)
class About:
    """What an image of ours says about itself."""

    board: str
    app: str
    port: str
    runtime: str
    arena: int
    operators: tuple[str, ...]


@dataclass(frozen=True)
class Image:
    """An ELF file that suits its board."""

    path: Path
    sha256: str
    entry: int
    vectors: int  # address of the vector table
    segments: tuple[Segment, ...]
    sections: dict[str, Section]
    symbols: dict[str, Symbol]
    memory: tuple[MemoryUse, ...]
    about: About | None  # None: an image that is not ours
    data: bytes = field(repr=False)

    def section_bytes(self, name: str) -> bytes | None:
        """Return what the file holds of a section, or None where there is no such section."""
        section = self.sections.get(name)
        if section is None or not section.stored:
            return None
        return self.data[section.offset : section.offset + section.size]


def open_image(path: Path, board: Board) -> Image:
    """Open an ELF file for a board, or say why it cannot run there."""
    return read_image(_read(path), path, board)


def read_image(data: bytes, path: Path, board: Board) -> Image:
    """Check the bytes of an ELF file against a board."""
    where = str(path)
    header = _header(data, where)
    segments = _segments(data, header, where)
    _check_places(segments, board, where)
    sections, raw = _sections(data, header, where)
    _check_core(data, sections, board, where)
    vectors = _check_vectors(data, segments, board, where)
    return Image(
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        entry=header.entry,
        vectors=vectors,
        segments=segments,
        sections=sections,
        symbols=_symbols(data, raw, where),
        memory=_memory_use(segments, board),
        about=_about(data, sections),
        data=data,
    )


@dataclass(frozen=True)
class _Header:
    entry: int
    program_offset: int
    program_size: int
    program_count: int
    section_offset: int
    section_size: int
    section_count: int
    names_index: int


def _read(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise BadInput(f"{size} bytes are too many for an image; at most {MAX_FILE} are read", where=str(path))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BadInput("there is no such image", where=str(path), hint=_BUILD_HINT) from error
    except OSError as error:
        raise BadInput(f"the image cannot be read: {error.strerror}", where=str(path)) from error


def _header(data: bytes, where: str) -> _Header:
    if not data:
        raise BadInput("the file is empty, expected an ELF image", where=where, hint=_BUILD_HINT)
    if data[:4] != b"\x7fELF":
        raise BadInput(f"this is {_guess(data)}, expected an ELF image", where=where, hint=_BUILD_HINT)
    if len(data) < _HEADER.size:
        raise _truncated(where, f"its header takes {_HEADER.size} bytes, the file has {len(data)}")
    ident, kind, machine, _, entry, phoff, shoff, _, _, phsize, phnum, shsize, shnum, shstr = _HEADER.unpack_from(data)
    if ident[4] != 1 or ident[5] != 1 or machine != _ARM:
        bits = {1: "32-bit", 2: "64-bit"}.get(ident[4], "unknown")
        order = {1: "", 2: " big-endian"}.get(ident[5], " of an unknown byte order")
        number = int.from_bytes(data[18:20], "big" if ident[5] == 2 else "little")
        name = _MACHINES.get(number, f"machine {number}")
        raise BadInput(
            f"this image is for another core: {bits} {name}{order}; expected 32-bit little-endian Arm",
            where=where, hint=_BUILD_HINT,
        )  # fmt: skip
    if kind != _EXECUTABLE:
        what = _FILE_KINDS.get(kind, f"an ELF file of type {kind}")
        raise BadInput(f"this is {what}, expected a linked image", where=where, hint=_BUILD_HINT)
    if phnum and phsize != _PROGRAM.size:
        raise _damaged(where, f"a program header takes {phsize} bytes, expected {_PROGRAM.size}")
    if shnum and shsize != _SECTION.size:
        raise _damaged(where, f"a section header takes {shsize} bytes, expected {_SECTION.size}")
    return _Header(entry, phoff, phsize, phnum, shoff, shsize, shnum, shstr)


def _segments(data: bytes, header: _Header, where: str) -> tuple[Segment, ...]:
    end = header.program_offset + header.program_count * header.program_size
    if end > len(data):
        raise _truncated(where, f"its program headers end at byte {end}, the file at {len(data)}")
    found = []
    for index in range(header.program_count):
        kind, offset, virtual, physical, file_size, memory_size, flags, _ = _PROGRAM.unpack_from(
            data, header.program_offset + index * header.program_size
        )
        if kind != _LOAD or memory_size == 0:
            continue
        if offset + file_size > len(data):
            raise _truncated(
                where, f"what is loaded to {physical:#010x} ends at byte {offset + file_size}, the file at {len(data)}"
            )
        if file_size > memory_size:
            raise _damaged(where, f"the segment at {virtual:#010x} has more bytes in the file than in memory")
        found.append(Segment(offset, virtual, physical, file_size, memory_size, bool(flags & 1)))
    if not any(segment.file_size for segment in found):
        raise BadInput("nothing in this image is loaded into memory", where=where, hint=_BUILD_HINT)
    return tuple(found)


def _check_places(segments: tuple[Segment, ...], board: Board, where: str) -> None:
    regions = ", ".join(
        f"{name} {memory.base:#010x}-{memory.base + memory.size:#010x}" for name, memory in board.memory.items()
    )
    for segment in segments:
        for start, size in ((segment.physical, segment.file_size), (segment.virtual, segment.memory_size)):
            if size and not any(
                memory.base <= start and start + size <= memory.base + memory.size for memory in board.memory.values()
            ):
                raise BadInput(
                    f"the image uses {start:#010x}-{start + size:#010x}, where {board.name} has no memory",
                    where=where, hint=f"{board.name} has {regions}: link the image for this board",
                )  # fmt: skip


def _sections(data: bytes, header: _Header, where: str) -> tuple[dict[str, Section], list[tuple[int, ...]]]:
    if not header.section_count or not header.section_offset:
        return {}, []
    end = header.section_offset + header.section_count * header.section_size
    if end > len(data):
        raise _truncated(where, f"its section headers end at byte {end}, the file at {len(data)}")
    raw = [
        _SECTION.unpack_from(data, header.section_offset + index * header.section_size)
        for index in range(header.section_count)
    ]
    for _, kind, _, _, offset, size, *_ in raw:
        if kind not in (0, _NOBITS) and offset + size > len(data):
            raise _truncated(where, f"a section ends at byte {offset + size}, the file at {len(data)}")
    if header.names_index >= len(raw):
        raise _damaged(where, f"the section names are said to be in section {header.names_index} of {len(raw)}")
    _, _, _, _, names_at, names_size, *_ = raw[header.names_index]
    names = data[names_at : names_at + names_size]
    sections = {
        _string(names, entry[0]): Section(entry[3], entry[4], entry[5], entry[1] != _NOBITS)
        for entry in raw
        if entry[1] != 0
    }
    return sections, raw


def _symbols(data: bytes, raw: list[tuple[int, ...]], where: str) -> dict[str, Symbol]:
    found: dict[str, Symbol] = {}
    for _, kind, _, _, offset, size, link, *_ in raw:
        if kind != _SYMTAB:
            continue
        if link >= len(raw):
            raise _damaged(where, f"the symbols' names are said to be in section {link} of {len(raw)}")
        _, _, _, _, names_at, names_size, *_rest = raw[link]
        names = data[names_at : names_at + names_size]
        for name_at, value, length, info, _, index in _SYMBOL.iter_unpack(data[offset : offset + size // 16 * 16]):
            if index == 0 or info & 15 > 2:  # undefined; or neither untyped, variable nor function
                continue
            name = _string(names, name_at)
            if name and not name.startswith("$"):
                # A function's address has the Thumb bit; what people mean is where it starts.
                function = info & 15 == 2
                found[name] = Symbol(value & ~1 if function else value, length, function)
    return found


def _check_vectors(data: bytes, segments: tuple[Segment, ...], board: Board, where: str) -> int:
    flash, ram = board.memory["flash"], board.memory["ram"]
    first = min((s for s in segments if s.file_size), key=lambda s: s.physical)
    place = first.physical
    hint = f"the vector table must come first in flash ({flash.base:#010x}, or behind a bootloader)"
    if not flash.base <= place < flash.base + flash.size:
        raise BadInput(f"the image has nothing in flash; it begins at {place:#010x}", where=where, hint=hint)
    if first.file_size < 64:
        raise BadInput(
            f"the vector table is missing: {first.file_size} bytes at {place:#010x} are too few for one",
            where=where, hint=hint,
        )  # fmt: skip
    stack, reset = struct.unpack_from("<II", data, first.offset)
    if not ram.base < stack <= ram.base + ram.size or stack % 4:
        raise BadInput(
            f"the vector table is missing: the stack would begin at {stack:#010x}, outside {board.name}'s RAM",
            where=where, hint=hint,
        )  # fmt: skip
    inside = any(s.virtual <= reset & ~1 < s.virtual + s.file_size for s in segments)
    if not reset & 1 or not inside:
        why = "lies outside the image" if reset & 1 else "is not a Thumb address (its lowest bit is 0)"
        raise BadInput(f"the vector table is missing: the reset vector {reset:#010x} {why}", where=where, hint=hint)
    return place


# Arm ABI, "Addenda to, and Errata in, the ABI for the Arm Architecture" (IHI 0045E), 2.3.5: Tag_CPU_arch.
_ARCHITECTURES = {
    0: "pre-v4", 1: "v4", 2: "v4T", 3: "v5T", 4: "v5TE", 5: "v5TEJ", 6: "v6", 7: "v6KZ", 8: "v6T2", 9: "v6K", 10: "v7",
    11: "v6-M", 12: "v6S-M", 13: "v7E-M", 14: "v8-A", 15: "v8-R", 16: "v8-M.baseline", 17: "v8-M.mainline",
    21: "v8.1-M.mainline",
}  # fmt: skip
_RUNS_ON = {"cortex-m0+": {11, 12}, "cortex-m4f": {10, 11, 12, 13}, "cortex-m7": {10, 11, 12, 13}}
_TAG_ARCH, _TAG_PROFILE, _TAG_FP = 6, 7, 10
_DOUBLE_PRECISION_ONLY = 7  # FPv5 with 16 double registers
_TEXT_TAGS = {4, 5, 32, 65, 67}


def _check_core(data: bytes, sections: dict[str, Section], board: Board, where: str) -> None:
    section = sections.get(".ARM.attributes")
    if section is None or not section.stored:
        return
    tags = _attributes(data[section.offset : section.offset + section.size])
    arch, profile = tags.get(_TAG_ARCH), tags.get(_TAG_PROFILE)
    if arch is None:
        return
    name = f"Arm{_ARCHITECTURES.get(arch, f' architecture {arch}')}"
    if profile in (ord("A"), ord("R")) or arch not in _RUNS_ON.get(board.core, {arch}):
        kind = f"{name}-{chr(profile)}" if profile in (ord("A"), ord("R")) and arch == 10 else name
        raise BadInput(
            f"this image is for another core: {kind}; {board.name} has a {board.core}", where=where, hint=_BUILD_HINT
        )
    if tags.get(_TAG_FP) == _DOUBLE_PRECISION_ONLY and board.core != "cortex-m7":
        raise BadInput(
            f"this image is for another core: it uses a double-precision FPU, which {board.name}'s {board.core} lacks",
            where=where, hint="compile with -mfpu=fpv4-sp-d16",
        )  # fmt: skip


def _attributes(data: bytes) -> dict[int, int]:
    """Read the numbers among the file's build attributes; what cannot be read is left out."""
    tags: dict[int, int] = {}
    if data[:1] != b"A":
        return tags
    at = data.find(b"aeabi\0")
    if at < 0 or at + 11 > len(data) or data[at + 6] != 1:
        return tags
    at += 11  # the vendor's name, the tag of the whole file, its length
    try:
        while at < len(data):
            tag, at = _uleb(data, at)
            if tag in _TEXT_TAGS:
                at = data.index(b"\0", at) + 1
            else:
                tags[tag], at = _uleb(data, at)
    except (IndexError, ValueError):
        pass
    return tags


def _uleb(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if not byte & 0x80:
            return value, at


def _memory_use(segments: tuple[Segment, ...], board: Board) -> tuple[MemoryUse, ...]:
    uses = []
    for name, memory in board.memory.items():
        stretches = [(s.physical, s.file_size) for s in segments]
        stretches += [(s.virtual, s.memory_size) for s in segments if s.virtual != s.physical or not s.file_size]
        used = sum(size for start, size in stretches if memory.base <= start < memory.base + memory.size)
        uses.append(MemoryUse(name, used, memory.size))
    return tuple(uses)


def _about(data: bytes, sections: dict[str, Section]) -> About | None:
    section = sections.get(".vmote.about")
    if section is None or not section.stored or section.size > 65_536:
        return None
    text = data[section.offset : section.offset + section.size].split(b"\0", 1)[0].decode("ascii", errors="replace")
    pairs = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
    if pairs.get("schema") != "1":
        return None
    operators = tuple(filter(None, pairs.get("operators", "").split(",")))
    arena = pairs.get("arena", "")
    return About(
        board=pairs.get("board", ""),
        app=pairs.get("app", ""),
        port=pairs.get("port", ""),
        runtime=pairs.get("runtime", ""),
        arena=int(arena) if arena.isascii() and arena.isdigit() and len(arena) < 10 else 0,
        operators=operators,
    )


def _string(table: bytes, at: int) -> str:
    end = table.find(b"\0", at)
    return table[at : end if end >= 0 else len(table)].decode("utf-8", errors="replace")


def _guess(data: bytes) -> str:
    """Say what a file that is no ELF seems to be."""
    for magic, name in ((b":1", "an Intel HEX file"), (b"UF2\n", "a UF2 file"), (b"PK\x03\x04", "a ZIP archive")):
        if data.startswith(magic):
            return name
    if data[4:8] == b"TFL3":
        return "a .tflite model (give it with --model)"
    if b"\0" not in data[:4096] and all(byte >= 32 or byte in b"\t\r\n\f" for byte in data[:4096]):
        return "a text file"
    return "a binary file of another kind"


def _truncated(where: str, why: str) -> BadInput:
    return BadInput(f"the ELF image is truncated: {why}", where=where, hint="copy or build it anew")


def _damaged(where: str, why: str) -> BadInput:
    return BadInput(f"the ELF image is damaged: {why}", where=where, hint="copy or build it anew")
