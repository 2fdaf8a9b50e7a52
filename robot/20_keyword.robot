*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The keyword app listens for yes and no, with a microphone and a spectrogram.

Library          vmote.robot

Test Tags        keyword


*** Test Cases ***
A Yes In A Kitchen
    [Documentation]    Water runs, a refrigerator hums, somebody says yes.
    [Tags]    quick
    Play Scenario    audio/yes-in-a-kitchen
    Scenario Should Pass

Yes And No
    [Documentation]    Two words in a quiet room: each is heard, and taken for what it is.
    Play Scenario    audio/yes-and-no
    Scenario Should Pass
    Recall Should Be At Least    100%    for=yes    latency=1s
    Recall Should Be At Least    100%    for=no    latency=1s

Somebody Speaks To It
    [Documentation]    A device by hand: words are said while it runs, then through noise.
    Start Device    app=keyword
    Say    yes    at=2s    level=-20 dBFS
    Device Should Infer    yes    within=4s
    Make Noise    pink    level=-45 dBFS
    Say    no    snr=15dB
    Device Should Infer    no    within=4s
    Device Should Not Infer    yes    during=2s
