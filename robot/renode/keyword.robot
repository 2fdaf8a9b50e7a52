*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The keyword app in pure Renode keywords. Give it a recording of yours (PCM, one channel, any rate):
...              `--variable SOUND:/path/yes.wav --variable WORD:yes`; `vmote scenario export` makes one of a scenario.

Library          OperatingSystem
Resource         board.resource

Test Setup       Prepare Board    keyword
Test Teardown    Test Teardown

Test Tags        renode-test


*** Variables ***
${SOUND}    ${EMPTY}
${WORD}     yes


*** Test Cases ***
Nobody Speaks
    [Documentation]    A quiet room, whose air hisses a little, is called silence, and no word is told.
    [Tags]    inference    silence
    Air Hisses
    Register Failing Uart String    pattern=label=yes
    Register Failing Uart String    pattern=label=no
    ${line}=    Wait For Line On Uart    @infer n=2 .* label=(\\S+)    timeout=${4}    treatAsRegex=true
    Should Be Equal    ${line.Groups[0]}    silence

A Microphone Without A Signal Is Reported
    [Documentation]    One and the same value for a second is no room, however quiet: nothing is concluded from it.
    [Tags]    fault
    Register Failing Uart String    pattern=@infer
    Wait For Line On Uart    @error code=sensor-flat sensor=microphone    timeout=${4}

A Word Is Recognised
    [Documentation]    The recording is played from reset on; its word is told within its length and two seconds.
    [Tags]    inference
    Skip If    "${SOUND}" == ""    no recording: name one, --variable SOUND:/path/yes.wav --variable WORD:yes
    Microphone    FeedSoundFromWav @${SOUND}
    Wait For Line On Uart    @heard .* label=${WORD}    timeout=${16}    treatAsRegex=true


*** Keywords ***
Air Hisses
    [Documentation]    Four seconds of noise, as samples of 16 bits: 60 dB below full scale.
    ${samples}=    Evaluate    random.Random(1).choices(range(-50, 51), k=64000)
    ${noise}=    Evaluate    array.array("h", $samples).tobytes()
    Create Binary File    ${OUTPUT_DIR}/hiss.pcm    ${noise}
    Microphone    FeedRawPcm @${OUTPUT_DIR}/hiss.pcm
