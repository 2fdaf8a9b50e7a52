# SPDX-License-Identifier: Apache-2.0
"""The reference in docs/ says what the library says, and says it of every keyword."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from robot.libdocpkg import LibraryDocumentation

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_is_current() -> None:
    done = subprocess.run([sys.executable, "scripts/robot_reference.py", "--check"], cwd=ROOT, check=False, timeout=60)
    assert done.returncode == 0, "the library's documentation changed: run python scripts/robot_reference.py"


def test_every_keyword_is_documented_with_an_example() -> None:
    keywords = LibraryDocumentation("vmote.robot").keywords
    assert len(keywords) > 35
    for keyword in keywords:
        assert keyword.doc.strip(), keyword.name
        if keyword.args:
            rows = re.findall(r"^\|\s*([^|]+?)\s*\|", keyword.doc, re.MULTILINE)
            assert keyword.name in rows, f"{keyword.name} has no example of itself"


def test_no_listener_or_helper_is_a_keyword() -> None:
    names = {keyword.name for keyword in LibraryDocumentation("vmote.robot").keywords}
    assert not names & {"Start Test", "End Test", "End Suite", "Fail", "Know", "Span"}
