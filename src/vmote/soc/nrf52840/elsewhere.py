# SPDX-License-Identifier: Apache-2.0
"""Peripherals of the SoC that no model covers, by their addresses (PS 4.2.4): so that a warning can name them."""

UNMODELLED = {
    0x40001000: "RADIO", 0x40005000: "NFCT", 0x4000E000: "ECB", 0x4000F000: "CCM", 0x40012000: "QDEC",
    0x40013000: "COMP", 0x4001C000: "PWM0", 0x40020000: "MWU", 0x40021000: "PWM1", 0x40022000: "PWM2",
    0x40023000: "SPIM2", 0x40025000: "I2S", 0x40026000: "FPU", 0x40027000: "USBD", 0x40029000: "QSPI",
    0x4002D000: "PWM3", 0x4002F000: "SPIM3", 0x5002A000: "CRYPTOCELL", 0x5002B000: "CC_HOST_RGF",
}  # fmt: skip
