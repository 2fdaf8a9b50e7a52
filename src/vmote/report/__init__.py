# SPDX-License-Identifier: Apache-2.0
"""One run, told: to a person (terminal, HTML page) and to programs (JSON, JUnit)."""
