*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Library    vmote.robot


*** Test Cases ***
A Function And A Variable
    Start Device    app=weather
    ${written}=    Read Symbol    written
    Should Be True    ${written} > 0
    Run To Function    inference_invoke    within=12h
    ${again}=    Read Symbol    written    kind=u32
    Should Be True    ${again} > ${written}
    Write Symbol    calibration    1    2    3    kind=u8
    ${bytes}=    Read Symbol    calibration    kind=u8
    Should Be Equal    ${bytes}[:3]    ${{[1, 2, 3]}}
    Let Time Pass    1h
    Device Should Be Alive

A Variable That Is Not There
    Start Device    app=weather
    Read Symbol    writen

A Function That Is Not Entered
    Start Device    app=weather
    Run To Function    inference_open    within=1h

A Value That Does Not Fit
    Start Device    app=weather
    Write Symbol    written    300    kind=u8
    Symbol Should Be    written    -1    kind=i16

A Wrong Kind
    Start Device    app=weather
    Read Symbol    written    kind=u33

A Value That Differs
    Start Device    app=weather
    Write Symbol    written    7
    Symbol Should Be    written    8
