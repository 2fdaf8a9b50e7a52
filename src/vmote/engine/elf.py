# SPDX-License-Identifier: Apache-2.0
"""An image as an engine needs it: what is loaded where, symbols, and the source place of an address."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from vmote.errors import BadInput, nearest
from vmote.platforms import Board

_ARM = "EM_ARM"


@dataclass(frozen=True)
class Segment:
    """Bytes that are in the device's memory before it starts."""

    address: int
    data: bytes


@dataclass(frozen=True)
class Symbol:
    """A named stretch of memory."""

    name: str
    address: int
    size: int
    function: bool


class Image:
    """One ELF file, checked for being an Arm Cortex-M executable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._stream = path.open("rb")
        except OSError as error:
            raise BadInput(f"the image cannot be read: {error.strerror}", where=str(path)) from error
        if self._stream.read(4) != b"\x7fELF":
            raise BadInput(
                "this is not an ELF file", where=str(path), hint="give the .elf that the build linked, not .hex or .bin"
            )
        self._stream.seek(0)
        try:
            self.elf = ELFFile(self._stream)
            machine, kind, bits = self.elf["e_machine"], self.elf["e_type"], self.elf.elfclass
            self.segments = self._load(path.stat().st_size) if machine == _ARM and bits == 32 else []
        except (ELFError, ValueError, KeyError, UnicodeDecodeError) as error:
            raise BadInput(f"the ELF file is damaged: {error}", where=str(path), hint="build it again") from error
        if machine != _ARM or bits != 32 or not self.elf.little_endian:
            raise BadInput(
                f"the image is for {machine} ({bits} bit), not for an Arm Cortex-M",
                where=str(path),
                hint="compile with arm-none-eabi-gcc for the board's core",
            )
        if kind != "ET_EXEC" or not self.segments:
            raise BadInput(
                "the ELF file is not a linked program", where=str(path), hint="give the linker's output, not an object"
            )

    def _load(self, file_size: int) -> list[Segment]:
        if self.elf["e_shoff"] + self.elf["e_shnum"] * self.elf["e_shentsize"] > file_size:
            raise BadInput("the ELF file is cut short", where=str(self.path), hint="build or copy it again")
        found = []
        for segment in self.elf.iter_segments():
            if segment["p_type"] != "PT_LOAD" or not segment["p_filesz"]:
                continue
            if segment["p_offset"] + segment["p_filesz"] > file_size:
                raise BadInput("the ELF file is cut short", where=str(self.path), hint="build or copy it again")
            found.append(Segment(int(segment["p_paddr"]), segment.data()))
        return sorted(found, key=lambda segment: segment.address)

    def check_fits(self, board: Board) -> None:
        """Refuse an image that was linked for other memories."""
        for segment in self.segments:
            end = segment.address + len(segment.data)
            if not any(m.base <= segment.address and end <= m.base + m.size for m in board.memory.values()):
                known = ", ".join(f"{k} 0x{m.base:08x}…0x{m.base + m.size:08x}" for k, m in board.memory.items())
                raise BadInput(
                    f"the image has contents at 0x{segment.address:08x}…0x{end:08x}, where {board.name} has no memory",
                    where=str(self.path),
                    hint=f"{board.name} has {known}; was the image linked for another board?",
                )

    @cached_property
    def symbols(self) -> dict[str, Symbol]:
        """All named objects and functions."""
        table = self.elf.get_section_by_name(".symtab")
        found: dict[str, Symbol] = {}
        if not isinstance(table, SymbolTableSection):
            return found
        for entry in table.iter_symbols():
            kind = entry["st_info"]["type"]
            if kind in ("STT_FUNC", "STT_OBJECT", "STT_NOTYPE") and entry.name and not entry.name.startswith("$"):
                function = kind == "STT_FUNC"
                address = entry["st_value"] & ~1 if function else entry["st_value"]
                found.setdefault(entry.name, Symbol(entry.name, address, entry["st_size"], function))
        return found

    def symbol(self, name: str) -> Symbol:
        """Return a symbol or say which name is nearest."""
        found = self.symbols.get(name)
        if found is None:
            hint = nearest(name, self.symbols) if len(self.symbols) < 40 else ""
            raise BadInput(f"the image has no symbol {name!r}", where=str(self.path), hint=hint)
        return found

    @cached_property
    def _functions(self) -> list[Symbol]:
        return sorted((s for s in self.symbols.values() if s.function), key=lambda s: s.address)

    def function_at(self, address: int) -> str:
        """Return the function an address lies in, or nothing."""
        index = bisect_right(self._functions, address & ~1, key=lambda s: s.address) - 1
        if index < 0:
            return ""
        symbol = self._functions[index]
        return symbol.name if (address & ~1) < symbol.address + max(symbol.size, 2) else ""

    def place(self, address: int) -> str:
        """Return function, file and line of an address, as far as the image tells."""
        name = self.function_at(address)
        line = self._line(address & ~1)
        return f"{name} at {line}" if name and line else name or line

    def _line(self, address: int) -> str:
        if not self.elf.has_dwarf_info():
            return ""
        dwarf = self.elf.get_dwarf_info()
        ranges = dwarf.get_aranges()
        unit_offset = ranges.cu_offset_at_addr(address) if ranges is not None else None
        units = [dwarf.get_CU_at(unit_offset)] if unit_offset is not None else dwarf.iter_CUs()
        for unit in units:
            program = dwarf.line_program_for_CU(unit)
            if program is None:
                continue
            previous = None
            for entry in program.get_entries():
                state = entry.state
                if state is None:
                    continue
                if previous is not None and previous.address <= address < state.address:
                    return self._file_line(program, previous)
                previous = None if state.end_sequence else state
        return ""

    @staticmethod
    def _file_line(program: object, state: object) -> str:
        header = program.header  # type: ignore[attr-defined]
        index = state.file - (0 if header.version >= 5 else 1)  # type: ignore[attr-defined]
        try:
            name = header.file_entry[index].name
        except IndexError:
            return ""
        text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
        return f"{Path(text).name}:{state.line}"  # type: ignore[attr-defined]

    def close(self) -> None:
        """Close the file."""
        self._stream.close()
