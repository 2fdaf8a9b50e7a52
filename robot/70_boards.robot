*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    Every app on every board that says it runs it: a test for each pair, made when the suite starts.

Library          vmote.robot
Library          vmote.robot.Matrix    scenarios=${MATRIX}

Test Tags        boards


*** Variables ***
# The scenario that shows an app best.
&{MATRIX}    weather=weather/snow-front    keyword=audio/yes-in-a-kitchen
...          motion=motion/three-gestures    vibration=vibration/outer-ring-fault


*** Test Cases ***
Each App Runs On Each Board
    [Documentation]    Stands for the tests that the library puts in its place.
    Matrix Should Be Complete
