*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The weather app forecasts snow from temperature and humidity, and holds its tongue without cause.

Library          vmote.robot

Test Tags        weather


*** Test Cases ***
A Cold Front Brings Snow
    [Documentation]    The front passes, the air cools to freezing and saturates: the device says snow while it snows.
    Play Scenario    weather/snow-front
    Scenario Should Pass
    Device Should Infer    snow    after=06:00    before=10:00
    Device Should Not Infer    snow    before=03:30

An Inference Stays Within Its Budget
    [Documentation]    Cycles of the core, RAM and flash of the board, the arena of the runtime.
    Play Scenario    weather/snow-front
    Inference Should Cost Less Than    20000 cycles
    Memory Should Fit    ram    25%
    Memory Should Fit    flash    5%
    Arena Should Fit

A Warm Rain Is No Snow
    [Documentation]    The bad case: saturated air well above freezing. The right answer is silence.
    Play Scenario    weather/warm-rain
    Device Should Not Infer    snow
    Scenario Should Pass

The Device Computes What TensorFlow Lite Micro Computes
    [Documentation]    Every output byte of every inference is held against the host's interpreter.
    Play Scenario    weather/snow-front
    Output Should Match Golden

The Same World Gives The Same Bytes
    [Documentation]    Console, records, pins, counters and times are the same in every run.
    Play Scenario    weather/snow-front
    Runs Should Be Identical    times=3
