/* SPDX-License-Identifier: Apache-2.0
 *
 * The vector table: DDI 0403E.e B1.5.3, then the SoC's interrupts, RM 20.1.2.
 */
#include "vectors.h"

#include "registers.h"
#include "start.h"

/* An image without a microphone's driver has no such interrupt. */
__attribute__((weak)) void sound_dma_handler(void)
{
    unexpected_handler();
}

__attribute__((section(".vectors"), aligned(1024), used)) const vector_entry vector_table[16 + IRQ_COUNT] = {
    [0] = {.stack = stack_top},
    [1] = {.handler = (vector)reset_handler},
    [2 ... 6] = {.handler = fault_handler},
    [11 ... 12] = {.handler = unexpected_handler},
    [14 ... 15] = {.handler = unexpected_handler},
    [16 ... 16 + CONSOLE_IRQ - 1] = {.handler = unexpected_handler},
    [16 + CONSOLE_IRQ] = {.handler = console_dma_handler},
    [16 + SOUND_IRQ] = {.handler = sound_dma_handler},
    [16 + SOUND_IRQ + 1 ... 16 + TIME_IRQ - 1] = {.handler = unexpected_handler},
    [16 + TIME_IRQ] = {.handler = time_handler},
    [16 + TIME_IRQ + 1 ... 16 + IRQ_COUNT - 1] = {.handler = unexpected_handler},
};
