# SPDX-License-Identifier: Apache-2.0
"""Shared by every `models/<model>/train.py`: seeds, conversion to int8, metrics, the card, plots, the command line."""
