/* SPDX-License-Identifier: Apache-2.0 */
#include "move.h"

#include <string.h>

rt_box rt_whole(const rt_tensor *tensor) {
    rt_box box = {.at = tensor->data};
    int32_t step = 1;
    for (unsigned d = tensor->rank; d-- > 0;) {
        box.step[d] = step;
        step *= tensor->dims[d];
    }
    return box;
}

void rt_move(const rt_box *to, const rt_box *from, const int32_t *extent, unsigned rank, uint32_t bytes) {
    /* Innermost dimensions that lie without gaps on both sides move as one run. */
    uint32_t run = bytes;
    int32_t dense = 1;
    while (rank > 0 && to->step[rank - 1] == dense && from->step[rank - 1] == dense) {
        rank--;
        run *= (uint32_t)extent[rank];
        dense *= extent[rank];
    }
    int32_t at[INFERENCE_MAX_RANK] = {0};
    uint8_t *target = to->at;
    const uint8_t *source = from->at;
    for (;;) {
        memcpy(target, source, run);
        unsigned d = rank;
        while (d > 0) {
            d--;
            target += to->step[d] * (int32_t)bytes;
            source += from->step[d] * (int32_t)bytes;
            if (++at[d] < extent[d]) break;
            target -= to->step[d] * extent[d] * (int32_t)bytes;
            source -= from->step[d] * extent[d] * (int32_t)bytes;
            at[d] = 0;
            if (d == 0) return;
        }
        if (rank == 0) return;
    }
}
