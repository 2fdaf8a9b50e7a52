# SPDX-License-Identifier: Apache-2.0
"""A verdict as JUnit XML, the form that every CI shows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree as ET

from vmote.run import Run
from vmote.verdict import Outcome

# What XML 1.0 cannot hold: a device may print any byte.
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Replace what XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def junit_of(runs: Iterable[Run]) -> ET.Element:
    """Return one test suite a run, one test case a check."""
    root = ET.Element("testsuites", name="vmote")
    for run in runs:
        checks = run.verdict.checks
        suite = ET.SubElement(
            root, "testsuite", name=clean(run.scenario.title), tests=str(len(checks)),
            failures=str(sum(c.outcome is Outcome.FAIL for c in checks)), errors="0",
            skipped=str(sum(c.outcome is Outcome.SKIPPED for c in checks)), time=f"{sum(run.wall_s.values()):.3f}",
        )  # fmt: skip
        for check in checks:
            case = ET.SubElement(
                suite,
                "testcase",
                classname=clean(run.trace.identity.scenario),
                name=clean(f"{check.name}: {check.expected}"),
            )
            if check.outcome is Outcome.FAIL:
                failure = ET.SubElement(case, "failure", message=clean(check.happened))
                failure.text = clean(check.detail)
            elif check.outcome is Outcome.SKIPPED:
                ET.SubElement(case, "skipped", message=clean(check.happened))
        out = ET.SubElement(suite, "system-out")
        out.text = clean("\n".join(line.text for line in run.trace.lines[-200:]))
    return root


def write_junit(runs: Iterable[Run], path: Path) -> None:
    """Write runs as one JUnit file."""
    tree = ET.ElementTree(junit_of(runs))
    ET.indent(tree)
    tree.write(path, encoding="utf-8", xml_declaration=True)
