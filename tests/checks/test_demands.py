# SPDX-License-Identifier: Apache-2.0
"""What a scenario demands and this machine or version could not judge is refused before anything is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmote.errors import Missing, Unsupported, VmoteError
from vmote.run import Request, Watcher, execute


class NothingStarts(Watcher):
    """Fails when a run comes as far as its first stage."""

    def stage(self, name: str, detail: str) -> None:
        """No stage may be reached."""
        raise AssertionError(f"the run began: {name} {detail}")


def refused(tmp_path: Path, expect: str) -> VmoteError:
    path = tmp_path / "s.yaml"
    path.write_text(
        "schema: 1\ntitle: t\ndevice: {app: weather}\nduration: 12h\n"
        f"world: {{temperature: 1 degC, humidity: 50 %RH}}\nexpect: {expect}\n"
    )
    with pytest.raises(VmoteError) as caught:
        execute(Request(path), NothingStarts())
    assert str(path) in caught.value.where
    return caught.value


def test_a_golden_scenario_without_tflm_on_the_host_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vmote.golden.host.PACKAGE", "tflite-micro-that-does-not-exist")
    error = refused(tmp_path, "{golden: true}")
    assert isinstance(error, Missing) and error.exit_code == 3
    assert "not installed" in error.what and "expect.golden" in error.where


def test_a_budget_of_energy_is_refused_while_runs_are_not_priced(tmp_path: Path) -> None:
    error = refused(tmp_path, "{budgets: {energy: 3 mJ}}")
    assert isinstance(error, Unsupported)
    assert "not priced in energy" in error.what and "budgets.energy" in error.where and "cycles" in error.hint
