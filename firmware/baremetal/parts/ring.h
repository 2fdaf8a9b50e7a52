/* SPDX-License-Identifier: Apache-2.0
 *
 * Blocks of sound between an interrupt handler that fills them and an app that
 * borrows them in order. The SoC's part only puts samples into a block.
 */
#ifndef VMOTE_RING_H
#define VMOTE_RING_H

#include <stdint.h>

#include "sense.h"

#define RING_BLOCK_SAMPLES 320U /* 20 ms at 16 kHz */
#define RING_BLOCKS 32U         /* 640 ms: the longest time that an app may be busy elsewhere */

/* The block that is `ahead` of the one to be filled next. */
int16_t *ring_block(uint32_t ahead);

/* The next block is full; to be called by the handler, which may go on writing to `in_flight` blocks meanwhile. */
void ring_filled(uint32_t in_flight);

/* After an overrun: forget what is there, begin with what comes next. */
void ring_restart(void);

#endif
