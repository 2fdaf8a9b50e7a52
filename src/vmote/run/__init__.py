# SPDX-License-Identifier: Apache-2.0
"""One scenario meets one image on one engine: the only orchestrator."""

from vmote.run.boots import Boots
from vmote.run.execute import Run, execute
from vmote.run.request import Request
from vmote.run.watcher import Watcher

__all__ = ["Boots", "Request", "Run", "Watcher", "execute"]
