# SPDX-License-Identifier: Apache-2.0
"""The default engine: stock QEMU executes, these models answer, and virtual time stands still while they do."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vmote.engine import fault_words
from vmote.engine.base import Counters, End, Limits, Observer, Pass, Snapshot, Stop
from vmote.engine.profile import Counted, Profile
from vmote.engine.program import Program
from vmote.engine.qemu import layout
from vmote.engine.qemu.native import link_library
from vmote.engine.qemu.process import Process, qemu_version
from vmote.engine.qemu.shared import SharedMemory
from vmote.engine.qemu.snapshot import QemuSnapshot, give_back, take
from vmote.errors import EngineFailure, Unsupported
from vmote.platforms import Board
from vmote.scenario.stimulus import Asked, Fault, Stimulus
from vmote.soc.bus import Unmodelled
from vmote.soc.clock import Clock
from vmote.soc.device import Device
from vmote.soc.memory import Memories, Stretch
from vmote.soc.site import soc_module
from vmote.soc.world import World, first_switch_ns

SHIFT = 4  # an instruction takes 2**SHIFT nanoseconds of the emulator; plugin/time.c makes cycles of them
DEMOTE = layout.Link.demote.offset // 4
# After a fault the firmware's own handler runs on until it has been silent this long: text may wait in a ring, and a
# buffer of 2 KB takes 180 ms at 115200 baud. A handler that never ends is given the longest.
QUIET_AFTER_FAULT_NS = 250_000_000
LONGEST_AFTER_FAULT_NS = 2_000_000_000
CPU_GRACE_S = 60  # what the emulator may compute beyond the wall-clock limit of its first run
PATIENCE_NS = 50_000_000  # how often a wait looks around: is the emulator alive, is the wall limit near


class QemuEngine:
    """See `vmote.engine.base.Engine`.

    `faults="continue"` lets an image handle its own faults. `profile` counts how often each instruction is executed.
    `debugger` is a TCP port of this machine at which a debugger takes over; nothing executes before it says so.
    """

    name = "qemu"
    snapshots = True

    def __init__(
        self, *, faults: Literal["stop", "continue"] = "stop", profile: bool = False, debugger: int | None = None
    ) -> None:
        self._faults = faults
        self._profiling = profile
        self._debugger = debugger
        self._process: Process | None = None
        self._shared: SharedMemory | None = None
        self._program: Program | None = None
        self._ended: Stop | None = None
        self._closed = False
        self._at_entry: dict[str, int] | None = None
        self._faulted: Stop | None = None  # the fault, while its handler still speaks
        self._faulted_at = 0
        self._between_blocks = False  # the emulator stands in a timer's callback, where no instruction is half done
        self._worn_s = 0.0  # wall-clock time of runs that this emulator did before

    # --- start ---

    def start(
        self, board: Board, image: Path, stimulus: Stimulus, observer: Observer, limits: Limits, *, strict: bool = False
    ) -> None:
        """Load the image into the board and stop at its reset vector."""
        if self._shared is not None:
            raise EngineFailure("this engine was started before; make a new one for each run")
        self._board, self._observer, self._limits, self._strict = board, observer, limits, strict
        self._program = Program(image, board)
        kinds = {name: layout.FLASH if name == "flash" else layout.RAM for name in board.memory}
        self._shared = SharedMemory(
            {n: (kinds[n], m.base, m.size) for n, m in board.memory.items()}, profile=self._profiling
        )
        self._memories = Memories(
            *(Stretch(name, board.memory[name].base, view) for name, view in self._shared.memory.items())
        )
        self._fill_flash()
        self._library = link_library()
        self._clock = Clock(board.clock_hz)
        self._world = World(stimulus)
        self._base_cycle = 0
        self._base_instructions = 0
        self._base_exchanges = 0
        self._base_profile: dict[str, NDArray[np.uint64]] = {}
        self._resets = 0
        self._console_bytes = self._console_lines = self._changes = 0
        self._last_console = 0
        self._wall_used = 0.0
        self._faults_due = list(stimulus.faults)
        self._boot("power-on")

    def _fill_flash(self) -> None:
        assert self._program is not None
        for name, memory in self._board.memory.items():
            if name == "flash":
                self._memories.view(memory.base, memory.size)[:] = b"\xff" * memory.size
        for address, data in self._program.loaded:
            self._memories.view(address, len(data))[:] = data
        # An image that sits behind a boot loader has its vectors further up; the core still starts at the bottom.
        flash = self._board.memory["flash"]
        address, data = self._program.loaded[0]
        if address > flash.base:
            self._memories.view(flash.base, 8)[:] = data[:8]

    def _boot(self, reset_reason: str, kept: bytes | None = None) -> None:
        """Start the emulator, and the models with it, from reset."""
        shared, board = self._shared, self._board
        assert shared is not None
        options = layout.OPT_CATCH_FAULTS if self._faults == "stop" else 0
        options |= layout.OPT_PROFILE if self._profiling else 0
        options |= layout.OPT_DEBUGGER if self._debugger is not None else 0
        module = soc_module(board)
        shared.begin(shift=SHIFT, irqs=module.IRQ_LINES, options=options, spaces=module.SPACES)
        shared.link.systick_divider = module.SYSTICK_DIVIDER
        shared.link.systick_core = self._core_hz = 0
        shared.link.priority_mask = 0xFF & ~(0xFF >> module.PRIORITY_BITS)
        clock, self._clock = self._clock, Clock(board.clock_hz)
        self._clock.now = self._base_cycle = clock.now
        self._device = Device(
            board, self._world, self._clock, shared, self._memories, _Told(self), strict=self._strict,
            reset_reason=reset_reason, kept=kept, faults=tuple(self._faults_due),
        )  # fmt: skip
        self._process = Process(
            board.core,
            board.memory["flash"].base,
            SHIFT,
            shared.fd,
            cpu_seconds=int(min(self._limits.wall_s, 1e6)) + CPU_GRACE_S,
            debugger=self._debugger,
        )
        self._words32 = shared.view[: layout.PAGE].cast("I")
        self._words64 = shared.view[: layout.PAGE].cast("Q")
        self._pending = 0
        self._refused = False
        self._silence_watched = False
        self._watch_silence()
        self._running = True
        self._between_blocks = False
        self._library.vmote_wait(shared.address, PATIENCE_NS)
        while shared.link.turn == 0:
            self._look_around()
            self._library.vmote_wait(shared.address, PATIENCE_NS)
        self._running = False
        if shared.link.op != layout.OP_READY:
            raise EngineFailure(f"the emulator began with operation {shared.link.op}")

    # --- the loop ---

    def run_until(self, t_ns: int) -> Stop:
        """Execute until a virtual time, or until something ends the run earlier."""
        if self._process is None:
            raise EngineFailure("the engine is not started, or is closed")
        if self._ended is not None:
            return self._ended
        target = self._clock.cycles(t_ns)
        if target <= self._clock.now and not self._running:
            return Stop(End.TIME, self._clock.ns())
        begin = time.monotonic()
        self._watch_silence()
        self._at_entry = None
        self._wall_end = begin + self._limits.wall_s - self._wall_used
        try:
            return self._serve(target)
        except KeyboardInterrupt:
            return self._finish(End.INTERRUPTED, "interrupted from the keyboard")
        finally:
            self._wall_used += time.monotonic() - begin

    def run_to(self, symbol: str, limit_ns: int) -> Stop:
        """Execute until a function is entered (End.REACHED), a time is reached, or something ends the run.

        `registers` then tells the registers at its first instruction; the core itself stands at the end of the block
        that begins there.
        """
        if self._ended is not None:
            return self._ended
        assert self._program is not None
        self._command(layout.CMD_BREAK, self._program.symbol(symbol).address & ~1)
        stop = self.run_until(limit_ns)
        if self._ended is None and not self._running:
            self._command(layout.CMD_BREAK, 0)
        return stop

    def _reached(self) -> Stop:
        assert self._shared is not None
        block = self._shared.link.fault
        self._at_entry = self._named(block)
        return Stop(End.REACHED, self._clock.ns(max(self._clock.now - block.tb_insns, 0)))

    def profile(self) -> Profile:
        """Return how often each instruction was executed, resets of the device included."""
        if not self._profiling or self._shared is None:
            raise EngineFailure("this engine was not asked to count instructions: QemuEngine(profile=True)")
        if not self._running and self._process is not None and self._process.alive():
            self._command(layout.CMD_PROFILE)
        now = {name: np.frombuffer(cells, dtype=np.uint64) for name, cells in self._shared.counts.items()}
        before = self._base_profile
        return Profile(
            tuple(Counted(self._board.memory[n].base, c + before[n] if before else c.copy()) for n, c in now.items())
        )

    def instructions_by_function(self) -> dict[str, int]:
        """Return instructions by function, most first."""
        assert self._program is not None
        return self.profile().by_function(self._program.symbols)

    def instructions_by_stack(self) -> dict[str, int]:
        """Return nothing: the plugin follows no calls."""
        return {}

    def passes(self) -> tuple[Pass, ...]:
        """Return nothing: the device's own counter is exact here."""
        return ()

    def feed(self, data: bytes) -> None:
        """Send bytes to the device's console, as if someone typed them now."""
        self._device.soc.feed(data)

    def _finish(self, end: End, detail: str = "", *, cycle: int | None = None) -> Stop:
        """End the run for good."""
        self._device.soc.flush()
        # Whatever ends the handler's last words, the fault is why the run is over.
        self._ended = self._faulted or Stop(end, self._clock.ns(cycle), detail)
        return self._ended

    def _serve(self, target: int) -> Stop:
        shared, clock, device = self._shared, self._clock, self._device
        assert shared is not None
        words32, words64 = self._words32, self._words64
        turn, address = self._library.vmote_turn, shared.address
        wait = self._library.vmote_wait
        bus, irqs, requests = device.bus, device.irqs, device.requests
        served = 0
        if requests.off is not None:
            return self._stay_off(target)
        while True:
            # Answer, unless the guest is already running because an earlier wait was given up.
            if self._running:
                mine = wait(address, PATIENCE_NS)
            else:
                due = clock.next_due()
                until = target if due is None or target < due else due
                words32[18] = layout.CMD_REFUSE if self._refused else layout.CMD_GO
                words64[10] = self._pending
                words64[11] = until - self._base_cycle
                levels = irqs.levels
                words64[12] = levels & 0xFFFFFFFFFFFFFFFF
                words64[13] = levels >> 64 & 0xFFFFFFFFFFFFFFFF
                words64[14] = levels >> 128
                if bus.asks_more:
                    bus.asks_more = False
                    words32[DEMOTE] = 1
                self._running = True
                mine = turn(address, PATIENCE_NS)
            if not mine:
                ended = self._look_around()
                if ended is not None:
                    return ended
                continue
            self._running = False
            self._pending = 0
            self._refused = False
            served += 1
            if served & 1023 == 0 and time.monotonic() > self._wall_end:
                return self._finish(End.WALL, f"more than {self._limits.wall_s:g} s of wall-clock time")
            op = words32[8]
            self._between_blocks = op == layout.OP_TIMER
            try:
                clock.advance(self._base_cycle + words64[7])
                if op == layout.OP_READ:
                    self._pending = bus.ask_read(words64[5])
                elif op == layout.OP_WRITE:
                    self._refused = not self._write(words64[5], words64[6], words32[9])
                elif op == layout.OP_FAULT:
                    target = self._fault()
                elif op == layout.OP_STOP:
                    return self._reached()
                elif op == layout.OP_RESET:
                    requests.reset = "request"
            except Unmodelled as error:
                return self._finish(End.FAULT, f"strict: {error}")
            if self._ended is not None:
                return self._ended
            if requests.core_hz != self._core_hz:
                self._follow_core()
            if requests.changed:
                for start, end in requests.changed:
                    self._command(layout.CMD_CODE, start, end)
                requests.changed.clear()
            quits = requests.reset is not None or requests.off is not None
            if self._faulted is not None and (quits or clock.now >= self._last_words_end()):
                return self._finish(End.FAULT)
            if requests.off is not None:
                return self._stay_off(target)
            if requests.reset is not None:
                return self._begin_anew(requests.reset, target)
            if self._faulted is not None:
                target = self._last_words_end()
            elif op == layout.OP_TIMER and clock.now >= target:
                return Stop(End.TIME, clock.ns())

    def _begin_anew(self, reason: str, target: int) -> Stop:
        if self._reset(reason) is not None or self._clock.now >= target:
            return self._ended or Stop(End.TIME, self._clock.ns())
        return self._serve(target)

    def _stay_off(self, target: int) -> Stop:
        """The SoC has switched itself off: the world goes on, no instruction does, until something wakes it."""
        clock, requests = self._clock, self._device.requests
        self._between_blocks = False
        if not requests.wakes and requests.reset is None:
            return self._finish(End.OFF, requests.off or "")
        at_once = requests.reset is not None
        while requests.reset is None and self._ended is None and clock.now < target:
            due = clock.next_due()
            clock.advance(target if due is None else min(due, target))
            if time.monotonic() > self._wall_end:
                return self._finish(End.WALL, f"more than {self._limits.wall_s:g} s of wall-clock time")
        if self._ended is not None:
            return self._ended
        if requests.reset is None:
            return Stop(End.TIME, clock.ns())
        # To be woken is no sign of trouble; to be awake again at once, time and again, is.
        self._resets -= not at_once and requests.reset != "brown-out"
        return self._begin_anew(requests.reset, target)

    def _write(self, address: int, value: int, size: int) -> bool:
        """Tell whether a write may be; flash takes one only from its controller."""
        flash = self._board.memory["flash"]
        if flash.base <= address < flash.base + flash.size:
            return self._device.soc.program(address, value, size)
        self._device.bus.ask_write(address, value, size)
        return True

    def _follow_core(self) -> None:
        """Have SysTick count at the clock to which the SoC sets its core, whatever the core executes at."""
        assert self._shared is not None
        self._core_hz = hz = self._device.requests.core_hz
        self._shared.link.systick_core = round((self._board.clock_hz << 16) / hz) if hz else 0

    def _watch_silence(self) -> None:
        """Keep an alarm at the instant at which the device would have been silent for too long."""
        if self._limits.silence_ns is None or self._silence_watched:
            return
        self._silence_watched = True
        patience = self._clock.cycles(self._limits.silence_ns)

        def look() -> None:
            until = self._last_console + patience
            if self._clock.now < until:
                self._clock.at(until, look, lasting=True)
            elif self._ended is None:
                silent = self._clock.ns(self._clock.now - self._last_console) / 1e9
                self._finish(End.SILENCE, f"nothing on the console for {silent:g} s")

        self._clock.at(self._last_console + patience, look, lasting=True)

    def _look_around(self) -> Stop | None:
        """Called when the emulator is silent: does it still live, and may it go on?"""
        process, shared = self._process, self._shared
        assert process is not None and shared is not None
        if not process.alive() and shared.link.turn == 0:
            said = process.said()
            if shared.link.op == layout.OP_LOCKUP and "Lockup" in said:
                return self._lockup(said)
            if self._debugger is not None and process.code == 0:
                return self._finish(End.INTERRUPTED, "the debugger ended the device")
            raise EngineFailure(f"the emulator ended by itself: {said or 'without a word'}")
        if not self._running:
            return None
        limit = getattr(self, "_wall_end", None)
        if limit is not None and time.monotonic() > limit:
            return self._finish(End.WALL, f"more than {self._limits.wall_s:g} s of wall-clock time")
        return None

    # --- ends ---

    def _read_stack(self, address: int, size: int) -> bytes | None:
        stretch = self._memories.find(address, size)
        return None if stretch is None else bytes(self._memories.view(address, size))

    def _report(self) -> Stop:
        assert self._shared is not None and self._program is not None
        block = self._shared.link.fault
        report = fault_words.decode(block, self._read_stack, self._program.place, self._program.symbols)
        where = f" in {report.place}" if report.place else ""
        detail = f"{report.exception}{where}: {'; '.join(report.causes)}"
        cycle = max(self._clock.now - block.tb_insns, 0)
        return Stop(End.FAULT, self._clock.ns(cycle), detail, report)

    def _fault(self) -> int:
        """Take the fault down, and let the handler speak: return until when."""
        self._faulted = self._report()
        self._faulted_at = self._clock.now
        return self._last_words_end()

    def _last_words_end(self) -> int:
        """Return the cycle at which a handler that has gone quiet is not waited for any longer."""
        quiet = max(self._last_console, self._faulted_at) + self._clock.cycles(QUIET_AFTER_FAULT_NS)
        return min(quiet, self._faulted_at + self._clock.cycles(LONGEST_AFTER_FAULT_NS))

    def _lockup(self, said: str) -> Stop:
        if self._faulted is not None:
            return self._finish(End.FAULT)
        self._device.soc.flush()
        report = self._report()
        detail = f"the core is locked up, by a fault that no handler could take; it was {report.detail}"
        self._ended = Stop(End.LOCKUP, self._clock.ns(), detail, report.fault)
        return self._ended

    def _reset(self, reason: str) -> Stop | None:
        """Begin again with a new emulator; memories keep their contents, unless the supply was gone."""
        if reason != "brown-out":
            self._resets += 1
            if self._resets > self._limits.resets:
                detail = f"the device was reset more than {self._limits.resets} times, the last by {reason}"
                return self._finish(End.RESET_LOOP, detail)
        self._device.soc.flush()  # without a supply nothing is sent, and no pin driven
        if reason != "off":  # after which the pins are as they were
            self._device.release_pins()
        if reason == "brown-out":
            self._clock.drop()
            self._clock.advance(max(self._clock.now, self._clock.cycles(self._dark_until_ns)))
            for name, view in self._shared_memories():
                if name != "flash":
                    view[:] = bytes(len(view))
        self._keep_counts()
        assert self._process is not None
        self._process.end()
        self._boot("power-on" if reason == "brown-out" else reason, self._device.soc.kept())
        return None

    def _shared_memories(self) -> list[tuple[str, memoryview]]:
        assert self._shared is not None
        return list(self._shared.memory.items())

    def _fault_elsewhere(self, fault: Fault) -> None:
        """Carry out what happens to the supply or to RAM."""
        if fault.kind == "brown-out":
            self._dark_until_ns = fault.end_ns
            self._device.requests.reset = "brown-out"
            return
        assert self._program is not None
        name, offset = fault.args.get("symbol"), int(fault.args.get("offset", 0))
        address = self._program.symbol(str(name)).address + offset if name else int(fault.args["address"])
        self._memories.view(address, 1)[0] ^= 1 << int(fault.args["bit"])

    def _keep_counts(self) -> None:
        assert self._shared is not None
        if self._profiling:
            profile = self.profile()
            self._base_profile = dict(zip(self._shared.counts, (m.times for m in profile.memories), strict=True))
            for cells in self._shared.counts.values():
                cells[:] = memoryview(bytes(cells.nbytes)).cast("Q")
        self._base_instructions += self._shared.link.instructions
        self._base_exchanges += self._shared.link.exchanges

    def _command(self, command: int, value: int = 0, second: int = 0) -> int:
        """Have the standing emulator do something else than go on, and return its answer."""
        assert self._shared is not None
        if self._running or self._process is None:
            raise EngineFailure("the core can only be looked at while it stands still")
        words32, words64 = self._words32, self._words64
        words32[18], words64[10], words64[11] = command, value, second
        mine = self._library.vmote_turn(self._shared.address, PATIENCE_NS)
        while not mine:
            self._look_around()
            mine = self._library.vmote_wait(self._shared.address, PATIENCE_NS)
        return words64[6]

    def registers(self) -> dict[str, int]:
        """Return the core's registers where it stands."""
        if self._at_entry is not None:
            return self._at_entry
        self._command(layout.CMD_REGS)
        assert self._shared is not None
        return self._named(self._shared.link.fault)

    @staticmethod
    def _named(block: layout.FaultBlock) -> dict[str, int]:
        names = [*(f"r{n}" for n in range(13)), "sp", "lr", "pc"]
        return dict(zip(names, block.r, strict=True)) | {"xpsr": block.xpsr}

    # --- snapshots ---

    def has_met_world(self) -> bool:
        """Tell whether the stimulus has told on the device: a part has sensed it, or a fault has begun."""
        begun = any(self._clock.cycles(fault.start_ns) <= self._clock.now for fault in self._faults_due)
        return begun or self._world.sensed_ns is not None or bool(self._world.held)

    def snapshot(self) -> QemuSnapshot:
        """Keep the device as it stands between two instructions, before it has met its world."""
        if self._ended is not None or self._running or not self._between_blocks or self._debugger is not None:
            raise Unsupported("a snapshot is taken where run_until came back at its time, without a debugger")
        if self.has_met_world():
            raise Unsupported("a snapshot is taken before a part senses the world and before a fault begins")
        return take(self)

    def return_to(self, snapshot: Snapshot) -> None:
        """Have the device as it was kept, with its world, observer and limits."""
        assert isinstance(snapshot, QemuSnapshot)
        if self._process is None or snapshot.process is not self._process or self._running or not self._between_blocks:
            raise Unsupported("the emulator of this snapshot is gone, or stands where it cannot go back")
        give_back(self, snapshot)
        self._follow_core()

    def restore(self, snapshot: Snapshot, stimulus: Stimulus, observer: Observer, limits: Limits) -> None:
        """Have the device as it was kept, in another world from then on."""
        assert isinstance(snapshot, QemuSnapshot)
        worn = self._worn_s + self._wall_used
        if worn + limits.wall_s > snapshot.cpu_s:
            raise Unsupported("the emulator of this snapshot has used up its computing time")
        if limits.silence_ns != snapshot.silence_ns:
            raise Unsupported("the snapshot was taken with another limit of silence")
        if any(self._clock.cycles(fault.start_ns) <= snapshot.cycle for fault in stimulus.faults):
            raise Unsupported("a fault of this scenario begins before the snapshot was taken")
        switched = first_switch_ns(stimulus)
        if switched is not None and self._clock.cycles(switched) <= snapshot.cycle:
            raise Unsupported("a button of this scenario is pressed before the snapshot was taken")
        self.return_to(snapshot)
        self._observer, self._limits = observer, limits
        self._worn_s, self._wall_used = worn, 0.0
        self._world.channels.clear()
        self._world.channels.update(stimulus.channels)
        self._device.world_changed("button")
        self._faults_due = list(stimulus.faults)
        self._device.faults.exchange(stimulus.faults)

    # --- the world and the device, looked at from outside ---

    def inject(self, fault: Fault) -> None:
        """Make a fault happen from now on or at its start."""
        self._device.faults.plan(fault)
        self._faults_due.append(fault)

    def set_quantity(self, quantity: str, value: float | None) -> None:
        """Hold a quantity of the world at a value from now on; None hands it back to the stimulus."""
        self._world.hold(quantity, value)

    def read_memory(self, address: int, size: int) -> bytes:
        """Read the device's memory."""
        return bytes(self._memories.view(address, size))

    def write_memory(self, address: int, data: bytes) -> None:
        """Write the device's RAM."""
        self._memories.view(address, len(data))[:] = data

    def read_symbol(self, name: str) -> bytes:
        """Read a variable by its name in the image."""
        assert self._program is not None
        symbol = self._program.symbol(name)
        return self.read_memory(symbol.address, symbol.size)

    def write_symbol(self, name: str, data: bytes) -> None:
        """Write a variable by its name in the image."""
        assert self._program is not None
        symbol = self._program.symbol(name)
        if len(data) > symbol.size:
            raise EngineFailure(f"{name} has {symbol.size} bytes, not {len(data)}")
        self.write_memory(symbol.address, data)

    def counters(self) -> Counters:
        """Return what was executed so far."""
        assert self._shared is not None
        link = self._shared.link
        return Counters(
            cycles=self._clock.now,
            instructions=self._base_instructions + link.instructions,
            extra={"exchanges": self._base_exchanges + link.exchanges, "resets": self._resets},
        )

    def asked(self) -> tuple[Asked, ...]:
        """Return what parts have sampled of the world so far."""
        return tuple(self._world.asked)

    def version(self) -> str:
        """Name the emulator and its version."""
        return f"QEMU {qemu_version()}"

    def logs(self) -> dict[str, str]:
        """Return what the emulator itself wrote: nothing, unless it fails, and then the failure quotes it."""
        return {}

    def close(self) -> None:
        """End the emulator; nothing of it survives. May be called twice."""
        if self._process is not None:
            self._process.end()
            self._process = None
        if self._shared is not None and not self._closed:
            self._closed = True
            self._shared.close()

    # --- what the device tells ---

    def _console(self, text: bytes) -> None:
        limits = self._limits
        room = limits.console_bytes - self._console_bytes
        self._console_bytes += len(text)
        self._console_lines += text.count(b"\n")
        self._last_console = self._clock.now
        if room > 0:
            self._observer.on_console(self._clock.ns(), text[:room])
        if self._console_bytes > limits.console_bytes:
            self._too_much(f"more than {limits.console_bytes} bytes of console output")
        elif self._console_lines >= limits.lines:
            self._too_much(f"{limits.lines} lines of console output")

    def _changed(self) -> bool:
        """Count a change of a pin, or a warning; tell whether there is room for it."""
        self._changes += 1
        if self._changes > self._limits.changes:
            self._too_much(f"more than {self._limits.changes} changes of pins and warnings")
        return self._changes <= self._limits.changes

    def _too_much(self, detail: str) -> None:
        if self._ended is None:
            self._ended = self._faulted or Stop(End.RECORDS, self._clock.ns(), detail)


class _Told:
    """Passes what the models tell on to the observer, with the time."""

    def __init__(self, engine: QemuEngine) -> None:
        self.console: Callable[[bytes], None] = engine._console
        self._engine = engine

    def fault(self, fault: Fault) -> None:
        """A fault of supply or RAM is due."""
        self._engine._fault_elsewhere(fault)

    def pin(self, name: str, on: bool) -> None:
        """A named pin switched."""
        if self._engine._changed():
            self._engine._observer.on_pin(self._engine._clock.ns(), name, on)

    def warning(self, text: str) -> None:
        """Something no model covers."""
        if self._engine._changed():
            self._engine._observer.on_warning(self._engine._clock.ns(), text)
