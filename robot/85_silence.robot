*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The right answer is silence: worlds that resemble what the device listens for, and are not.

Library          vmote.robot

Test Tags        silence


*** Test Cases ***
Cold Rain Is No Snow
    [Documentation]    Saturated air a little above freezing.
    [Tags]    weather    quick
    Play Scenario    weather/cold-rain
    Scenario Should Pass
    Device Should Not Infer    snow
    False Alarms Should Be At Most    0    background=no-snow

Dry Frost Is No Snow
    [Documentation]    Far below freezing, and no water in the air.
    [Tags]    weather
    Play Scenario    weather/dry-frost
    Scenario Should Pass
    Device Should Not Infer    snow

A Heated Room Is No Snow
    [Documentation]    A day by hand in a room in which nothing happens.
    [Tags]    weather
    Start Device    app=weather
    Device Should Not Infer    snow    during=24h
    Led Should Be    off
    Device Should Be Alive

An Empty Room Says Nothing
    [Documentation]    Pink noise and a hum: no word.
    [Tags]    keyword
    Play Scenario    audio/quiet-room
    Scenario Should Pass
    Device Should Not Infer    yes
    Device Should Not Infer    no
