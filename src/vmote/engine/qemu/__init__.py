# SPDX-License-Identifier: Apache-2.0
"""The qemu engine: a stock qemu-system-arm, a plugin that adds the board, and models that answer it."""

from vmote.engine.qemu.engine import QemuEngine

__all__ = ["QemuEngine"]
