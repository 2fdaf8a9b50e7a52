# SPDX-License-Identifier: Apache-2.0
"""A run's folder: written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from vmote.errors import VmoteError
from vmote.report.junit import write_junit
from vmote.report.page import write_page
from vmote.report.result import record_of, result_of, write_json
from vmote.run import Run


def write_folder(run: Run, parent: Path) -> Path:
    """Write everything of a run into a fresh folder below `parent`; `latest` there points to it."""
    parent.mkdir(parents=True, exist_ok=True)
    name = f"{datetime.now():%Y%m%d-%H%M%S}-{run.trace.identity.scenario}"
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=parent))
    try:
        folder = _free(parent, name)
        _fill(run, draft, folder)
        draft.chmod(0o755)
        while True:
            try:
                draft.rename(folder)
                break
            except OSError:  # another run took the name between the look and the leap
                if not folder.exists():
                    raise
                folder = _free(parent, name)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    _point_latest(parent, folder)
    return folder


def _fill(run: Run, draft: Path, folder: Path) -> None:
    trace = run.trace
    shutil.copyfile(run.request.scenario, draft / "scenario.yaml")
    (draft / "console.txt").write_text("".join(f"{line.text}\n" for line in trace.lines), encoding="utf-8")
    (draft / "trace.txt").write_text(trace.canonical(), encoding="utf-8")
    write_json({"records": [record_of(record) for record in trace.records]}, draft / "records.json")
    write_json(result_of(run, folder), draft / "result.json")
    write_junit([run], draft / "junit.xml")
    write_page(run, draft / "report.html")
    _write_logs(run.logs, draft)
    if run.stacks:  # the form that flame graph tools read
        stacks = "".join(f"{stack} {count}\n" for stack, count in sorted(run.stacks.items()))
        (draft / "stacks.txt").write_text(stacks, encoding="utf-8")


def keep_logs(error: VmoteError, parent: Path, scenario: str) -> None:
    """Write what an emulator said until it failed into a folder of its own, and let the failure say where."""
    if not error.logs:
        return
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = _free(parent, f"{datetime.now():%Y%m%d-%H%M%S}-{scenario}-failed")
        folder.mkdir()
        _write_logs(error.logs, folder)
    except OSError:  # a place that cannot be written hides no failure
        return
    said = f"what the emulator wrote: {', '.join(str(folder / name) for name in error.logs)}"
    error.hint = f"{error.hint}; {said}" if error.hint else said


def _write_logs(logs: dict[str, str], folder: Path) -> None:
    for name, text in logs.items():
        (folder / name).write_text(text, encoding="utf-8")


def _free(parent: Path, name: str) -> Path:
    """Return the first name of a series that is not taken."""
    n, folder = 1, parent / name
    while folder.exists():
        n += 1
        folder = parent / f"{name}-{n}"
    return folder


def _point_latest(parent: Path, folder: Path) -> None:
    """Point `latest` at the newest run; a file system without links is no reason to fail."""
    link = parent / f".latest-{os.getpid()}"
    try:
        link.unlink(missing_ok=True)
        link.symlink_to(folder.name)
        link.replace(parent / "latest")
    except OSError:
        link.unlink(missing_ok=True)
