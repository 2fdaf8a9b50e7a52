*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    Every scenario file is a test: its title, its tags, its expectations. Made when the suite starts.

Library          vmote.robot
Library          vmote.robot.Scenarios    ${SCENARIOS}

Test Tags        scenarios


*** Variables ***
${SCENARIOS}    ${CURDIR}/../scenarios


*** Test Cases ***
Each Scenario Passes
    [Documentation]    Stands for the tests that the library puts in its place.
    Scenarios Should Be There
