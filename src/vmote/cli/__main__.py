# SPDX-License-Identifier: Apache-2.0
"""`python -m vmote.cli` is `vmote`."""

from vmote.cli import main

main()
