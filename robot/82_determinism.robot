*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The same world gives the same bytes: console, records, pins, counters and times.

Library          vmote.robot

Test Tags        determinism


*** Test Cases ***
A Cold Front Thrice
    [Documentation]    Three runs, one trace.
    [Tags]    weather
    Play Scenario    weather/snow-front
    Runs Should Be Identical    times=3

A Week Twice
    [Documentation]    A long run has more occasions to differ.
    [Tags]    weather
    Play Scenario    weather/january-week
    Runs Should Be Identical

A Noisy Kitchen Twice
    [Documentation]    Sound, speech and noise are the same every time.
    [Tags]    keyword
    Play Scenario    audio/yes-in-a-kitchen
    Runs Should Be Identical
