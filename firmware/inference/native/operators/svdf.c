/* SPDX-License-Identifier: Apache-2.0
 *
 * SVDF: filters look at the newest input, remember what they saw for a while, and
 * a second set of weights looks along that memory. Keyword spotting uses it.
 */
#include <string.h>

#include "../kernels/dense.h"
#include "../quantize.h"

typedef struct {
    rt_factor to_state;
    rt_factor to_output;
    const int32_t *bias;
    uint32_t batches;
    uint32_t depth;
    uint32_t filters;
    uint32_t rank; /* filters that make up one unit */
    uint32_t memory;
} svdf;

enum { INPUT, FEATURE, TIME, BIAS, STATE };

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, INPUT), *feature = rt_in(opening, FEATURE), *time = rt_in(opening, TIME);
    const rt_tensor *bias = rt_in(opening, BIAS), *memory = rt_in(opening, STATE), *output = rt_out(opening, 0);
    RT_NEED(input != NULL && feature != NULL && time != NULL && memory != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == INFERENCE_INT8 && feature->type == INFERENCE_INT8 && output->type == INFERENCE_INT8,
            INFERENCE_MODEL_TYPE, "type");
    RT_NEED(memory->type == time->type && (time->type == INFERENCE_INT8 || time->type == INFERENCE_INT16),
            INFERENCE_MODEL_TYPE, "state-type");
    RT_NEED(memory->flags & RT_VARIABLE, INFERENCE_MODEL_CORRUPT, "state-not-variable");
    RT_NEED((feature->flags & RT_CONSTANT) && (time->flags & RT_CONSTANT), INFERENCE_MODEL_OPTION, "weights-not-constant");
    RT_NEED(input->rank == 2 && feature->rank == 2 && time->rank == 2 && output->rank == 2, INFERENCE_MODEL_SHAPE, "rank");
    svdf *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    op->batches = (uint32_t)input->dims[0];
    op->depth = (uint32_t)input->dims[1];
    op->filters = (uint32_t)feature->dims[0];
    op->memory = (uint32_t)time->dims[1];
    const int32_t rank = fb_i32(&opening->options, 0, 0);
    RT_NEED(rank > 0 && op->filters > 0 && op->memory > 0 && op->filters % (uint32_t)rank == 0, INFERENCE_MODEL_OPTION, "rank");
    op->rank = (uint32_t)rank;
    RT_NEED((uint32_t)feature->dims[1] == op->depth && (uint32_t)time->dims[0] == op->filters, INFERENCE_MODEL_SHAPE, "weights");
    RT_NEED((uint64_t)op->batches * op->filters * op->memory == rt_elements(memory), INFERENCE_MODEL_SHAPE, "state");
    RT_NEED((uint32_t)output->dims[0] == op->batches && (uint32_t)output->dims[1] == op->filters / op->rank,
            INFERENCE_MODEL_SHAPE, "output-shape");
    if (bias != NULL) {
        RT_NEED(bias->type == INFERENCE_INT32, INFERENCE_MODEL_TYPE, "bias-type");
        RT_NEED((bias->flags & RT_CONSTANT) && rt_elements(bias) == op->filters / op->rank, INFERENCE_MODEL_SHAPE, "bias");
        op->bias = (const int32_t *)(const void *)bias->data;
    }
    RT_NEED(input->scale > 0.0f && feature->scale > 0.0f && memory->scale > 0.0f && time->scale > 0.0f && output->scale > 0.0f,
            INFERENCE_MODEL_QUANTIZATION, "scale");
    RT_TRY(rt_factor_checked(opening, (double)(input->scale * feature->scale / memory->scale), &op->to_state));
    return rt_factor_checked(opening, (double)(memory->scale * time->scale / output->scale), &op->to_output);
}

static int32_t element(const rt_tensor *tensor, uint32_t i) {
    return tensor->type == INFERENCE_INT8 ? ((const int8_t *)tensor->data)[i]
                                          : ((const int16_t *)(const void *)tensor->data)[i];
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const svdf *op = node->data;
    const rt_tensor *input = rt_input(state, node, INPUT), *time = rt_input(state, node, TIME);
    const rt_tensor *memory = rt_input(state, node, STATE), *output = rt_output(state, node, 0);
    const int8_t *feature = (const int8_t *)rt_input(state, node, FEATURE)->data;
    const bool narrow = memory->type == INFERENCE_INT8;
    const uint32_t size = rt_type_size(memory->type);
    /* Everything moves one place into the past; the newest place of each filter is written next. */
    memmove(memory->data, memory->data + size, rt_bytes(memory) - size);
    int8_t *out = (int8_t *)output->data;
    for (uint32_t batch = 0; batch < op->batches; batch++) {
        const int8_t *vector = (const int8_t *)input->data + batch * op->depth;
        const uint32_t first = batch * op->filters * op->memory;
        for (uint32_t f = 0; f < op->filters; f++) {
            int32_t seen = rt_row_times(vector, feature + f * op->depth, op->depth, -input->zero_point);
            seen = rt_multiply(seen, op->to_state);
            const uint32_t newest = first + (f + 1) * op->memory - 1;
            if (narrow) ((int8_t *)memory->data)[newest] = (int8_t)(rt_clamp(seen, INT8_MIN, INT8_MAX) + memory->zero_point);
            else ((int16_t *)(void *)memory->data)[newest] = (int16_t)(rt_clamp(seen, INT16_MIN, INT16_MAX) + memory->zero_point);
        }
        for (uint32_t unit = 0; unit < op->filters / op->rank; unit++) {
            uint32_t sum = op->bias != NULL ? (uint32_t)op->bias[unit] : 0;
            const uint32_t from = unit * op->rank * op->memory;
            for (uint32_t i = from; i < from + op->rank * op->memory; i++) {
                sum += (uint32_t)(element(time, i) * (element(memory, first + i) - memory->zero_point));
            }
            int32_t y = rt_multiply((int32_t)sum, op->to_output) + output->zero_point;
            *out++ = (int8_t)rt_clamp(y, INT8_MIN, INT8_MAX);
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_SVDF = {"SVDF", RT_SVDF, prepare, invoke, 0};
