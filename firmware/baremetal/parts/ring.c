/* SPDX-License-Identifier: Apache-2.0 */
#include "ring.h"

#include "core.h"

static int16_t blocks[RING_BLOCKS][RING_BLOCK_SAMPLES];
static volatile uint32_t filled;
static volatile uint32_t taken;
static volatile uint32_t writing; /* blocks beyond the filled ones that the hardware may be writing */

int16_t *ring_block(uint32_t ahead)
{
    return blocks[(filled + ahead) % RING_BLOCKS];
}

void ring_filled(uint32_t in_flight)
{
    writing = in_flight;
    filled++;
}

void ring_restart(void)
{
    taken = filled;
}

sense_status sense_sound_borrow(const int16_t **samples, uint32_t *count, uint32_t *behind)
{
    core_irq_off();
    while (filled == taken) {
        core_wait_for_interrupt();
        core_irq_on(); /* let the handler that woke us run */
        core_irq_off();
    }
    core_irq_on();
    if (filled - taken > RING_BLOCKS - writing) {
        return SENSE_OVERRUN;
    }
    *samples = blocks[taken % RING_BLOCKS];
    *count = RING_BLOCK_SAMPLES;
    *behind = filled - taken - 1;
    return SENSE_OK;
}

void sense_sound_return(void)
{
    taken++;
}
