/* SPDX-License-Identifier: Apache-2.0
 *
 * FULLY_CONNECTED: each output is one row of the filter times the input, plus a bias.
 */
#include "../kernels/dense.h"
#include "../kernels/requantize.h"

typedef struct {
    rt_requantizer requantizer;
    int32_t input_offset;
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
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "output-type");
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
    op->input_offset = -input->zero_point;
    RT_TRY(rt_requantizer_of(opening, input, filter, bias, output, 0, op->depth, fb_i8(&opening->options, 0, 0),
                             &op->requantizer));
    opening->node->data = op;
    return INFERENCE_OK;
}

static inference_status invoke_wide(const rt_state *state, const rt_node *node) {
    const fully_connected *op = node->data;
    const rt_requantizer *r = &op->requantizer;
    for (uint32_t batch = 0; batch < op->batches; batch++) {
        for (uint32_t o = 0; o < op->outputs; o++) {
            rt_wide_sum sum = rt_wide_zero(r);
            rt_wide_products(r, rt_input(state, node, 0)->data, batch * op->depth, 1, rt_input(state, node, 1)->data,
                             o * op->depth, 1, op->depth, &sum);
            rt_wide_store(r, &sum, o, rt_output(state, node, 0)->data, batch * op->outputs + o);
        }
    }
    return INFERENCE_OK;
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const fully_connected *op = node->data;
    if (RT_WIDE && op->requantizer.kind != RT_SUM_INT8) return invoke_wide(state, node);
    const int8_t *input = (const int8_t *)rt_input(state, node, 0)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    for (uint32_t batch = 0; batch < op->batches; batch++, input += op->depth) {
        const int8_t *row = (const int8_t *)rt_input(state, node, 1)->data;
        uint32_t o = 0;
        for (; o + 4 <= op->outputs; o += 4, row += 4 * op->depth, output += 4) {
            int32_t sums[4];
            rt_four_rows(input, row, op->depth, sums, op->input_offset);
            rt_requantize_row(&op->requantizer, sums, o, output);
        }
        for (; o < op->outputs; o++, row += op->depth) {
            *output++ = rt_requantize(&op->requantizer, rt_row_times(input, row, op->depth, op->input_offset), o);
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_FULLY_CONNECTED = {"FULLY_CONNECTED", RT_FULLY_CONNECTED, prepare, invoke, 0};
