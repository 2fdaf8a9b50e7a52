*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The weather app in pure Renode keywords: runs under Renode's own `renode-test`, without vmote.

Resource         board.resource

Test Setup       Prepare Board    weather
Test Teardown    Test Teardown

Test Tags        renode-test


*** Test Cases ***
Board Says What It Is
    [Documentation]    The first line on the console names app, board, port and runtime.
    [Tags]    boot
    Wait For Line On Uart    @boot app=weather board=${BOARD} port=baremetal    timeout=2

Board Starts Again After A Reset
    [Documentation]    The script's `reset` macro loads the image anew.
    [Tags]    boot
    Wait For Line On Uart    @boot app=weather    timeout=2
    Execute Command    machine Reset
    Wait For Line On Uart    @boot app=weather    timeout=2

Cold Saturated Air Is Snow
    [Documentation]    Three hourly samples below freezing at saturation: the label, and the LED that shows it.
    [Tags]    inference    led
    Air Is    -3.0    97
    ${line}=    Wait For Line On Uart    @infer n=\\d+ .* label=(\\S+)    timeout=${14400}    treatAsRegex=true
    Should Be Equal    ${line.Groups[0]}    snow
    Assert Led State    true    timeout=1

Warm Dry Air Is Not Snow
    [Documentation]    A test that fails at once when the wrong label appears, not at a timeout.
    [Tags]    inference    silence
    Register Failing Uart String    pattern=label=snow
    Air Is    21.0    45
    Wait For Line On Uart    @infer n=2    timeout=${14400}

A Sensor Without An Answer Is Reported And Recovers
    [Documentation]    The HTS221 stops acknowledging its address for a while.
    [Tags]    fault
    Wait For Line On Uart    @sample n=0    timeout=60
    Bus    Refuse 0x5F true
    Wait For Line On Uart    @error code=sensor-nack sensor=hts221    timeout=${7200}
    Bus    Refuse 0x5F false
    Wait For Line On Uart    @sample    timeout=${7200}

A Bus That Is Held Is Reported
    [Documentation]    The LSM9DS1 beside it holds SDA low: nothing gets through, until it lets go.
    [Tags]    fault
    Wait For Line On Uart    @sample n=0    timeout=60
    Bus    Hold 0x6B true
    Wait For Line On Uart    @error code=sensor-bus sensor=hts221    timeout=${7200}
    Bus    Hold 0x6B false
    Wait For Line On Uart    @sample    timeout=${7200}


*** Keywords ***
Air Is
    [Documentation]    Holds the air at a temperature in degrees Celsius and a relative humidity in per cent.
    [Arguments]    ${temperature}    ${humidity}
    Sensor    hts221    Temperature ${temperature}
    Sensor    hts221    Humidity ${humidity}
