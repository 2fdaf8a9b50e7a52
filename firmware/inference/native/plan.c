/* SPDX-License-Identifier: Apache-2.0 */
#include "plan.h"

#include <stdbool.h>

#include "small.h"

/* Larger first; among equals the one that is needed earlier, then the lower tensor. */
static bool goes_before(const plan_block *a, const plan_block *b) {
    if (a->bytes != b->bytes) return a->bytes > b->bytes;
    if (a->first != b->first) return a->first < b->first;
    return a->tensor < b->tensor;
}

static void sift(plan_block *blocks, uint32_t root, uint32_t count) {
    for (;;) {
        uint32_t child = 2 * root + 1;
        if (child >= count) return;
        if (child + 1 < count && goes_before(&blocks[child], &blocks[child + 1])) child++;
        if (!goes_before(&blocks[root], &blocks[child])) return;
        plan_block swap = blocks[root];
        blocks[root] = blocks[child];
        blocks[child] = swap;
        root = child;
    }
}

/* Heapsort: no recursion, no memory, n log n whatever a hostile model holds. */
static void sort(plan_block *blocks, uint32_t count) {
    for (uint32_t i = count / 2; i-- > 0;) sift(blocks, i, count);
    for (uint32_t end = count; end-- > 1;) {
        plan_block swap = blocks[0];
        blocks[0] = blocks[end];
        blocks[end] = swap;
        sift(blocks, 0, end);
    }
}

uint32_t plan_greedily(plan_block *blocks, uint32_t count) {
    uint32_t total = 0;
    uint16_t head = PLAN_NONE;
    sort(blocks, count);
    for (uint32_t i = 0; i < count; i++) {
        plan_block *block = &blocks[i];
        if (block->bytes == 0) break; /* the largest came first */
        uint32_t offset = 0;
        uint16_t before = PLAN_NONE;
        uint16_t at = head;
        /* Walk the placed blocks upwards until the gap below the next one is wide enough. */
        while (at != PLAN_NONE) {
            const plan_block *placed = &blocks[at];
            bool meets = placed->first <= block->last && block->first <= placed->last;
            if (meets) {
                if (placed->offset >= offset && placed->offset - offset >= block->bytes) break;
                if (placed->offset + placed->bytes > offset) offset = placed->offset + placed->bytes;
            }
            at = placed->next;
        }
        block->offset = offset;
        /* Keep the chain in order of offset. */
        for (at = head; at != PLAN_NONE && blocks[at].offset <= offset; at = blocks[at].next) before = at;
        block->next = at;
        if (before == PLAN_NONE) head = (uint16_t)i;
        else blocks[before].next = (uint16_t)i;
        if (offset + block->bytes > total) total = offset + block->bytes;
    }
    return total;
}
