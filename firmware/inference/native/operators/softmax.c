/* SPDX-License-Identifier: Apache-2.0
 *
 * SOFTMAX over the last dimension: e^(beta * (x - max)) over the sum of them.
 */
#include "../quantize.h"

typedef struct {
    rt_factor factor; /* of a difference of inputs, to Q5, beta included */
    int32_t least;    /* smaller differences count as e^-infinity */
    uint32_t rows;
    uint32_t depth;
} softmax;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL && input->rank >= 1, INFERENCE_MODEL_SHAPE, "input-shape");
    RT_NEED(input->type == INFERENCE_INT8 && output->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(rt_same_shape(input, output), INFERENCE_MODEL_SHAPE, "output-shape");
    RT_NEED(output->zero_point == INT8_MIN && output->scale == 1.0f / 256, INFERENCE_MODEL_QUANTIZATION, "output-scale");
    softmax *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    double factor = (double)fb_f32(&opening->options, 0, 0.0f) * (double)input->scale * (1 << 26);
    if (factor > 2147483647.0) factor = 2147483647.0;
    RT_NEED(factor > 1.0, INFERENCE_MODEL_QUANTIZATION, "input-scale-times-beta");
    op->factor = rt_factor_of(factor);
    op->least = -rt_input_radius(5, op->factor.shift);
    op->depth = (uint32_t)input->dims[input->rank - 1];
    op->rows = rt_elements(input) / op->depth;
    opening->node->data = op;
    rt_share(opening, 0, 0);
    return INFERENCE_OK;
}

static int leading_zeros(uint32_t x) {
    return x == 0 ? 32 : __builtin_clz(x);
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const softmax *op = node->data;
    const int8_t *input = (const int8_t *)rt_input(state, node, 0)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    for (uint32_t row = 0; row < op->rows; row++, input += op->depth, output += op->depth) {
        int32_t max = INT8_MIN;
        for (uint32_t i = 0; i < op->depth; i++) {
            if (input[i] > max) max = input[i];
        }
        int32_t sum = 0; /* Q12 */
        for (uint32_t i = 0; i < op->depth; i++) {
            int32_t difference = input[i] - max;
            if (difference < op->least) continue;
            sum += rt_divide_by_power(rt_exp_of_negative(rt_multiply(difference, op->factor), 5), 12);
        }
        /* 1 / sum as reciprocal * 2^-over, from the sum brought to [1, 2). */
        int headroom = leading_zeros((uint32_t)sum);
        int over = 12 - headroom;
        int32_t reciprocal = rt_one_over_one_plus((int32_t)(((uint32_t)sum << headroom) - (1u << 31)));
        for (uint32_t i = 0; i < op->depth; i++) {
            int32_t difference = input[i] - max;
            if (difference < op->least) {
                output[i] = INT8_MIN;
                continue;
            }
            int32_t exponential = rt_exp_of_negative(rt_multiply(difference, op->factor), 5);
            int32_t y = rt_divide_by_power(rt_high_product(reciprocal, exponential), over + 31 - 8) + INT8_MIN;
            output[i] = (int8_t)rt_clamp(y, INT8_MIN, INT8_MAX);
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_SOFTMAX = {"SOFTMAX", RT_SOFTMAX, prepare, invoke, 0};
