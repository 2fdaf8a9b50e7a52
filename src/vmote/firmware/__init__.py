# SPDX-License-Identifier: Apache-2.0
"""Images: read, built, and given another model."""
