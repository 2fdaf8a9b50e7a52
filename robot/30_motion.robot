*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The motion app knows gestures drawn in the air: wing, ring and slope.

Library          vmote.robot

Test Tags        motion


*** Test Cases ***
A Wing, A Ring And A Slope
    [Documentation]    Each gesture is drawn once and told apart from the others.
    Play Scenario    motion/three-gestures
    Scenario Should Pass

A Device Left Alone
    [Documentation]    Nobody touches it: it is still, and no gesture.
    [Tags]    quick
    Start Device    app=motion
    Device Should Infer    still    within=6s
    Device Should Not Infer    wing    during=4s
    Device Should Infer Only    still
