*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The weather app says snow from three hours of temperature and humidity.

Library          vmote.robot

Test Tags        weather


*** Test Cases ***
A Cold Front Brings Snow
    [Documentation]    The front passes, the air cools to freezing and saturates: the device says snow while it snows.
    [Tags]    quick
    Play Scenario    weather/snow-front
    Scenario Should Pass
    Device Should Infer    snow    after=06:00    within=2h    score=80%
    Device Should Infer Only    no-snow    before=05:00
    Led Should Be    on    after=06:00    within=2h
    Led Should Be    off

Rain Turns To Snow
    [Documentation]    The same wet day, first above freezing, then below it.
    Play Scenario    weather/rain-turns-to-snow
    Scenario Should Pass
    Recall Should Be At Least    100%    for=snow

A Week In January
    [Documentation]    A climate that nobody drew by hand: what the device says is held against what the sky does.
    Play Scenario    weather/january-week
    Scenario Should Pass
    Recall Should Be At Least    90%    for=snow
    Precision Should Be At Least    90%    for=snow    latency=1h

A Person At The Window
    [Documentation]    A device by hand: the window opens in winter and is closed again.
    [Tags]    quick
    Start Device    app=weather
    Device Should Not Infer    snow    during=3h
    Set Temperature    -3 degC
    Set Humidity    97 %RH
    Device Should Infer    snow    within=4h
    Led Should Be    on    within=1s
    Release Quantity    temperature
    Release Quantity    humidity
    Device Should Infer    no-snow    within=4h
    Led Should Be    off    within=1s
