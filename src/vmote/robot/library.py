# SPDX-License-Identifier: Apache-2.0
"""The library's class: the themes put together."""

from __future__ import annotations

from typing import ClassVar

import vmote
from vmote.robot.arguments import CONVERTERS
from vmote.robot.bench import Bench
from vmote.robot.budget import BudgetKeywords
from vmote.robot.device import DeviceKeywords
from vmote.robot.inference import InferenceKeywords


class Vmote(DeviceKeywords, InferenceKeywords, BudgetKeywords):
    """Keywords for a virtual TinyML device.

    A test plays a scenario on a device and then says what it expects:

    | Play Scenario | weather/snow-front |
    | Device Should Infer | snow | after=06:00 | before=09:00 |
    | Inference Should Cost Less Than | 60000 cycles |

    Times are virtual: `12h`, `20ms`, `1h 30min`, or `07:00` counted from reset. The device runs as fast as the
    machine allows, and every run of the same scenario gives the same bytes.

    What holds for a whole suite run is set by variables: `--variable ENGINE:qemu`, `--variable BOARD:nano33ble-sense`.
    """

    ROBOT_LIBRARY_SCOPE = "TEST"
    ROBOT_LIBRARY_VERSION = vmote.__version__
    ROBOT_LIBRARY_DOC_FORMAT = "ROBOT"
    ROBOT_LIBRARY_CONVERTERS: ClassVar = CONVERTERS
    ROBOT_AUTO_KEYWORDS = False

    def __init__(self) -> None:
        self.bench = Bench()
