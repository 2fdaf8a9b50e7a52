# SPDX-License-Identifier: Apache-2.0
"""The host's second opinion: TensorFlow Lite Micro itself, run on what the device was given."""
