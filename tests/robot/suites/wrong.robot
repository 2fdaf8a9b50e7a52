*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    Every test of this suite fails or is skipped, and says why. The pytest beside it reads what it says.

Library          vmote.robot


*** Test Cases ***
A Unit That Does Not Exist
    [Documentation]    Near ones are suggested.
    Play Scenario    weather/snow-front
    Inference Should Cost Less Than    100 cyles

A Unit Of Something Else
    [Documentation]    A length of time is no temperature.
    Start Device    app=weather
    Set Temperature    3 h

A Label That The Model Cannot Say
    [Documentation]    The labels are known from the model's card.
    Play Scenario    weather/snow-front
    Device Should Infer    snwo

A Wait In Vain
    [Documentation]    The world never gets cold.
    Start Device    app=weather
    Set Temperature    25 degC
    Device Should Infer    snow    within=4h

A Wait For A Device That Died
    [Documentation]    The image jumps into nowhere: waiting a fortnight for it would be silly.
    Start Device    image=${FAULTY}
    Device Should Infer    snow    within=14d

A Wait Beyond The Scenario
    [Documentation]    The scenario lasts twelve hours, and is over then.
    Start Device    scenario=weather/snow-front
    Let Time Pass    11h 30min
    Device Should Infer    snow    within=24h

Two Devices At Once
    [Documentation]    A test has one device.
    Start Device    app=weather
    Start Device    app=weather

No Device At All
    [Documentation]    Nothing was put on the bench.
    Device Should Infer    snow

A Hand In A Film
    [Documentation]    A scenario that was played is over.
    Play Scenario    weather/snow-front
    Set Temperature    3 degC

A Scenario That Does Not Exist
    [Documentation]    The near one is suggested.
    Play Scenario    weather/snowfront

A Scenario That Does Not Parse
    [Documentation]    Its own message, with line and column.
    Play Scenario    ${BROKEN}

An Image That Is Missing
    [Documentation]    The way to get one is told.
    Play Scenario    weather/snow-front    image=nowhere.elf

An Engine That Does Not Exist
    [Documentation]    The near one is suggested.
    VAR    ${ENGINE}    qmeu    scope=TEST
    Play Scenario    weather/snow-front

A Patience That Is No Time
    [Documentation]    How long a run may take is a time.
    VAR    ${PATIENCE}    soon    scope=TEST
    Play Scenario    weather/snow-front

A Patience That Is Too Short
    [Documentation]    The run ends by the clock on the wall, and says so.
    VAR    ${PATIENCE}    1 ms    scope=TEST
    Play Scenario    motion/a-walk
    Device Should Be Alive

A Board That Does Not Exist
    [Documentation]    The near one is suggested.
    Start Device    nano33-sense    app=weather

A Part That Does Not Exist
    [Documentation]    The board's own parts are listed.
    Start Device    app=weather
    Break Sensor    hts222    nack

A Fault That Does Not Exist
    [Documentation]    The near one is suggested.
    Start Device    app=weather
    Break Sensor    hts221    nak

An Argument That Does Not Exist
    [Documentation]    The near one is suggested.
    Start Device    app=weather
    Break Sensor    hts221    nack    fro=20min

Clocks Of A Fault That Has None
    [Documentation]    Only a bus that is held counts them.
    Start Device    app=weather
    Break Sensor    hts221    nack    clocks=9

Clocks That Are Too Many
    [Documentation]    A part lets go after a byte and its acknowledge at the latest.
    Start Device    app=weather
    Break Sensor    hts221    hold-bus    clocks=10

A Level Of A Fault That Has None
    [Documentation]    A part that says nothing says it neither high nor low.
    Start Device    app=weather
    Break Sensor    hts221    vanish    value=low

A Share Above One
    [Documentation]    A recall of 90 is a slip of the pen.
    Play Scenario    weather/snow-front
    Recall Should Be At Least    90

An LED That Does Not Exist
    [Documentation]    The board's own are listed.
    Play Scenario    weather/snow-front
    Led Should Be    on    name=purple

A Silence That Proves Nothing
    [Documentation]    In its first two hours the device says nothing at all.
    Play Scenario    weather/snow-front
    Device Should Not Infer    snow    before=01:30

A Time That Is Past
    [Documentation]    Times count from reset.
    Start Device    app=weather
    Let Time Pass    2h
    Break Sensor    hts221    nack    at=1h

An App That Does Not Listen
    [Documentation]    The weather app has no ears.
    Start Device    app=weather
    Say    yes
