/* SPDX-License-Identifier: Apache-2.0
 *
 * How deep the stack has been: painted at start, read back later.
 */
#include "core.h"

#define PAINT 0x57ac57acU

void core_stack_paint(void)
{
    const uint32_t *here = __builtin_frame_address(0);
    for (uint32_t *word = stack_bottom; word < here - 16; word++) {
        *word = PAINT;
    }
}

void core_stack_use(uint32_t *used, uint32_t *size)
{
    const uint32_t *word = stack_bottom;
    while (word < stack_top && *word == PAINT) {
        word++;
    }
    *used = (uint32_t)((uintptr_t)stack_top - (uintptr_t)word);
    *size = (uint32_t)((uintptr_t)stack_top - (uintptr_t)stack_bottom);
}
