# SPDX-License-Identifier: Apache-2.0
"""Tests that need a Zephyr workspace, and what to run where there is none."""

from __future__ import annotations

import os

import pytest

WITH_WORKSPACE = pytest.mark.skipif(
    not os.environ.get("ZEPHYR_BASE"),
    reason="needs a Zephyr workspace (docs/zephyr.md); run: ZEPHYR_BASE=<its zephyr folder> make test-docker",
)
