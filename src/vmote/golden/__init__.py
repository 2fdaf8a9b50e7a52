# SPDX-License-Identifier: Apache-2.0
"""The host's second opinion: TensorFlow Lite Micro itself, run on what the device was given."""

from __future__ import annotations

from vmote.golden.agreement import Agreement, Stage
from vmote.golden.bitexact import check
from vmote.golden.host import missing
from vmote.golden.stages import first_difference, stages

__all__ = ["Agreement", "Stage", "check", "first_difference", "missing", "stages"]
