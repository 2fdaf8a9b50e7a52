# SPDX-License-Identifier: Apache-2.0
"""Two runs of one scenario, each other's judge: where, if anywhere, they part."""

from vmote.compare.agreement import Agreement, Aspect, Bounds, Difference
from vmote.compare.hold import hold

__all__ = ["Agreement", "Aspect", "Bounds", "Difference", "hold"]
