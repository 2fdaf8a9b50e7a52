*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The device computes what TensorFlow Lite Micro computes on the host, to the last bit.

Library          vmote.robot

Test Tags        golden


*** Test Cases ***
Snow To The Last Bit
    [Documentation]    Every output byte of every inference of twelve hours.
    [Tags]    weather    quick
    Play Scenario    weather/snow-front
    Output Should Match Golden

A Fortnight To The Last Bit
    [Documentation]    Hundreds of inferences over all that a February brings.
    [Tags]    weather
    Play Scenario    weather/february-fortnight
    Output Should Match Golden

Another Model To The Last Bit
    [Documentation]    A model put into the image without compiling is computed as exactly.
    [Tags]    weather
    Play Scenario    weather/snow-front    model=sky
    Output Should Match Golden

A Word To The Last Bit
    [Documentation]    The spectrogram too is the reference's, or the outputs would not be.
    [Tags]    keyword
    Play Scenario    audio/yes-in-a-kitchen    trace=yes
    Output Should Match Golden

A Gesture To The Last Bit
    [Documentation]    Three gestures, every output byte.
    [Tags]    motion
    Play Scenario    motion/three-gestures
    Output Should Match Golden
