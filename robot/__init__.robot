*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The virtual device, judged. Suites are numbered by topic: 1-4 one a kind of scenario, 5 budgets,
...              6 faults, 7 boards and engines, 8 trust (golden, determinism, silence), 9 every scenario file.
...              Run them with `make test-robot`, or `robot robot`; see docs/robot.md.

Test Timeout     5 minutes
