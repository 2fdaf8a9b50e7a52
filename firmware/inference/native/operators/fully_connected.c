/* SPDX-License-Identifier: Apache-2.0
 *
 * FULLY_CONNECTED: each output is one row of the filter times the input, plus a bias.
 */
#include "../quantize.h"

typedef struct {
    rt_channel_factors factors;
    const int32_t *bias; /* NULL: none */
    int32_t input_offset;
    int32_t output_offset;
    rt_range range;
    uint32_t batches;
    uint32_t depth;
    uint32_t outputs;
} fully_connected;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *filter = rt_in(opening, 1);
    const rt_tensor *bias = rt_in(opening, 2);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL && filter != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "input-type");
    RT_NEED(filter->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "filter-type");
    RT_NEED(output->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "output-type");
    RT_NEED(bias == NULL || bias->type == INFERENCE_INT32, INFERENCE_MODEL_TYPE, "bias-type");
    RT_NEED(fb_i8(&opening->options, 1, 0) == 0, INFERENCE_MODEL_OPTION, "weights-format");
    RT_NEED(filter->rank == 2 && (filter->flags & RT_CONSTANT), INFERENCE_MODEL_SHAPE, "filter-shape");

    fully_connected *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    op->outputs = (uint32_t)filter->dims[0];
    op->depth = (uint32_t)filter->dims[1];
    RT_NEED(op->outputs > 0 && op->depth > 0, INFERENCE_MODEL_SHAPE, "filter-shape");
    RT_NEED(rt_elements(input) % op->depth == 0, INFERENCE_MODEL_SHAPE, "input-shape");
    op->batches = rt_elements(input) / op->depth;
    RT_NEED(rt_elements(output) % op->outputs == 0 && rt_elements(output) / op->outputs == op->batches,
            INFERENCE_MODEL_SHAPE, "output-shape");
    if (bias != NULL) {
        RT_NEED(rt_elements(bias) == op->outputs && (bias->flags & RT_CONSTANT), INFERENCE_MODEL_SHAPE, "bias-shape");
        op->bias = (const int32_t *)(const void *)bias->data;
    }
    RT_TRY(rt_channel_factors_of(opening, input, filter, bias, output, op->outputs, 0, &op->factors));
    RT_TRY(rt_activation_range(opening, fb_i8(&opening->options, 0, 0), output, &op->range));
    op->input_offset = -input->zero_point;
    op->output_offset = output->zero_point;
    opening->node->data = op;
    return INFERENCE_OK;
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const fully_connected *op = node->data;
    const int8_t *input = (const int8_t *)rt_input(state, node, 0)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    uint32_t channel_step = op->factors.count == 1 ? 0 : 1;
    for (uint32_t batch = 0; batch < op->batches; batch++, input += op->depth) {
        const int8_t *row = (const int8_t *)rt_input(state, node, 1)->data;
        for (uint32_t o = 0; o < op->outputs; o++, row += op->depth) {
            /* Wraps on overflow, as the reference does in practice. */
            uint32_t sum = op->bias != NULL ? (uint32_t)op->bias[o] : 0;
            for (uint32_t i = 0; i < op->depth; i++) sum += (uint32_t)(row[i] * (input[i] + op->input_offset));
            rt_factor factor = {op->factors.multipliers[o * channel_step], op->factors.shifts[o * channel_step]};
            int32_t scaled = rt_multiply((int32_t)sum, factor) + op->output_offset;
            *output++ = (int8_t)rt_clamp(scaled, op->range.low, op->range.high);
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_FULLY_CONNECTED = {"FULLY_CONNECTED", RT_FULLY_CONNECTED, prepare, invoke, 0};
