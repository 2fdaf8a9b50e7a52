*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    What an inference and an image may cost: cycles, time, memory.

Library          vmote.robot

Test Tags        budgets


*** Test Cases ***
The Weather App Is Small
    [Documentation]    Cycles of the core, RAM and flash of the board, arena and stack of the app.
    [Tags]    weather    quick
    Play Scenario    weather/snow-front
    Inference Should Cost Less Than    20000 cycles
    Memory Should Fit    ram    25%
    Memory Should Fit    flash    20%
    Arena Should Fit    with_margin=50%
    Stack Should Fit    with_margin=25%

The Weather App Answers At Once
    [Documentation]    From the sample to the word: far less than a person would notice.
    [Tags]    weather
    Play Scenario    weather/snow-front
    Deadline Should Hold    within=100ms
