/* SPDX-License-Identifier: Apache-2.0
 *
 * QUANTIZE: real numbers to integers, or integers to integers of another scale.
 * DEQUANTIZE: integers to real numbers.
 */
#include <string.h>

#include "../quantize.h"

typedef struct {
    rt_factor factor;
    float scale;
    int32_t input_zero_point;
    int32_t output_zero_point;
    uint32_t elements;
} quantize;

static bool is_integer(uint8_t type) {
    return type == INFERENCE_INT8 || type == INFERENCE_UINT8 || type == INFERENCE_INT16 || type == INFERENCE_INT32;
}

/* The pairs of types the reference converts between. */
static bool converts(uint8_t from, uint8_t to) {
    switch (from) {
    case INFERENCE_FLOAT32: return to == INFERENCE_INT8 || to == INFERENCE_INT16;
    case INFERENCE_INT8: return is_integer(to);
    case INFERENCE_UINT8: return to == INFERENCE_INT8;
    case INFERENCE_INT16: return to == INFERENCE_INT8 || to == INFERENCE_INT16 || to == INFERENCE_INT32;
    case INFERENCE_INT32: return to == INFERENCE_INT8 || to == INFERENCE_INT16;
    default: return false;
    }
}

static int32_t load(const uint8_t *data, uint8_t type, uint32_t i) {
    switch (type) {
    case INFERENCE_INT8: return ((const int8_t *)data)[i];
    case INFERENCE_UINT8: return data[i];
    case INFERENCE_INT16: return ((const int16_t *)(const void *)data)[i];
    default: return ((const int32_t *)(const void *)data)[i];
    }
}

static void store(uint8_t *data, uint8_t type, uint32_t i, int64_t wide) {
    int32_t value = wide < INT32_MIN ? INT32_MIN : wide > INT32_MAX ? INT32_MAX : (int32_t)wide;
    switch (type) {
    case INFERENCE_INT8: ((int8_t *)data)[i] = (int8_t)rt_clamp(value, INT8_MIN, INT8_MAX); break;
    case INFERENCE_UINT8: data[i] = (uint8_t)rt_clamp(value, 0, UINT8_MAX); break;
    case INFERENCE_INT16: ((int16_t *)(void *)data)[i] = (int16_t)rt_clamp(value, INT16_MIN, INT16_MAX); break;
    default: ((int32_t *)(void *)data)[i] = value; break;
    }
}

static inference_status prepare_either(rt_opening *opening, const rt_tensor *scaled) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    RT_NEED(scaled->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    quantize *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    op->scale = scaled->scale;
    op->input_zero_point = input->zero_point;
    op->output_zero_point = output->zero_point;
    op->elements = rt_elements(input);
    opening->node->data = op;
    if (rt_type_size(output->type) <= rt_type_size(input->type)) rt_share(opening, 0, 0);
    return INFERENCE_OK;
}

static inference_status prepare_quantize(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(converts(input->type, output->type), INFERENCE_MODEL_TYPE, "types");
    RT_TRY(prepare_either(opening, output));
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    quantize *op = opening->node->data;
    RT_NEED(input->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "input-scale");
    op->factor = rt_factor_of((double)input->scale / (double)output->scale);
    RT_NEED(op->factor.shift <= 30, INFERENCE_MODEL_QUANTIZATION, "scale-too-large");
    return INFERENCE_OK;
}

static inference_status invoke_quantize(const rt_state *state, const rt_node *node) {
    const quantize *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0);
    const rt_tensor *output = rt_output(state, node, 0);
    if (input->type == INFERENCE_FLOAT32) {
        const float *reals = (const float *)(const void *)input->data;
        for (uint32_t i = 0; i < op->elements; i++) {
            float x = reals[i] / op->scale;
            /* Beyond these bounds the result is saturated anyway; a NaN becomes the zero point. */
            double nearest = x >= 1e6f ? 1e6 : x <= -1e6f ? -1e6 : x == x ? (double)x + (x < 0 ? -0.5 : 0.5) : 0.0;
            store(output->data, output->type, i, (int32_t)nearest + op->output_zero_point);
        }
        return INFERENCE_OK;
    }
    for (uint32_t i = 0; i < op->elements; i++) {
        int32_t x = (int32_t)((uint32_t)load(input->data, input->type, i) - (uint32_t)op->input_zero_point);
        store(output->data, output->type, i, (int64_t)rt_multiply(x, op->factor) + op->output_zero_point);
    }
    return INFERENCE_OK;
}

static inference_status prepare_dequantize(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == INFERENCE_INT8 || input->type == INFERENCE_INT16 || input->type == INFERENCE_UINT8,
            INFERENCE_MODEL_TYPE, "input-type");
    RT_NEED(output->type == INFERENCE_FLOAT32, INFERENCE_MODEL_TYPE, "output-type");
    return prepare_either(opening, input);
}

static inference_status invoke_dequantize(const rt_state *state, const rt_node *node) {
    const quantize *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0);
    float *output = (float *)(void *)rt_output(state, node, 0)->data;
    for (uint32_t i = 0; i < op->elements; i++) {
        int32_t x = load(input->data, input->type, i) - op->input_zero_point;
        output[i] = (float)((double)op->scale * (double)x);
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_QUANTIZE = {"QUANTIZE", RT_QUANTIZE, prepare_quantize, invoke_quantize, 0};
const rt_operator rt_operator_DEQUANTIZE = {"DEQUANTIZE", RT_DEQUANTIZE, prepare_dequantize, invoke_dequantize, 0};
