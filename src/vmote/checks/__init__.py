# SPDX-License-Identifier: Apache-2.0
"""A trace held against a scenario's expectations."""

from __future__ import annotations

from vmote.checks.judge import judge

__all__ = ["judge"]
