# SPDX-License-Identifier: Apache-2.0
"""How a keyword fails: in a sentence, and as a skip where the engine, not the device, is what falls short."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from robot.api import Error, SkipExecution
from robot.api.deco import keyword as robot_keyword

from vmote.errors import Unsupported, VmoteError

Given = ParamSpec("Given")
Told = TypeVar("Told")


def keyword(function: Callable[Given, Told]) -> Callable[Given, Told]:
    """Make a method a keyword whose failures a student can read."""

    @functools.wraps(function)
    def told(*args: Given.args, **kwargs: Given.kwargs) -> Told:
        try:
            return function(*args, **kwargs)
        except Unsupported as error:
            raise SkipExecution(str(error)) from None
        except VmoteError as error:
            raise Error(str(error)) from None

    decorated: Callable[Given, Told] = robot_keyword(told)
    return decorated
