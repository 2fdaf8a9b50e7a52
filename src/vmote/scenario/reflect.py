# SPDX-License-Identifier: Apache-2.0
"""What keys and kinds the models know at a place of a scenario, for messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Tag

from vmote.scenario.signal_types import Signal, family_type
from vmote.scenario.tree import Loc


def fields_of(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the keys of the model that a validation path leads to."""
    ends = [kind for kind in _walk(model, loc) if isinstance(kind, type) and issubclass(kind, BaseModel)]
    names = {(info.alias or name) for end in ends for name, info in end.model_fields.items()}
    return sorted(names - {"path"})


def tags_of(model: type[BaseModel], loc: Loc) -> list[str]:
    """Return the tags of the union that a validation path leads to."""
    return sorted({tag for kind in _walk(model, loc) for tag, _ in _tagged(kind)})


def _walk(start: Any, loc: Loc) -> list[Any]:
    places = [start]
    for step in loc:
        following: list[Any] = []
        for place in places:
            following += _step(place, step)
        places = following or places
    return [bare for place in places for bare in _bare(place)]


def _bare(kind: Any) -> Iterator[Any]:
    """Yield a type and, where it is a wrapper, what it wraps."""
    yield kind
    origin = get_origin(kind)
    if origin is list or origin is tuple or origin is dict:
        return
    for part in get_args(kind):
        if isinstance(part, type) or get_origin(part) is not None:
            if any(tag for tag, _ in _tagged(kind)) and _tag(part):
                continue
            yield from _bare(part)


def _tag(kind: Any) -> str | None:
    return next((part.tag for part in getattr(kind, "__metadata__", ()) if isinstance(part, Tag)), None)


def _tagged(kind: Any) -> Iterator[tuple[str, Any]]:
    for part in get_args(kind):
        if tag := _tag(part):
            yield tag, get_args(part)[0]
        elif get_origin(part) is not None and get_origin(part) not in (list, dict, tuple):
            yield from _tagged(part)


def _step(place: Any, step: str | int) -> list[Any]:
    found: list[Any] = []
    for kind in _bare(place):
        if isinstance(step, int):
            if get_origin(kind) is list:
                found += get_args(kind)
        elif step.startswith("<"):
            found += [target for tag, target in _tagged(kind) if tag == step]
        elif isinstance(kind, type) and issubclass(kind, BaseModel):
            for name, info in kind.model_fields.items():
                if step in (info.alias, name):
                    signals = [mark for mark in info.metadata if isinstance(mark, Signal)]
                    found.append(family_type(signals[0].family) if signals else info.annotation)
    return found
