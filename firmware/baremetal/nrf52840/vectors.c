/* SPDX-License-Identifier: Apache-2.0
 *
 * The vector table: DDI 0403E.e B1.5.3, then the SoC's interrupts, PS 4.2.3.
 */
#include "vectors.h"

#include "registers.h"
#include "start.h"

/* An image without a microphone's driver has no such interrupt. */
__attribute__((weak)) void pdm_handler(void)
{
    unexpected_handler();
}

__attribute__((section(".vectors"), used)) const vector_entry vector_table[16 + IRQ_COUNT] = {
    [0] = {.stack = stack_top},
    [1] = {.handler = (vector)reset_handler},
    [2 ... 6] = {.handler = fault_handler},
    [11 ... 12] = {.handler = unexpected_handler},
    [14 ... 15] = {.handler = unexpected_handler},
    [16 ... 16 + UARTE_IRQ - 1] = {.handler = unexpected_handler},
    [16 + UARTE_IRQ] = {.handler = uarte_handler},
    [16 + UARTE_IRQ + 1 ... 16 + RTC_IRQ - 1] = {.handler = unexpected_handler},
    [16 + RTC_IRQ] = {.handler = rtc_handler},
    [16 + RTC_IRQ + 1 ... 16 + PDM_IRQ - 1] = {.handler = unexpected_handler},
    [16 + PDM_IRQ] = {.handler = pdm_handler},
    [16 + PDM_IRQ + 1 ... 16 + IRQ_COUNT - 1] = {.handler = unexpected_handler},
};
