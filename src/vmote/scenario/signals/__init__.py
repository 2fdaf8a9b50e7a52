# SPDX-License-Identifier: Apache-2.0
"""Generators: what each piece of a signal sounds, moves or feels like, block by block."""
