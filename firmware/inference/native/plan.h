/* SPDX-License-Identifier: Apache-2.0
 *
 * Where each tensor lies while the model runs. Two tensors may share bytes when
 * no operator needs both.
 */
#ifndef VMOTE_NATIVE_PLAN_H
#define VMOTE_NATIVE_PLAN_H

#include <stdint.h>

#define PLAN_ALIGNMENT 8u
#define PLAN_NONE 0xffffu

typedef struct {
    uint32_t bytes;
    uint32_t offset; /* the answer */
    uint16_t first;  /* operator that first writes it */
    uint16_t last;   /* operator that last reads it */
    uint16_t next;   /* in ascending offset; PLAN_NONE ends */
    uint16_t tensor;
    uint16_t root; /* the tensor in whose place this one lies; itself, usually */
} plan_block;

/* Give every block an offset: the largest first, each at the lowest place that is
 * free during its life. Blocks of no bytes get no place. Reorders the blocks.
 * Returns the bytes needed in all. */
uint32_t plan_greedily(plan_block *blocks, uint32_t count);

#endif
