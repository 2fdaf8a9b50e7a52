/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_STM32H747_START_H
#define VMOTE_STM32H747_START_H

#include <stdbool.h>
#include <stdint.h>

void time_start(void);

/* Interrupt handlers, for the vector table. */
void time_handler(void);
void console_dma_handler(void);
void sound_dma_handler(void); /* only in images that hear */

#endif
