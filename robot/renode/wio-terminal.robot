*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The Wio Terminal as far as Renode's models reach: an image of a few lines prints by its UART.
...
...              `arm-none-eabi-gcc` builds that image here: vmote has no port for this board.

Library          Process

Test Teardown    Test Teardown

Test Tags        renode-test


*** Variables ***
${ROOT}      ${CURDIR}/../..
${SOURCE}    ${CURDIR}/wio-hello.c
${IMAGE}     ${OUTPUT_DIR}/wio-hello.elf


*** Test Cases ***
An Image Prints By The Uart And Again After A Reset
    [Documentation]    Core, memories and SERCOM2 work; the script's `reset` macro loads the image anew.
    [Tags]    boot
    ${built}=    Run Process
    ...    arm-none-eabi-gcc    -mcpu\=cortex-m4    -mthumb    -Os    -Wall    -Wextra    -Werror
    ...    -nostdlib    -Wl,--section-start\=.vectors\=0    -Wl,-Ttext\=0x100    -Wl,-estart
    ...    ${SOURCE}    -o    ${IMAGE}    stderr=STDOUT
    Should Be Equal As Integers    ${built.rc}    0    ${built.stdout}
    Execute Command    $bin=@${IMAGE}
    Execute Command    include @${ROOT}/platforms/wio-terminal/board.resc
    Create Terminal Tester    sysbus.sercom2    machine=wio-terminal    defaultPauseEmulation=true
    Wait For Line On Uart    hello from SERCOM2    timeout=1
    Execute Command    machine Reset
    Wait For Line On Uart    hello from SERCOM2    timeout=1
