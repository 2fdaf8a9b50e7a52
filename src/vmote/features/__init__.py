# SPDX-License-Identifier: Apache-2.0
"""From readings to what a model is fed: the Python references of `firmware/features/`, equal to them bit for bit."""
