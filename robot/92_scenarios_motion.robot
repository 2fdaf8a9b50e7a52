*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    Everything that moves: each scenario file is a test with its title, tags and expectations.

Library          vmote.robot
Library          vmote.robot.Scenarios    ${CURDIR}/../scenarios/motion

Test Tags        scenarios


*** Test Cases ***
Each Scenario Passes
    [Documentation]    Stands for the tests that the library puts in its place.
    Scenarios Should Be There
