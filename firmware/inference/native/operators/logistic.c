/* SPDX-License-Identifier: Apache-2.0
 *
 * LOGISTIC: 1 / (1 + e^-x), by the fixed-point function for each element.
 */
#include "../kernels/exponential.h"
#include "../kernels/table.h"
#include "../quantize.h"

typedef struct {
    rt_factor factor; /* to Q4 */
    int32_t radius;   /* from here on the result is saturated */
    int32_t zero_point;
    uint32_t elements;
    int32_t multiplier; /* int16 */
    int32_t shift;
} logistic;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    logistic *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    op->elements = rt_elements(input);
    rt_share(opening, 0, 0);
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    RT_NEED(input->type == INFERENCE_INT8 || input->type == INFERENCE_INT16, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(input->scale > 0.0f && output->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    if (input->type == INFERENCE_INT16) {
        return rt_table_factor_of(opening, input, output, 0, &op->multiplier, &op->shift);
    }
    RT_NEED(output->zero_point == INT8_MIN, INFERENCE_MODEL_QUANTIZATION, "output-zero-point");
    op->factor = rt_factor_of((double)input->scale * (1 << 27));
    RT_NEED(op->factor.shift >= 0 && op->factor.shift <= 31, INFERENCE_MODEL_QUANTIZATION, "input-scale");
    op->radius = rt_input_radius(4, op->factor.shift);
    op->zero_point = input->zero_point;
    return INFERENCE_OK;
}

/* In single precision, and without overflow at either end, as the reference has it. */
static float logistic_of_real(float x) {
    if (x > 16.619047164916992188f) return 1.0f;
    if (x < -9.0f) return rt_exp(x);
    return 1.0f / (1.0f + rt_exp(-x));
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const logistic *op = node->data;
    const int8_t *input = (const int8_t *)rt_input(state, node, 0)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    if (rt_input(state, node, 0)->type == INFERENCE_FLOAT32) {
        const float *reals = (const float *)(const void *)input;
        for (uint32_t i = 0; i < op->elements; i++) ((float *)(void *)output)[i] = logistic_of_real(reals[i]);
        return INFERENCE_OK;
    }
    if (rt_input(state, node, 0)->type == INFERENCE_INT16) {
        const int16_t *wide = (const int16_t *)(const void *)input;
        for (uint32_t i = 0; i < op->elements; i++) {
            int32_t x = rt_table_argument(wide[i], op->multiplier, op->shift);
            ((int16_t *)(void *)output)[i] = rt_table_sigmoid(x);
        }
        return INFERENCE_OK;
    }
    for (uint32_t i = 0; i < op->elements; i++) {
        int32_t x = input[i] - op->zero_point;
        if (x <= -op->radius) {
            output[i] = INT8_MIN;
        } else if (x >= op->radius) {
            output[i] = INT8_MAX;
        } else {
            int32_t y = rt_divide_by_power(rt_logistic_q4(rt_multiply(x, op->factor)), 31 - 8) + INT8_MIN;
            output[i] = (int8_t)rt_clamp(y, INT8_MIN, INT8_MAX);
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_LOGISTIC = {"LOGISTIC", RT_LOGISTIC, prepare, invoke, 0};
