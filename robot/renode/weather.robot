*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The weather app in pure Renode keywords: runs under Renode's own `renode-test`, without vmote.
...
...              Build the image first (`vmote build`), or name another one: `--variable BIN:/path/image.elf`.

Test Setup       Prepare Board
Test Teardown    Test Teardown

Test Tags        renode-test


*** Variables ***
${ROOT}    ${CURDIR}/../..
${BIN}     ${ROOT}/build/nano33ble-sense-weather-baremetal-native/image.elf


*** Test Cases ***
Board Says What It Is
    [Documentation]    The first line on the console names app, board, port and runtime.
    [Tags]    boot
    Wait For Line On Uart    @boot app=weather board=nano33ble-sense port=baremetal    timeout=2

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
    Execute Command    twi0 Refuse 0x5F true
    Wait For Line On Uart    @error code=sensor-nack sensor=hts221    timeout=${7200}
    Execute Command    twi0 Refuse 0x5F false
    Wait For Line On Uart    @sample    timeout=${7200}


*** Keywords ***
Prepare Board
    [Documentation]    Loads the board with its image; stops at the reset vector.
    Execute Command    emulation SetGlobalAdvanceImmediately true
    Execute Command    $bin=@${BIN}
    Execute Command    include @${ROOT}/platforms/nano33ble-sense/board.resc
    Create Terminal Tester    sysbus.uart0    machine=nano33ble-sense    defaultPauseEmulation=true
    Create Led Tester    sysbus.gpio0.led_builtin    machine=nano33ble-sense
    Register Failing Uart String    @fault

Air Is
    [Documentation]    Holds the air at a temperature in degrees Celsius and a relative humidity in per cent.
    [Arguments]    ${temperature}    ${humidity}
    Execute Command    twi0.hts221 Temperature ${temperature}
    Execute Command    twi0.hts221 Humidity ${humidity}
