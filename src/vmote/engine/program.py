# SPDX-License-Identifier: Apache-2.0
"""An image as an engine needs it: what is loaded where, symbols, and the source place of an address."""

from __future__ import annotations

from bisect import bisect_right
from difflib import get_close_matches
from functools import cached_property
from io import BytesIO
from pathlib import Path

from elftools.elf.elffile import ELFFile

from vmote.errors import BadInput
from vmote.firmware.elf import Image, Symbol, open_image
from vmote.platforms import Board


class Program:
    """An image that suits its board, and its debug data."""

    def __init__(self, path: Path, board: Board) -> None:
        self.image: Image = open_image(path, board)

    @cached_property
    def loaded(self) -> list[tuple[int, bytes]]:
        """What is in the device's memory before it starts, by address."""
        data = self.image.data
        stretches = [(s.physical, data[s.offset : s.offset + s.file_size]) for s in self.image.segments if s.file_size]
        return sorted(stretches, key=lambda stretch: stretch[0])

    @property
    def symbols(self) -> dict[str, Symbol]:
        """All named objects and functions."""
        return self.image.symbols

    def symbol(self, name: str) -> Symbol:
        """Return a symbol or say which names are near."""
        found = self.symbols.get(name)
        if found is None:
            near = get_close_matches(name, self.symbols, n=4)
            hint = f"did you mean {', '.join(near)}?" if near else ""
            raise BadInput(f"the image has no symbol {name!r}", where=str(self.image.path), hint=hint)
        return found

    @cached_property
    def _functions(self) -> list[tuple[int, int, str]]:
        return sorted((s.address, s.size, name) for name, s in self.symbols.items() if s.function)

    def function_at(self, address: int) -> str:
        """Return the function an address lies in, or nothing."""
        index = bisect_right(self._functions, address & ~1, key=lambda function: function[0]) - 1
        if index < 0:
            return ""
        start, size, name = self._functions[index]
        return name if (address & ~1) < start + max(size, 2) else ""

    def place(self, address: int) -> str:
        """Return function, file and line of an address, as far as the image tells."""
        name = self.function_at(address)
        try:
            line = self._line(address & ~1)
        except Exception:  # debug data may be anything; a fault is told without a line, then
            line = ""
        return f"{name} at {line}" if name and line else name or line

    @cached_property
    def _debug(self) -> ELFFile:
        return ELFFile(BytesIO(self.image.data))

    def _line(self, address: int) -> str:
        if not self._debug.has_dwarf_info():
            return ""
        dwarf = self._debug.get_dwarf_info()
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
        name = header.file_entry[index].name
        text = name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)
        return f"{Path(text).name}:{state.line}"  # type: ignore[attr-defined]
