# SPDX-License-Identifier: Apache-2.0
"""The library's class: the themes put together."""

from __future__ import annotations

from typing import ClassVar

import vmote
from vmote.robot.arguments import CONVERTERS
from vmote.robot.bench import Bench
from vmote.robot.budget import BudgetKeywords
from vmote.robot.console import ConsoleKeywords
from vmote.robot.device import DeviceKeywords
from vmote.robot.faults import FaultKeywords
from vmote.robot.inference import InferenceKeywords
from vmote.robot.inside import InsideKeywords
from vmote.robot.world import WorldKeywords


class Vmote(
    DeviceKeywords, WorldKeywords, InferenceKeywords, BudgetKeywords, ConsoleKeywords, FaultKeywords, InsideKeywords
):
    """Keywords for a virtual TinyML device.

    A test plays a scenario on a device and then says what it expects:

    | Play Scenario | weather/snow-front |
    | Device Should Infer | snow | after=06:00 | before=09:00 |
    | Inference Should Cost Less Than | 60000 cycles |

    Or it starts a device, takes the world into its own hands and lets time pass step by step:

    | Start Device | nano33ble-sense | app=weather |
    | Set Temperature | -3 degC |
    | Set Humidity | 97 %RH |
    | Device Should Infer | snow | within=4h |

    Times are virtual: ``12h``, ``20ms``, ``1h 30min``, or ``07:00`` counted from reset. The device runs as fast as the
    machine allows, every run of the same scenario gives the same bytes, and a wait ends as soon as the device can no
    longer satisfy it. A failed test shows the world, the truth and the device's words around the moment in the log.

    What holds for a whole suite run is set by variables: ``--variable ENGINE:renode``, ``--variable BOARD:…``,
    ``--variable PORT:…``, ``--variable RUNTIME:…``. What an engine or board cannot do is skipped with its reason, never
    passed.

    A device put on the bench in a Suite Setup serves all tests of the suite; one of a test ends with the test.
    """

    ROBOT_LIBRARY_SCOPE = "SUITE"
    ROBOT_LIBRARY_VERSION = vmote.__version__
    ROBOT_LIBRARY_DOC_FORMAT = "ROBOT"
    ROBOT_LIBRARY_CONVERTERS: ClassVar = CONVERTERS
    ROBOT_AUTO_KEYWORDS = False
    ROBOT_LISTENER_API_VERSION = 3

    def __init__(self) -> None:
        self.bench = Bench()
        self.ROBOT_LIBRARY_LISTENER = self

    def start_test(self, data: object, result: object) -> None:
        """Listener: what is put on the bench from here on is the test's own."""
        self.bench.begin_test()

    def end_test(self, data: object, result: object) -> None:
        """Listener: the test's device ends with it."""
        self.bench.end_test()

    def end_suite(self, data: object, result: object) -> None:
        """Listener: the suite's device ends with it."""
        self.bench.clear()
