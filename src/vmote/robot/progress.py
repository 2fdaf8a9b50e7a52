# SPDX-License-Identifier: Apache-2.0
"""A line for each test as it ends, in place of Robot's own console output."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """A listener that writes to the terminal."""

    ROBOT_LISTENER_API_VERSION = 3

    def end_test(self, data: Any, result: Any) -> None:
        """Write how a test ended, how long it took, and the first line of what it said."""
        said = str(result.message).strip().splitlines()
        why = f"  {said[0]}" if said and result.status != "PASS" else ""
        seconds = result.elapsed_time.total_seconds()
        print(f"{result.status.lower():>5}  {result.name}  ({seconds:.1f} s){why}", file=sys.__stdout__, flush=True)
