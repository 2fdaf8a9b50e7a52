*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The motion app in pure Renode keywords: the accelerometer's FIFO, read as the firmware reads it.

Resource         board.resource

Test Setup       Prepare Board    motion
Test Teardown    Test Teardown

Test Tags        renode-test


*** Test Cases ***
A Board On The Table Is Still
    [Documentation]    Nothing moves: no gesture may be told.
    [Tags]    inference    silence
    Register Failing Uart String    pattern=label=wing
    Register Failing Uart String    pattern=label=ring
    ${line}=    Wait For Line On Uart    @infer n=0 .* label=(\\S+)    timeout=${20}    treatAsRegex=true
    Should Be Equal    ${line.Groups[0]}    still

Gravity Is Where It Is
    [Documentation]    The board stands on its edge: the samples say so, to a thousandth of g.
    [Tags]    sensor
    Sensor    lsm9ds1_ag    AccelerationX 1.0
    Sensor    lsm9ds1_ag    AccelerationZ 0.0
    Wait For Line On Uart    @sample .* acceleration_x=1.000 acceleration_y=0.000 acceleration_z=0.000
    ...    timeout=${2}    treatAsRegex=true

A Frozen Sensor Is Reported And Recovers
    [Documentation]    The part answers, but its FIFO fills no more; then it goes on.
    [Tags]    fault
    Wait For Line On Uart    @sample n=9    timeout=${3}
    Sensor    lsm9ds1_ag    Frozen true
    Wait For Line On Uart    @error code=sensor-timeout sensor=lsm9ds1-ag    timeout=${3}
    Sensor    lsm9ds1_ag    Frozen false
    Wait For Line On Uart    @sample    timeout=${5}

An Absent Sensor Is Reported
    [Documentation]    The part is gone from its bus.
    [Tags]    fault
    Wait For Line On Uart    @sample n=5    timeout=${3}
    Sensor    lsm9ds1_ag    Absent true
    Wait For Line On Uart    @error code=sensor-nack sensor=lsm9ds1-ag    timeout=${3}
