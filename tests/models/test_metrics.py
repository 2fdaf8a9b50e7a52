# SPDX-License-Identifier: Apache-2.0
"""The numbers that cards are made of, on examples small enough to count by hand."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from vmote.platforms import project_root


@pytest.fixture(autouse=True)
def _training_on_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(project_root() / "models"))


def test_summary_counts() -> None:
    from training import metrics  # noqa: PLC0415

    truth = np.array([0, 0, 0, 1, 1, 2])
    said = np.array([0, 0, 1, 1, 1, 0])
    found = metrics.summary(truth, said, ("a", "b", "c"))
    assert found["accuracy"] == pytest.approx(4 / 6, abs=1e-4)
    assert found["recall-a"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["precision-b"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["recall-c"] == found["precision-c"] == 0.0
    assert found["balanced-accuracy"] == pytest.approx((2 / 3 + 1 + 0) / 3, abs=1e-4)
    assert metrics.counts(truth, said, ("a", "b", "c")) == {"a as a": 2, "a as b": 1, "b as b": 2, "c as a": 1}


def test_a_threshold_is_reached_at_its_value() -> None:
    from training import metrics  # noqa: PLC0415

    scores = np.array([[0.49], [0.5], [0.51]])
    assert metrics.decide(scores, {"kind": "threshold", "threshold": 0.5}).tolist() == [0, 1, 1]


def test_a_training_a_point_and_a_bit_away_is_told() -> None:
    from training import card  # noqa: PLC0415

    recorded = {"int8": {"accuracy": 0.95, "recall-a": 0.5}}
    assert card.differences(recorded, {"int8": {"accuracy": 0.9595, "recall-a": 0.9}}) == []
    (told,) = card.differences(recorded, {"int8": {"accuracy": 0.962}})
    assert "0.9620 now, 0.9500 on record" in told
    assert card.differences({}, {"int8": {"accuracy": 0.9}}) == ["int8 accuracy: 0.9000 now, none on record"]
    assert sys.modules["training.card"].TOLERANCE == 0.01


def test_windows_are_by_quantity_and_oldest_first() -> None:
    from training import weather  # noqa: PLC0415

    air = np.array([[1.0, 10.0], [2.0, 20.0], [3.0, 30.0], [4.0, 40.0]])
    assert weather.windows(air).tolist() == [[1, 2, 3, 10, 20, 30], [2, 3, 4, 20, 30, 40]]


def test_no_place_is_in_two_sets() -> None:
    from training import weather  # noqa: PLC0415

    first = {which: weather.place(1, which, 0, 48)[0] for which in weather.PLACES}
    assert not np.allclose(first["train"], first["test"])
    assert not np.allclose(first["train"], first["validation"])
    again = weather.place(1, "test", 0, 48)[0]
    assert np.array_equal(again, first["test"])
