*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    Lab 1: a scenario in which it snows. The good device must pass it, and each broken one must fail it.
...              Run it on your own: vmote test labs/01-snow/public.robot --variable SOLUTION:my-snow.yaml

Library          vmote.robot

Test Tags        lab


*** Variables ***
${SOLUTION}    ${CURDIR}/starter/snow.yaml
${DEVICES}     ${CURDIR}/devices


*** Test Cases ***
The Day Begins Mild
    [Documentation]    It does not snow from the start: there is something to find out.
    Play Scenario    ${SOLUTION}
    Quantity Should Be Between    temperature    1 degC    25 degC    at=00:00

The Good Device Passes
    [Documentation]    A device that works meets what the scenario expects, and says snow while it snows.
    Play Scenario    ${SOLUTION}
    Scenario Should Pass
    Recall Should Be At Least    100%    for=snow    latency=2h

A Device That Cries Snow Is Caught
    [Documentation]    It says snow every hour: a scenario that never demands silence does not notice.
    Play Scenario    ${SOLUTION}    model=${DEVICES}/crier.yaml
    Scenario Should Fail

A Deaf Device Is Caught
    [Documentation]    It never says snow: a scenario that demands no word does not notice.
    Play Scenario    ${SOLUTION}    model=${DEVICES}/deaf.yaml
    Scenario Should Fail

A Device That Feels Damp Is Caught
    [Documentation]    It takes dry cold for snow: a scenario without dry, cold hours does not notice.
    Play Scenario    ${SOLUTION}    model=${DEVICES}/damp.yaml
    Scenario Should Fail
