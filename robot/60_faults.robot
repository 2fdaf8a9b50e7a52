*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    Sensors break and supplies sag: the device says so, says nothing wrong meanwhile, and comes back.

Library          vmote.robot

Test Tags        faults


*** Test Cases ***
A Sensor That Does Not Answer
    [Documentation]    The device reports the error by its name, and infers again when the sensor is back.
    [Tags]    weather
    Start Device    app=weather
    Let Time Pass    3h 30min
    Break Sensor    hts221    nack    for=90min
    Device Should Report    error    within=2h
    Device Should Recover    within=4h
    Device Should Be Alive

A Sensor That Is Gone
    [Documentation]    Every access fails: not one inference may come of it.
    [Tags]    weather
    Start Device    app=weather
    Break Sensor    hts221    vanish
    Let Time Pass    6h
    Device Should Have Inferred    0
    Device Should Be Alive

A Bus That Is Clocked Free
    [Documentation]    The sensor holds the data line; nine clocks free it, and the device knows that by itself.
    [Tags]    weather
    Start Device    app=weather
    Let Time Pass    3h 30min
    Break Sensor    hts221    hold-bus    clocks=9
    Device Should Report    error    code=sensor-bus    within=2h
    Device Should Infer    no-snow    within=4h
    Device Should Be Alive

The Supply Sags
    [Documentation]    Below reset the device forgets everything, starts again and goes on.
    [Tags]    weather
    Start Device    app=weather
    Let Time Pass    4h
    Brown Out Supply    for=100ms
    Device Should Recover    within=4h
    Device Should Be Alive

A Microphone That Is Gone
    [Documentation]    For two seconds there is no sound at all; then words are heard again.
    [Tags]    keyword
    Start Device    app=keyword
    Let Time Pass    2s
    Break Sensor    microphone    vanish    for=2s
    Say    yes    at=6s    level=-20 dBFS
    Device Should Recover    within=2s
    Device Should Infer    yes    within=5s
    Device Should Be Alive
