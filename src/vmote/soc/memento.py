# SPDX-License-Identifier: Apache-2.0
"""What a device's models know at one instant, kept, and put back in place: the objects stay the same, so that every
callback that one of them was given still reaches whom it is meant for."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum
from fractions import Fraction
from functools import partial
from types import BuiltinFunctionType, CellType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from pydantic import BaseModel

# Never changed in place. A memoryview is the engine's shared memory, which the engine keeps itself.
_STILL = (
    type(None), bool, int, float, complex, str, bytes, range, Fraction, Enum, type, memoryview, BaseModel, np.generic,
    np.dtype, ModuleType, BuiltinFunctionType,
)  # fmt: skip
_PLAIN = frozenset({int, str, bool, float, bytes, type(None)})


class CannotKeep(Exception):
    """Something among the models is of a kind whose contents are not known."""


class Memento:
    """The contents of everything that can be reached from some objects; what is `beyond` is left alone."""

    def __init__(self, *roots: object, beyond: tuple[object, ...] = ()) -> None:
        self._seen: set[int] = {id(thing) for thing in beyond}
        self._kept: list[object] = list(beyond)  # held, so that no id is given out twice
        self._undo: list[Callable[[], object]] = []
        self._todo: list[object] = list(roots)
        while self._todo:
            self._keep(self._todo.pop())
        self._seen.clear()

    def restore(self) -> None:
        """Put the contents back."""
        for undo in self._undo:
            undo()

    def _keep(self, thing: Any) -> None:
        if isinstance(thing, _STILL) or id(thing) in self._seen:
            return
        self._seen.add(id(thing))
        self._kept.append(thing)
        if isinstance(thing, tuple | frozenset):
            self._later(thing)
        elif isinstance(thing, list | deque):
            copied = list(thing)
            self._undo.append(partial(_refill, thing, copied))
            self._later(copied)
        elif isinstance(thing, dict):
            pairs = dict(thing)
            self._undo.append(partial(_put, thing, pairs))
            self._later(pairs.keys())
            self._later(pairs.values())
        elif isinstance(thing, set):
            members = set(thing)
            self._undo.append(partial(_put, thing, members))
            self._later(members)
        elif isinstance(thing, bytearray):
            self._undo.append(partial(_overwrite, thing, bytes(thing)))
        elif isinstance(thing, np.ndarray) and thing.dtype != object:
            self._undo.append(partial(_overwrite, thing, thing.copy()))
        elif isinstance(thing, random.Random):
            self._undo.append(partial(thing.setstate, thing.getstate()))
        elif isinstance(thing, MethodType):
            self._later((thing.__self__, thing.__func__))
        elif isinstance(thing, partial):
            self._later((thing.func, thing.args, thing.keywords))
        elif isinstance(thing, FunctionType):
            self._later((*(thing.__closure__ or ()), thing.__defaults__, thing.__kwdefaults__))
        elif isinstance(thing, CellType):
            self._undo.append(partial(setattr, thing, "cell_contents", thing.cell_contents))
            self._later((thing.cell_contents,))
        elif type(thing).__module__.startswith("vmote."):
            self._keep_object(thing)
        else:
            raise CannotKeep(f"a {type(thing).__module__}.{type(thing).__qualname__} among the models")

    def _keep_object(self, thing: Any) -> None:
        known = getattr(thing, "__dict__", None)
        if known is not None:
            copied = dict(known)
            self._undo.append(partial(_put, known, copied))
            self._later(copied.values())
        for kind in type(thing).__mro__:
            for slot in kind.__dict__.get("__slots__", ()):
                if hasattr(thing, slot):
                    value = getattr(thing, slot)
                    self._undo.append(partial(object.__setattr__, thing, slot, value))
                    self._later((value,))

    def _later(self, things: Iterable[object]) -> None:
        self._todo += [thing for thing in things if type(thing) not in _PLAIN]


def _refill(thing: list[Any] | deque[Any], items: list[Any]) -> None:
    thing.clear()
    thing.extend(items)


def _put(thing: Any, contents: Any) -> None:
    thing.clear()
    thing.update(contents)


def _overwrite(thing: Any, contents: Any) -> None:
    thing[:] = contents
