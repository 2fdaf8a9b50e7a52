# SPDX-License-Identifier: Apache-2.0
"""The second opinion: Renode executes, and is driven through its robot server."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from types import SimpleNamespace

from vmote.engine import fault_words
from vmote.engine.base import Counters, End, Limits, Observer, Pass, Snapshot, Stop
from vmote.engine.profile import Profile
from vmote.engine.program import Program
from vmote.engine.renode import commands
from vmote.engine.renode.commands import at
from vmote.engine.renode.compiled import load_parts
from vmote.engine.renode.counting import count_commands, profile_of, read_passes, read_stacks
from vmote.engine.renode.faults import Change, changes
from vmote.engine.renode.feeds import Feeds
from vmote.engine.renode.find import find_renode
from vmote.engine.renode.found import Found
from vmote.engine.renode.happened import Happening, read_happenings
from vmote.engine.renode.pool import POOL
from vmote.engine.renode.presses import PRESSED, presses
from vmote.engine.renode.server import Late, Server
from vmote.errors import BadInput, EngineFailure, Unsupported, nearest
from vmote.platforms import Board
from vmote.scenario.stimulus import QUANTITY_UNITS, Asked, Fault, Stimulus
from vmote.units import NS_PER_S

_UNMODELLED = ("nhandled", "non existing peripheral", "not implemented")  # Renode's words for what no model covers
_POLL_MS = 200  # how often a run that takes long is looked at
_PATIENCE_S = 60.0  # how long an answer may take that comes after 0.2 s as a rule
_GRACE_S = 5.0  # what it may take beyond the wall-clock limit
_LARGEST_READ = 4096  # of an answer that travels as text


class RenodeEngine:
    """See `vmote.engine.base.Engine`."""

    name = "renode"
    snapshots = False

    def __init__(self, *, count: bool = False) -> None:
        self._counting = count  # instructions by function and stack, and what each pass through the model takes
        self._server: Server | None = None
        self._program: Program | None = None
        self._found: Found | None = None
        self._ended: Stop | None = None
        self._resting = False  # whether the emulation stands still, so that its process can be used again

    # --- start ---

    def start(
        self, board: Board, image: Path, stimulus: Stimulus, observer: Observer, limits: Limits, *, strict: bool = False
    ) -> None:
        """Load the image into the board and stop at its reset vector."""
        if self._server is not None:
            raise EngineFailure("this engine was started before; make a new one for each run")
        commands.platform_of(board)
        self._program = Program(image, board)
        self._board, self._observer, self._limits, self._strict = board, observer, limits, strict
        self._now = self._last_console = self._instructions = 0
        self._resets = 0
        self._wall_used = 0.0
        self._due: list[Change] = []
        self._finger = stimulus.channels.get(PRESSED)
        self._plan_presses(by_hand=False)
        for fault in stimulus.faults:
            self._plan(fault)
        self._found = find_renode()
        self._server = server = POOL.take(self._found)
        self._resting = True
        self._feeds = Feeds(board, stimulus, server.work)
        self._feeds.refuse_what_no_part_takes()
        self._resting = False
        load_parts(server, self._found)
        nothing = server.work / "nothing.resc"
        nothing.write_text("# the parts are loaded\n", encoding="utf-8")
        loaded = server.work / "image.elf"  # where Renode can read it even from inside a container
        shutil.copyfile(image, loaded)
        before = commands.set_up(board, loaded, nothing, limits.console_bytes)
        for command in (*before, *self._feeds.begin()):
            server.command(command)
        if self._counting:
            for command in count_commands(self._program.symbols, server.work):
                server.command(command)
        self._resting = True
        if self._found.caution:
            observer.on_warning(0, self._found.caution)

    def _plan(self, fault: Fault) -> None:
        assert self._program is not None
        image = self._program
        planned = changes(fault, self._board, lambda name: image.symbol(name).address)
        self._due = sorted([*self._due, *planned], key=lambda change: change.t_ns)

    def _plan_presses(self, *, by_hand: bool) -> None:
        """Have the stimulus press the board's buttons from now on, unless a hand does."""
        planned = [] if by_hand else presses(self._board, self._finger, self._now)
        others = (change for change in self._due if not change.by_finger)
        self._due = sorted([*others, *planned], key=lambda change: change.t_ns)

    # --- time ---

    def run_until(self, t_ns: int) -> Stop:
        """Execute until a virtual time, or until something ends the run earlier."""
        server = self._started()
        begin = time.monotonic()
        self._wall_end = begin + self._limits.wall_s - self._wall_used
        try:
            while self._ended is None:
                until_ns, commands = self._feeds.ahead(self._now, t_ns)
                while self._due and self._due[0].t_ns <= self._now:
                    commands += self._due.pop(0).commands
                for command in commands:
                    server.command(command)
                if self._now >= t_ns:
                    return Stop(End.TIME, self._now)
                self._advance(min(until_ns, self._due[0].t_ns) if self._due else until_ns)
        except KeyboardInterrupt:
            self._ended = Stop(End.INTERRUPTED, self._now, "interrupted from the keyboard")
        finally:
            self._wall_used += time.monotonic() - begin
        return self._ended

    def _advance(self, t_ns: int) -> None:
        """Let the device run until an instant and pass on what happens."""
        server, silence_ns = self._started(), self._limits.silence_ns
        if silence_ns is not None:
            t_ns = min(t_ns, self._last_console + silence_ns)
        self._resting = False
        command = f"observer Advance {t_ns} {_POLL_MS}"
        while self._watch(server, command):
            command = f"observer Await {_POLL_MS}"
            if time.monotonic() > self._wall_end:
                self._give_up()
                return
        if self._ended is None and silence_ns is not None and t_ns >= self._last_console + silence_ns:
            self._ended = Stop(End.SILENCE, t_ns, "the device printed nothing for longer than allowed")

    def _watch(self, server: Server, command: str) -> bool:
        """Take in what happened lately; tell whether the device is still on its way."""
        patience = min(_PATIENCE_S, max(self._wall_end - time.monotonic(), 0) + _GRACE_S)
        try:
            answer = server.command(command, timeout_s=patience)
        except Late:
            if time.monotonic() < self._wall_end:
                raise
            self._give_up()
            return False
        for happening in read_happenings(answer):
            if happening.kind in "be":
                self._now, self._instructions = happening.t_ns, int(happening.text)
                self._resting = happening.kind == "e"
                return happening.kind == "b" and self._ended is None
            if self._ended is None:
                self._tell(happening)
        raise EngineFailure("Renode's observer did not say how far the device is")

    def _give_up(self) -> None:
        """End a run for having taken too long; keep what it said."""
        self._ended = Stop(End.WALL, self._now, f"more than {self._limits.wall_s:g} s of wall-clock time")

    def _tell(self, happening: Happening) -> None:
        t_ns, text = happening.t_ns, happening.text
        match happening.kind:
            case "c":
                self._last_console = t_ns
                self._observer.on_console(t_ns, bytes.fromhex(text))
            case "p":
                name, _, on = text.rpartition(" ")
                self._observer.on_pin(t_ns, name, on == "1")
            case "w":
                self._observer.on_warning(t_ns, text)
                if self._strict and any(sign in text for sign in _UNMODELLED):
                    self._ended = Stop(End.FAULT, t_ns, f"strict: {text}")
            case "x":
                limit = self._limits.console_bytes
                self._ended = Stop(End.RECORDS, t_ns, f"more than {limit} bytes of console output")
            case "r":
                self._resets += 1
                if self._resets > self._limits.resets:
                    what = f"the device reset itself more than {self._limits.resets} times"
                    self._ended = Stop(End.RESET_LOOP, t_ns, what)
            case "f":
                self._ended = self._explain(happening)

    def _explain(self, happening: Happening) -> Stop:
        """Decode a fault as the other engine does, from the registers at its handler's entry."""
        assert self._program is not None
        told = happening.registers
        block = SimpleNamespace(
            vector=told["vector"], r=[told[f"r{n}"] for n in range(15)], psp=told["psp"], xpsr=told["xpsr"],
            cfsr=told["cfsr"], hfsr=told["hfsr"], bfar=told["bfar"], mmfar=told["mmfar"],
        )  # fmt: skip
        report = fault_words.decode(block, self.read_memory, self._program.place, self._program.symbols)
        where = f" in {report.place}" if report.place else ""
        return Stop(End.FAULT, happening.t_ns, f"{report.exception}{where}: {'; '.join(report.causes)}", report)

    # --- the world and the device, looked at from outside ---

    def inject(self, fault: Fault) -> None:
        """Make a fault happen from now on or at its start."""
        self._started()
        self._plan(fault)

    def set_quantity(self, quantity: str, value: float | None) -> None:
        """Hold a quantity of the world at a value from now on; None hands it back to the stimulus."""
        server = self._started()
        if quantity not in QUANTITY_UNITS:
            raise BadInput(f"there is no quantity {quantity!r}", hint=nearest(quantity, QUANTITY_UNITS))
        self._feeds.check_taken(quantity)
        for command in self._feeds.follow(quantity) if value is None else self._feeds.hold(quantity, value):
            server.command(command)
        if quantity == PRESSED:
            self._plan_presses(by_hand=value is not None)

    def read_memory(self, address: int, size: int) -> bytes:
        """Read the device's memory."""
        server = self._started()
        data = b""
        while len(data) < size:
            part = min(_LARGEST_READ, size - len(data))
            data += bytes.fromhex(server.command(f"observer ReadMemory 0x{address + len(data):x} {part}"))
        return data

    def write_memory(self, address: int, data: bytes) -> None:
        """Write the device's RAM."""
        server = self._started()
        for offset in range(0, len(data), _LARGEST_READ):
            part = data[offset : offset + _LARGEST_READ]
            server.command(f'observer WriteMemory 0x{address + offset:x} "{part.hex()}"')

    def read_symbol(self, name: str) -> bytes:
        """Read a variable by its name in the image."""
        self._started()
        assert self._program is not None
        symbol = self._program.symbol(name)
        return self.read_memory(symbol.address, symbol.size)

    def write_symbol(self, name: str, data: bytes) -> None:
        """Write a variable by its name in the image."""
        self._started()
        assert self._program is not None
        symbol = self._program.symbol(name)
        if len(data) > symbol.size:
            raise EngineFailure(f"{name} has {symbol.size} bytes, not {len(data)}")
        self.write_memory(symbol.address, data)

    def run_to(self, symbol: str, limit_ns: int) -> Stop:
        """Not here."""
        raise Unsupported("engine renode does not stop at a function", hint="use engine qemu")

    def instructions_by_function(self) -> dict[str, int]:
        """Return instructions by function, most first."""
        assert self._program is not None
        return self.profile().by_function(self._program.symbols)

    def profile(self, *, passes_only: bool = False) -> Profile:
        """Return how often each instruction was executed, in the whole run or in the passes through the model."""
        server = self._counted()
        path = server.work / "blocks.txt"
        server.command(f"counting WriteBlocks {at(path)} {str(passes_only).lower()}")
        lines = path.read_text(encoding="ascii").splitlines()
        return profile_of(lines, self._board.memory, self._read_code)

    def _read_code(self, address: int, size: int) -> bytes:
        """Read code from the image where it lies there, for that takes no call; else from the device."""
        assert self._program is not None
        for start, data in self._program.loaded:
            if start <= address and address + size <= start + len(data):
                return data[address - start : address - start + size]
        return self.read_memory(address, size)

    def instructions_by_stack(self) -> dict[str, int]:
        """Return instructions by call stack."""
        server = self._counted()
        path = server.work / "stacks.txt"
        server.command(f"counting WriteStacks {at(path)}")
        return read_stacks(path)

    def passes(self) -> tuple[Pass, ...]:
        """Return the passes through the model."""
        return read_passes(self._counted().command("counting Passes"))

    def _counted(self) -> Server:
        if not self._counting:
            raise EngineFailure("this engine was not asked to count instructions: RenodeEngine(count=True)")
        return self._started()

    def has_met_world(self) -> bool:
        """Tell whether the stimulus has told on the device."""
        return self._now > 0

    def snapshot(self) -> Snapshot:
        """Not here: Renode is fed its stimulus as files before it starts."""
        raise Unsupported("engine renode keeps no snapshots", hint="use engine qemu")

    def return_to(self, snapshot: Snapshot) -> None:
        """Not here."""
        raise Unsupported("engine renode keeps no snapshots", hint="use engine qemu")

    def restore(self, snapshot: Snapshot, stimulus: Stimulus, observer: Observer, limits: Limits) -> None:
        """Not here."""
        self.return_to(snapshot)

    def counters(self) -> Counters:
        """Return what was executed so far."""
        cycles = self._now * self._board.clock_hz // NS_PER_S
        return Counters(cycles, self._instructions, {"resets": self._resets})

    def asked(self) -> tuple[Asked, ...]:
        """Return nothing: the feeds are written before the run, and Renode does not say when a part reads them."""
        return ()

    def version(self) -> str:
        """Name the emulator and its version."""
        return f"Renode {(self._found or find_renode()).said}"

    def logs(self) -> dict[str, str]:
        """Return what Renode itself wrote, by file name."""
        return {} if self._server is None else self._server.logs()

    def _started(self) -> Server:
        if self._server is None:
            raise EngineFailure("the engine is not started, or is closed")
        return self._server

    def close(self) -> None:
        """End the emulation, and its process or keep that warm for the next run. May be called twice."""
        server, self._server = self._server, None
        if server is not None:
            if self._resting:
                POOL.give_back(server)
            else:
                server.close()
        self._program = None
