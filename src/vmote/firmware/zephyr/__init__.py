# SPDX-License-Identifier: Apache-2.0
"""The Zephyr port: a workspace is found, never fetched, and an image is built in it."""
