# SPDX-License-Identifier: Apache-2.0
"""STMicroelectronics STM32H747, its Cortex-M7. Names and numbers: reference manual RM0399 rev 4 (RM)."""
