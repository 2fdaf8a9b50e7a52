/* SPDX-License-Identifier: Apache-2.0 */
#include "broadcast.h"

/* Extent of `tensor` along dimension `d` of an output of rank `rank`; missing ones in front are 1. */
static int32_t extent(const rt_tensor *tensor, unsigned rank, unsigned d) {
    unsigned missing = rank - tensor->rank;
    return d < missing ? 1 : tensor->dims[d - missing];
}

inference_status rt_broadcast_check(rt_opening *opening, const rt_tensor *a, const rt_tensor *b, const rt_tensor *output) {
    RT_NEED(a->rank <= output->rank && b->rank <= output->rank, INFERENCE_MODEL_SHAPE, "rank");
    for (unsigned d = 0; d < output->rank; d++) {
        int32_t of_a = extent(a, output->rank, d), of_b = extent(b, output->rank, d);
        int32_t wider = of_a == 1 ? of_b : of_a;
        RT_NEED((of_a == wider || of_a == 1) && (of_b == wider || of_b == 1) && wider == output->dims[d],
                INFERENCE_MODEL_SHAPE, "broadcast");
    }
    return INFERENCE_OK;
}

inference_status rt_broadcast(const rt_tensor *a, const rt_tensor *b, const rt_tensor *output, const void *op, rt_row *row) {
    uint32_t count[INFERENCE_MAX_RANK], step_a[INFERENCE_MAX_RANK], step_b[INFERENCE_MAX_RANK];
    uint32_t at[INFERENCE_MAX_RANK] = {0};
    unsigned rank = 0;
    /* From the innermost dimension outwards, joining those that are walked alike. */
    uint32_t size_a = 1, size_b = 1;
    for (unsigned d = output->rank; d-- > 0;) {
        int32_t of_a = extent(a, output->rank, d), of_b = extent(b, output->rank, d);
        uint32_t n = (uint32_t)output->dims[d];
        if (n == 1) continue;
        uint32_t along_a = of_a == 1 ? 0 : size_a, along_b = of_b == 1 ? 0 : size_b;
        size_a *= (uint32_t)of_a;
        size_b *= (uint32_t)of_b;
        if (rank > 0 && along_a == step_a[rank - 1] * count[rank - 1] && along_b == step_b[rank - 1] * count[rank - 1]) {
            count[rank - 1] *= n;
            continue;
        }
        count[rank] = n;
        step_a[rank] = along_a;
        step_b[rank] = along_b;
        rank++;
    }
    if (rank == 0) {
        count[0] = 1;
        step_a[0] = step_b[0] = 0;
        rank = 1;
    }
    const uint32_t element_a = rt_type_size(a->type), element_b = rt_type_size(b->type);
    const uint32_t row_bytes = count[0] * rt_type_size(output->type);
    const uint8_t *from_a = a->data, *from_b = b->data;
    uint8_t *to = output->data;
    for (;;) {
        RT_TRY(row(op, from_a, step_a[0], from_b, step_b[0], to, count[0]));
        to += row_bytes;
        unsigned d = 1;
        for (; d < rank; d++) {
            from_a += step_a[d] * element_a;
            from_b += step_b[d] * element_b;
            if (++at[d] < count[d]) break;
            from_a -= step_a[d] * count[d] * element_a;
            from_b -= step_b[d] * count[d] * element_b;
            at[d] = 0;
        }
        if (d == rank) return INFERENCE_OK;
    }
}
