# SPDX-License-Identifier: Apache-2.0
"""A line for each test as it ends, in place of Robot's own console output."""

from __future__ import annotations

import sys
from typing import Any

from vmote.firmware.tool_run import WORTH_TELLING
from vmote.run import Watcher


class Progress:
    """A listener that writes to the terminal."""

    ROBOT_LISTENER_API_VERSION = 3

    def end_test(self, data: Any, result: Any) -> None:
        """Write how a test ended, how long it took, and the first line of what it said."""
        said = str(result.message).strip().splitlines()
        why = f"  {said[0]}" if said and result.status != "PASS" else ""
        seconds = result.elapsed_time.total_seconds()
        print(f"{result.status.lower():>5}  {result.name}  ({seconds:.1f} s){why}", file=sys.__stdout__, flush=True)


class BuildTeller(Watcher):
    """Says that a build takes its time, where a test would seem to stand still."""

    def __init__(self) -> None:
        self._told: tuple[str, int] = ("", 0)

    def building(self, what: str, number: int, of: int) -> None:
        """Write a line at the beginning and one for each quarter."""
        quarter = 4 * number // of
        if of >= WORTH_TELLING and (what, quarter) != self._told:
            self._told = (what, quarter)
            print(f"compiling  {what}: {number} of {of} steps", file=sys.__stdout__, flush=True)
