# SPDX-License-Identifier: Apache-2.0
"""The CI files for users: their own commands, run in a repository that holds a scenario, a model and a baseline."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / "docs" / "ci"


def github() -> tuple[dict[str, str], list[str]]:
    """Return the variables and the commands that follow the set-up, in order."""
    document: dict[str, Any] = yaml.safe_load((CI / "github.yml").read_text(encoding="utf-8"))
    steps = document["jobs"]["scenarios"]["steps"]
    return document["env"], [step["run"] for step in steps if step.get("name") in ("Scenarios", "Costs")]


def gitlab() -> tuple[dict[str, str], list[str]]:
    document: dict[str, Any] = yaml.safe_load((CI / "gitlab-ci.yml").read_text(encoding="utf-8"))
    return document["scenarios"]["variables"], document["scenarios"]["script"]


@pytest.mark.parametrize("read", [github, gitlab])
def test_the_set_up_names_what_vmote_needs(read: Any) -> None:
    text = (CI / ("github.yml" if read is github else "gitlab-ci.yml")).read_text(encoding="utf-8")
    for package in ("gcc-arm-none-eabi", "libnewlib-arm-none-eabi", "qemu-system-arm"):
        assert package in text
        assert package in (ROOT / "scripts" / "setup.sh").read_text(encoding="utf-8"), "as our own set-up does"


@pytest.mark.tools
def test_their_commands_work_as_they_stand(tmp_path: Path) -> None:
    place = tmp_path / "mine"
    (place / "scenarios").mkdir(parents=True)
    shutil.copy(ROOT / "scenarios" / "weather" / "snow-front.yaml", place / "scenarios")
    shutil.copytree(ROOT / "models" / "snow", place / "model", ignore=shutil.ignore_patterns("train.py"))
    page = tmp_path / "page.md"

    def shell(command: str, variables: dict[str, str]) -> None:
        environment = os.environ | {key: str(value) for key, value in variables.items()}
        environment |= {"MODEL": "model/model.yaml", "VMOTE_HOME": str(ROOT), "GITHUB_STEP_SUMMARY": str(page)}
        environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", command], cwd=place, env=environment, capture_output=True, text=True,
            check=False, timeout=180,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    shell('vmote bench save "$SCENARIOS" --baseline bench.json --model "$MODEL"', github()[0])
    for read, table in ((github, page), (gitlab, place / "results.md")):
        variables, commands = read()
        assert len(commands) == 2
        for command in commands:
            shell(command, variables)
        text = table.read_text(encoding="utf-8")
        assert "| ✅ | A cold front brings snow |" in text
        assert "### vmote bench: 1 scenarios measured, nothing moved" in text
    assert (place / "results" / "junit.xml").is_file()
    assert (place / "results" / "log.html").is_file()
