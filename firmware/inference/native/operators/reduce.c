/* SPDX-License-Identifier: Apache-2.0
 *
 * MEAN, SUM, REDUCE_MAX over any set of axes. Each output gathers its own
 * inputs, so no sums need to be kept in memory.
 */
#include <float.h>

#include "../kernels/move.h"
#include "../quantize.h"

typedef struct {
    rt_factor factor; /* for MEAN with 1 / count in it */
    uint32_t count;   /* inputs for each output */
    uint8_t axes;     /* bit d: dimension d is reduced */
} reduction;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *axes = rt_in(opening, 1), *output = rt_out(opening, 0);
    const uint8_t code = opening->node->operator->code;
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(input->type == INFERENCE_INT8 || input->type == INFERENCE_FLOAT32 ||
                (input->type == INFERENCE_INT16 && code != RT_REDUCE_MAX),
            INFERENCE_MODEL_TYPE, "type");
    RT_TRY(rt_need_integers(opening, axes, 0, INFERENCE_MAX_RANK));
    reduction *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    for (uint32_t i = 0; i < rt_elements(axes); i++) {
        unsigned axis = 0;
        RT_TRY(rt_axis_number(opening, rt_integer(axes, i), input->rank, &axis));
        op->axes |= (uint8_t)(1u << axis);
    }
    op->count = 1;
    for (unsigned d = 0; d < input->rank; d++) {
        if (op->axes >> d & 1) op->count *= (uint32_t)input->dims[d];
    }
    RT_NEED(rt_elements(output) == rt_elements(input) / op->count, INFERENCE_MODEL_SHAPE, "output-shape");
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    RT_NEED(input->scale > 0.0f && output->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    if (code == RT_REDUCE_MAX) {
        RT_NEED(input->scale == output->scale && input->zero_point == output->zero_point,
                INFERENCE_MODEL_QUANTIZATION, "scales-differ");
        return INFERENCE_OK;
    }
    RT_TRY(rt_factor_checked(opening, (double)input->scale / (double)output->scale, &op->factor));
    if (code == RT_MEAN) {
        /* Divide the multiplier by the count, moved up first so that it keeps its digits. */
        int32_t up = 31 - __builtin_clz(op->count);
        if (up > 31 + op->factor.shift) up = 31 + op->factor.shift;
        op->factor.multiplier = (int32_t)(((int64_t)op->factor.multiplier << up) / op->count);
        op->factor.shift -= up;
    }
    return INFERENCE_OK;
}

/* The loops of one output: over the reduced dimensions of the input, outermost first. */
typedef struct {
    int32_t extent[INFERENCE_MAX_RANK];
    int32_t step[INFERENCE_MAX_RANK];
    unsigned rank;
} loops;

static loops loops_of(const reduction *op, const rt_tensor *input, bool reduced) {
    loops found = {.rank = 0};
    const rt_box whole = rt_whole(input);
    for (unsigned d = 0; d < input->rank; d++) {
        if ((op->axes >> d & 1) != reduced || input->dims[d] == 1) continue;
        if (found.rank > 0 && found.step[found.rank - 1] == whole.step[d] * input->dims[d]) {
            found.extent[found.rank - 1] *= input->dims[d];
            found.step[found.rank - 1] = whole.step[d];
            continue;
        }
        found.extent[found.rank] = input->dims[d];
        found.step[found.rank] = whole.step[d];
        found.rank++;
    }
    if (found.rank == 0) found.extent[0] = 1, found.step[0] = 0, found.rank = 1;
    return found;
}

/* The next position of the loops above the innermost one; false when they are through. */
static bool next(const loops *loops, int32_t *at, int32_t *place, unsigned inner) {
    for (unsigned d = loops->rank - inner; d-- > 0;) {
        *place += loops->step[d];
        if (++at[d] < loops->extent[d]) return true;
        *place -= loops->step[d] * loops->extent[d];
        at[d] = 0;
    }
    return false;
}

typedef void gather(const reduction *op, const rt_tensor *input, rt_tensor *output, const loops *inner, int32_t first,
                    uint32_t to);

static inference_status each_output(const rt_state *state, const rt_node *node, gather *one) {
    const reduction *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0);
    const loops outer = loops_of(op, input, false), inner = loops_of(op, input, true);
    int32_t at[INFERENCE_MAX_RANK] = {0}, place = 0;
    uint32_t to = 0;
    do one(op, input, rt_output(state, node, 0), &inner, place, to++);
    while (next(&outer, at, &place, 0));
    return INFERENCE_OK;
}

#define EACH(type, data, body)                                                        \
    do {                                                                              \
        int32_t at[INFERENCE_MAX_RANK] = {0};                                         \
        const int32_t step = inner->step[inner->rank - 1];                            \
        do {                                                                          \
            const type *element = (const type *)(const void *)(data) + first;         \
            for (int32_t n = inner->extent[inner->rank - 1]; n > 0; n--, element += step) { body; } \
        } while (next(inner, at, &first, 1));                                         \
    } while (0)

static float real_sum(const rt_tensor *input, const loops *inner, int32_t first) {
    float sum = 0.0f;
    EACH(float, input->data, sum += *element);
    return sum;
}

static int32_t integer_sum(const rt_tensor *input, const loops *inner, int32_t first) {
    uint32_t sum = 0;
    if (input->type == INFERENCE_INT8) EACH(int8_t, input->data, sum += (uint32_t)*element);
    else EACH(int16_t, input->data, sum += (uint32_t)*element);
    return (int32_t)sum;
}

static void store_scaled(const reduction *op, const rt_tensor *input, rt_tensor *output, int32_t sum, uint32_t to) {
    const int32_t centred = (int32_t)((uint32_t)sum - (uint32_t)input->zero_point * op->count);
    const int32_t y = rt_multiply(centred, op->factor) + output->zero_point;
    if (output->type == INFERENCE_INT8) ((int8_t *)output->data)[to] = (int8_t)rt_clamp(y, INT8_MIN, INT8_MAX);
    else ((int16_t *)(void *)output->data)[to] = (int16_t)rt_clamp(y, INT16_MIN, INT16_MAX);
}

static void sum_one(const reduction *op, const rt_tensor *input, rt_tensor *output, const loops *inner, int32_t first,
                    uint32_t to) {
    if (input->type == INFERENCE_FLOAT32) ((float *)(void *)output->data)[to] = real_sum(input, inner, first);
    else store_scaled(op, input, output, integer_sum(input, inner, first), to);
}

static void mean_one(const reduction *op, const rt_tensor *input, rt_tensor *output, const loops *inner, int32_t first,
                     uint32_t to) {
    if (input->type == INFERENCE_FLOAT32) {
        ((float *)(void *)output->data)[to] = real_sum(input, inner, first) / (float)op->count;
    } else {
        store_scaled(op, input, output, integer_sum(input, inner, first), to);
    }
}

static void max_one(const reduction *op, const rt_tensor *input, rt_tensor *output, const loops *inner, int32_t first,
                    uint32_t to) {
    (void)op;
    if (input->type == INFERENCE_FLOAT32) {
        float max = -FLT_MAX;
        EACH(float, input->data, max = *element > max ? *element : max);
        ((float *)(void *)output->data)[to] = max;
    } else {
        int8_t max = INT8_MIN;
        EACH(int8_t, input->data, max = *element > max ? *element : max);
        ((int8_t *)output->data)[to] = max;
    }
}

static inference_status invoke_mean(const rt_state *state, const rt_node *node) {
    return each_output(state, node, mean_one);
}

static inference_status invoke_sum(const rt_state *state, const rt_node *node) {
    return each_output(state, node, sum_one);
}

static inference_status invoke_max(const rt_state *state, const rt_node *node) {
    return each_output(state, node, max_one);
}

const rt_operator rt_operator_MEAN = {"MEAN", RT_MEAN, prepare, invoke_mean, 0};
const rt_operator rt_operator_SUM = {"SUM", RT_SUM, prepare, invoke_sum, 0};
const rt_operator rt_operator_REDUCE_MAX = {"REDUCE_MAX", RT_REDUCE_MAX, prepare, invoke_max, 0};
