# SPDX-License-Identifier: Apache-2.0
"""What every `models/<model>/train.py` shares: seeds, conversion to int8, metrics, the card, plots, the command line."""
