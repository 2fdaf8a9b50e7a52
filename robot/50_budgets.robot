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

The Keyword App Keeps Up
    [Documentation]    Ten inferences a second: each is done before the next begins, and the arena has room to spare.
    [Tags]    keyword    quick
    Play Scenario    audio/quiet-room
    Inference Should Cost Less Than    6 Mcycles
    Deadline Should Hold
    Arena Should Fit    with_margin=25%
    Stack Should Fit    with_margin=25%
    Memory Should Fit    ram    75%

The Motion App Is Small
    [Documentation]    A gesture must be known before the next begins.
    [Tags]    motion
    Start Device    app=motion
    Let Time Pass    8s
    Inference Should Cost Less Than    2 Mcycles
    Arena Should Fit    with_margin=25%
    Memory Should Fit    ram    25%
