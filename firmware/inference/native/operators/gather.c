/* SPDX-License-Identifier: Apache-2.0
 *
 * GATHER picks slices by number; ARG_MAX and ARG_MIN tell the number of an extreme;
 * SHAPE tells the extents of a tensor.
 */
#include <string.h>

#include "../runtime.h"

typedef struct {
    uint32_t batch; /* dimensions the two tensors have in common */
    uint32_t outer;
    uint32_t axis; /* extent of the axis */
    uint32_t inner;
    uint32_t picks;
} gather;

static inference_status prepare_gather(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *picks = rt_in(opening, 1), *output = rt_out(opening, 0);
    RT_NEED(input != NULL && picks != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(picks->type == INFERENCE_INT32, INFERENCE_MODEL_TYPE, "index-type");
    unsigned axis = 0, common = 0;
    RT_TRY(rt_axis_number(opening, fb_i32(&opening->options, 0, 0), input->rank, &axis));
    RT_TRY(rt_axis_number(opening, fb_i32(&opening->options, 1, 0), picks->rank + 1u, &common));
    if (fb_i32(&opening->options, 1, 0) < 0) {
        RT_NEED(common > 0, INFERENCE_MODEL_OPTION, "batch-dims");
        common--; /* counted from the end of `picks`, which has one dimension fewer than the bound above */
    }
    RT_NEED(common <= axis, INFERENCE_MODEL_OPTION, "batch-dims");
    gather *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    op->batch = op->outer = op->inner = op->picks = 1;
    op->axis = (uint32_t)input->dims[axis];
    for (unsigned d = 0; d < common; d++) {
        RT_NEED(input->dims[d] == picks->dims[d], INFERENCE_MODEL_SHAPE, "batch-dims");
        op->batch *= (uint32_t)input->dims[d];
    }
    for (unsigned d = common; d < axis; d++) op->outer *= (uint32_t)input->dims[d];
    for (unsigned d = axis + 1; d < input->rank; d++) op->inner *= (uint32_t)input->dims[d];
    for (unsigned d = common; d < picks->rank; d++) op->picks *= (uint32_t)picks->dims[d];
    const uint64_t elements = (uint64_t)op->batch * op->outer * op->inner * op->picks;
    RT_NEED(elements == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    return INFERENCE_OK;
}

static inference_status invoke_gather(const rt_state *state, const rt_node *node) {
    const gather *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const int32_t *picks = (const int32_t *)(const void *)rt_input(state, node, 1)->data;
    const uint32_t run = op->inner * rt_type_size(input->type);
    uint8_t *to = output->data;
    for (uint32_t batch = 0; batch < op->batch; batch++, picks += op->picks) {
        for (uint32_t outer = 0; outer < op->outer; outer++) {
            const uint8_t *from = input->data + (batch * op->outer + outer) * op->axis * run;
            for (uint32_t i = 0; i < op->picks; i++, to += run) {
                if (picks[i] < 0 || (uint32_t)picks[i] >= op->axis) return INFERENCE_MODEL_VALUE;
                memcpy(to, from + (uint32_t)picks[i] * run, run);
            }
        }
    }
    return INFERENCE_OK;
}

/* ---- ARG_MAX, ARG_MIN ---- */

static inference_status prepare_arg(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == INFERENCE_INT8 || input->type == INFERENCE_FLOAT32, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(output->type == INFERENCE_INT32, INFERENCE_MODEL_TYPE, "output-type");
    RT_TRY(rt_need_integers(opening, rt_in(opening, 1), 1, 1));
    unsigned axis = 0;
    RT_TRY(rt_axis_number(opening, rt_integer(rt_in(opening, 1), 0), input->rank, &axis));
    gather *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    op->outer = op->inner = 1;
    op->axis = (uint32_t)input->dims[axis];
    for (unsigned d = 0; d < axis; d++) op->outer *= (uint32_t)input->dims[d];
    for (unsigned d = axis + 1; d < input->rank; d++) op->inner *= (uint32_t)input->dims[d];
    RT_NEED(rt_elements(output) == op->outer * op->inner, INFERENCE_MODEL_SHAPE, "output-shape");
    return INFERENCE_OK;
}

static inference_status invoke_arg(const rt_state *state, const rt_node *node) {
    const gather *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0);
    int32_t *output = (int32_t *)(void *)rt_output(state, node, 0)->data;
    const bool greatest = node->operator->code == RT_ARG_MAX;
    for (uint32_t outer = 0; outer < op->outer; outer++) {
        for (uint32_t inner = 0; inner < op->inner; inner++) {
            const uint32_t first = outer * op->axis * op->inner + inner;
            uint32_t best = 0;
            for (uint32_t i = 1; i < op->axis; i++) {
                bool better;
                if (input->type == INFERENCE_INT8) {
                    int8_t x = ((const int8_t *)input->data)[first + i * op->inner];
                    int8_t y = ((const int8_t *)input->data)[first + best * op->inner];
                    better = greatest ? x > y : x < y;
                } else {
                    float x = ((const float *)(const void *)input->data)[first + i * op->inner];
                    float y = ((const float *)(const void *)input->data)[first + best * op->inner];
                    better = greatest ? x > y : x < y;
                }
                if (better) best = i;
            }
            *output++ = (int32_t)best;
        }
    }
    return INFERENCE_OK;
}

/* ---- SHAPE ---- */

static inference_status prepare_shape(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(output->type == INFERENCE_INT32, INFERENCE_MODEL_TYPE, "output-type");
    RT_NEED(rt_elements(output) == input->rank, INFERENCE_MODEL_SHAPE, "output-shape");
    return INFERENCE_OK;
}

static inference_status invoke_shape(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0);
    memcpy(rt_output(state, node, 0)->data, input->dims, input->rank * sizeof *input->dims);
    return INFERENCE_OK;
}

const rt_operator rt_operator_GATHER = {"GATHER", RT_GATHER, prepare_gather, invoke_gather, 0};
const rt_operator rt_operator_ARG_MAX = {"ARG_MAX", RT_ARG_MAX, prepare_arg, invoke_arg, 0};
const rt_operator rt_operator_ARG_MIN = {"ARG_MIN", RT_ARG_MIN, prepare_arg, invoke_arg, 0};
const rt_operator rt_operator_SHAPE = {"SHAPE", RT_SHAPE, prepare_shape, invoke_shape, 0};
