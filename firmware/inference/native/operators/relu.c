/* SPDX-License-Identifier: Apache-2.0
 *
 * RELU, RELU6: as operators of their own (usually they are fused into the one before).
 */
#include "../quantize.h"

typedef struct {
    rt_factor factor;
    int32_t input_zero_point;
    int32_t output_zero_point;
    rt_range range;
    uint32_t elements;
} relu;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == INFERENCE_INT8 && output->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    relu *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    RT_NEED(input->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "input-scale");
    op->elements = rt_elements(input);
    op->input_zero_point = input->zero_point;
    op->output_zero_point = output->zero_point;
    if (opening->node->operator->code == RT_RELU) {
        RT_TRY(rt_activation_range(opening, RT_FUSED_RELU, output, &op->range));
        op->factor = rt_factor_of((double)(input->scale / output->scale));
        RT_NEED(op->factor.shift <= 30, INFERENCE_MODEL_QUANTIZATION, "scale-too-large");
    } else {
        /* The reference clamps RELU6 at the input's scale and takes the output's to be the same. */
        RT_TRY(rt_activation_range(opening, RT_FUSED_RELU6, input, &op->range));
    }
    opening->node->data = op;
    rt_share(opening, 0, 0);
    return INFERENCE_OK;
}

static inference_status invoke_relu(const rt_state *state, const rt_node *node) {
    const relu *op = node->data;
    const int8_t *input = (const int8_t *)rt_input(state, node, 0)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    for (uint32_t i = 0; i < op->elements; i++) {
        int32_t y = rt_multiply(input[i] - op->input_zero_point, op->factor) + op->output_zero_point;
        output[i] = (int8_t)rt_clamp(y, op->range.low, op->range.high);
    }
    return INFERENCE_OK;
}

static inference_status invoke_relu6(const rt_state *state, const rt_node *node) {
    const relu *op = node->data;
    const int8_t *input = (const int8_t *)rt_input(state, node, 0)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    for (uint32_t i = 0; i < op->elements; i++) {
        output[i] = (int8_t)rt_clamp(input[i], op->range.low, op->range.high);
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_RELU = {"RELU", RT_RELU, prepare, invoke_relu, 0};
const rt_operator rt_operator_RELU6 = {"RELU6", RT_RELU6, prepare, invoke_relu6, 0};
