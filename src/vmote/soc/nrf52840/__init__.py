# SPDX-License-Identifier: Apache-2.0
"""nRF52840 peripherals. Source: Nordic nRF52840 Product Specification v1.8 (PS)."""
