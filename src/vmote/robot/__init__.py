# SPDX-License-Identifier: Apache-2.0
"""The Robot Framework library: `Library    vmote.robot`."""

from vmote.robot.generated import Matrix, Scenarios
from vmote.robot.library import Vmote

# Robot takes the class that is named as the module is.
robot = Vmote

__all__ = ["Matrix", "Scenarios", "Vmote", "robot"]
