# SPDX-License-Identifier: Apache-2.0
"""The renode engine: the product's second opinion."""

from vmote.engine.renode.engine import RenodeEngine

__all__ = ["RenodeEngine"]
