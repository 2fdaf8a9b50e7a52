/* SPDX-License-Identifier: Apache-2.0
 *
 * RELU, RELU6: as operators of their own (usually they are fused into the one before).
 */
#include "../quantize.h"

typedef struct {
    rt_factor factor;
    union {
        rt_range range;
        rt_real_range reals;
    };
} relu;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    relu *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    rt_share(opening, 0, 0);
    const bool plain = opening->node->operator->code == RT_RELU;
    if (input->type == INFERENCE_FLOAT32) {
        op->reals = (rt_real_range){0.0f, plain ? __builtin_inff() : 6.0f};
        return INFERENCE_OK;
    }
    RT_NEED(input->type == INFERENCE_INT8 || input->type == INFERENCE_INT16, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(input->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "input-scale");
    if (plain) {
        RT_TRY(rt_activation_range(opening, RT_FUSED_RELU, output, &op->range));
        return rt_factor_checked(opening, (double)input->scale / (double)output->scale, &op->factor);
    }
    /* The reference clamps RELU6 at the input's scale and takes the output's to be the same. */
    RT_TRY(rt_activation_range(opening, RT_FUSED_RELU6, input, &op->range));
    op->range.low = input->zero_point;
    return INFERENCE_OK;
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const relu *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const bool plain = node->operator->code == RT_RELU;
    const uint32_t elements = rt_elements(input);
    for (uint32_t i = 0; i < elements; i++) {
        if (input->type == INFERENCE_FLOAT32) {
            ((float *)(void *)output->data)[i] = rt_clamp_real(((const float *)(const void *)input->data)[i], &op->reals);
            continue;
        }
        const bool narrow = input->type == INFERENCE_INT8;
        int32_t x = narrow ? ((const int8_t *)input->data)[i] : ((const int16_t *)(const void *)input->data)[i];
        if (plain) x = rt_multiply(x - input->zero_point, op->factor) + output->zero_point;
        x = rt_clamp(x, op->range.low, op->range.high);
        if (narrow) ((int8_t *)output->data)[i] = (int8_t)x;
        else ((int16_t *)(void *)output->data)[i] = (int16_t)x;
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_RELU = {"RELU", RT_RELU, prepare, invoke, 0};
const rt_operator rt_operator_RELU6 = {"RELU6", RT_RELU6, prepare, invoke, 0};
