# SPDX-License-Identifier: Apache-2.0
"""Tests with a real engine run when `make test-docker` has found or started one."""

from __future__ import annotations

import os

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave those out elsewhere, and say how to run them."""
    if os.environ.get("VMOTE_TEST_DOCKER"):
        return
    for item in items:
        if item.get_closest_marker("docker"):
            item.add_marker(pytest.mark.skip(reason="needs a docker engine; run: make test-docker"))
