# SPDX-License-Identifier: Apache-2.0
"""Expectations about cost: cycles of an inference, memory of the image."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from vmote.checks.inference import SLACK_NS, Inference
from vmote.platforms import board_names, load_board
from vmote.scenario.expect import Budgets, Limits
from vmote.trace import Trace
from vmote.units import NS_PER_S
from vmote.verdict import Check, Outcome


def budgets(given: Budgets, trace: Trace, said: Sequence[Inference]) -> Iterator[Check]:
    """Check each budget the scenario sets, and say which of them are the runtime's own."""
    runtime = trace.identity.runtime
    own = given.own(runtime)
    for check in held(given.under(runtime), trace, said):
        yield replace(check, expected=f"{check.expected}, with {runtime}") if check.name in own else check


def held(limits: Limits, trace: Trace, said: Sequence[Inference]) -> Iterator[Check]:
    """Check each limit that is set."""
    if limits.cycles is not None:
        yield _cycles(limits.cycles, said)
    if limits.deadline is not None:
        yield _deadline(limits.deadline, trace, said)
    if limits.energy is not None:
        yield _energy(limits.energy, trace)
    for name in ("arena", "flash", "ram", "stack"):
        limit = getattr(limits, name)
        if limit is not None:
            yield _memory(name, int(limit), trace)


def _cycles(limit: float, said: Sequence[Inference]) -> Check:
    expected = f"at most {limit:.0f} cycles for an inference"
    priced = [(inference.cycles, inference) for inference in said if inference.cycles is not None]
    if not priced:
        return Check("cycles", expected, "no @infer record tells its cycles", Outcome.SKIPPED)
    worst, inference = max(priced, key=lambda pair: pair[0])
    happened = f"at most {worst} in {len(priced)} inferences"
    if worst <= limit:
        return Check("cycles", expected, happened, Outcome.PASS)
    detail = f"the most at {inference}: {worst - limit:.0f} over budget"
    place = inference.t_ns, inference.t_ns, inference.record.line
    return Check("cycles", expected, happened, Outcome.FAIL, detail, *place)


def _deadline(limit: float, trace: Trace, said: Sequence[Inference]) -> Check:
    """Check that no word came later after its sample than allowed, and that the device itself counts none as late."""
    expected = f"each word within {limit * 1e3:g} ms of its sample, none late"
    sampled = _sampled(trace)
    waits = [(i.record.t_ns - sampled[i.record.line], i) for i in said if i.record.line in sampled]
    waits = [(wait, inference) for wait, inference in waits if 0 <= wait <= SLACK_NS]
    late = [value for record in trace.records if (value := record.integer("late")) is not None]
    if not waits and not late:
        return Check("deadline", expected, "no record tells when its sample was taken", Outcome.SKIPPED)
    worst, where = max(waits, key=lambda pair: pair[0]) if waits else (0, None)
    happened = f"at most {worst / 1e6:.3g} ms" + (f", {max(late)} late" if late else "")
    if worst <= limit * 1e9 and not any(late):
        return Check("deadline", expected, happened, Outcome.PASS)
    if where is None:
        return Check("deadline", expected, happened, Outcome.FAIL)
    place = where.t_ns, where.t_ns, where.record.line
    return Check("deadline", expected, happened, Outcome.FAIL, f"the slowest: {where}", *place)


def _sampled(trace: Trace) -> dict[int, int]:
    """Return when the newest sample of each inference was taken, by the line of its record.

    That is the last reading told since the inference before; where readings are not told, as of sound, the beginning of
    the inference: its own time is that of its end.
    """
    clock_hz = load_board(trace.identity.board).clock_hz if trace.identity.board in board_names() else 0
    found: dict[int, int] = {}
    last: int | None = None
    for record in trace.records:
        if record.kind == "sample" and "t" in record.fields:
            last = record.device_t_ns
        elif record.kind == "boot":
            last = None
        elif record.kind == "infer" and "t" in record.fields:
            busy_ns = (record.integer("cycles") or 0) * NS_PER_S // clock_hz if clock_hz else 0
            found[record.line] = record.device_t_ns - busy_ns if last is None else last
            last = None
    return found


def _energy(limit: float, trace: Trace) -> Check:
    expected = f"at most {limit * 1e3:g} mJ over the run"
    told = trace.extra.get("energy_j")
    if told is None:
        return Check("energy", expected, "the run did not price its energy", Outcome.SKIPPED)
    outcome = Outcome.PASS if float(told) <= limit else Outcome.FAIL
    return Check("energy", expected, f"{float(told) * 1e3:.4g} mJ", outcome)


def _memory(name: str, limit: int, trace: Trace) -> Check:
    expected = f"at most {limit} bytes of {name}"
    used, source = _used(name, trace)
    if used is None:
        return Check(name, expected, "neither the image nor the console tells it", Outcome.SKIPPED)
    if used <= limit:
        return Check(name, expected, f"{used} bytes", Outcome.PASS)
    detail = f"{used - limit} bytes over budget, as {source} says"
    return Check(name, expected, f"{used} bytes", Outcome.FAIL, detail)


def _used(name: str, trace: Trace) -> tuple[int | None, str]:
    """Return the most that was used: from the image's regions, or from `name=used/size` on the console."""
    for region in trace.memory:
        if region.region == name:
            return region.used, "the image"
    told = [_first_number(record.text(name)) for record in trace.records if name in record.fields]
    told += [_first_number(record.text("used")) for record in trace.of(name)]  # such as @stack used=888/8192
    known = [value for value in told if value is not None]
    return (max(known), "the device") if known else (None, "")


def _first_number(text: str) -> int | None:
    first = text.split("/", maxsplit=1)[0]
    return int(first) if first.isdigit() else None
