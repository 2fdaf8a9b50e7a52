*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The virtual device, judged. Suites are numbered by topic: 1-4 one a kind of scenario, 5 budgets,
...              6 faults, 7 boards and engines, 8 trust (golden, determinism, silence), 9 every scenario file.
...              Run them with `make test-robot`, or `robot robot`; see docs/robot.md.

Suite Setup      Set Suite Variable    ${PATIENCE}    ${PATIENCE}    children=True
Test Timeout     ${PATIENCE}


*** Variables ***
# What a test may take by the clock on the wall, its emulation included.
${PATIENCE}    5 min
