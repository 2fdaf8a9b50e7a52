/* SPDX-License-Identifier: Apache-2.0
 *
 * ABS, NEG, EXP, LOG, SQRT, RSQRT, LOGICAL_NOT, CAST: one tensor, element by element.
 */
#include <math.h>
#include <string.h>

#include "../kernels/exponential.h"
#include "../quantize.h"

typedef struct {
    rt_factor factor;
    bool rescale;
} unary;

static inference_status prepare(rt_opening *opening, bool takes_int8, bool takes_int16) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(input->type == INFERENCE_FLOAT32 || (takes_int8 && input->type == INFERENCE_INT8) ||
                (takes_int16 && input->type == INFERENCE_INT16),
            INFERENCE_MODEL_TYPE, "type");
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    rt_share(opening, 0, 0);
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    unary *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    return INFERENCE_OK;
}

static float real_at(const rt_tensor *tensor, uint32_t i) {
    return ((const float *)(const void *)tensor->data)[i];
}

static inference_status each_real(const rt_state *state, const rt_node *node, float (*of)(float)) {
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input);
    for (uint32_t i = 0; i < elements; i++) ((float *)(void *)output->data)[i] = of(real_at(input, i));
    return INFERENCE_OK;
}

/* ---- ABS ---- */

static inference_status prepare_abs(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_TRY(prepare(opening, true, true));
    unary *op = opening->node->data;
    if (op == NULL) return INFERENCE_OK;
    /* int16 may be plain integers, without a scale. */
    if (input->type == INFERENCE_INT16 && input->scale == 0.0f) return INFERENCE_OK;
    RT_NEED(input->scale > 0.0f && output->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    op->rescale = input->scale != output->scale;
    return rt_factor_checked(opening, (double)input->scale / (double)output->scale, &op->factor);
}

static inference_status invoke_abs(const rt_state *state, const rt_node *node) {
    const unary *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    if (op == NULL) return each_real(state, node, fabsf);
    const uint32_t elements = rt_elements(input);
    const bool narrow = input->type == INFERENCE_INT8;
    for (uint32_t i = 0; i < elements; i++) {
        int32_t x = narrow ? ((const int8_t *)input->data)[i] : ((const int16_t *)(const void *)input->data)[i];
        x -= input->zero_point;
        if (x < 0) x = -x;
        if (op->rescale) x = rt_multiply(x, op->factor);
        x += output->zero_point;
        if (narrow) ((int8_t *)output->data)[i] = (int8_t)rt_clamp(x, INT8_MIN, INT8_MAX);
        else ((int16_t *)(void *)output->data)[i] = (int16_t)(op->factor.multiplier == 0 ? x : rt_clamp(x, INT16_MIN, INT16_MAX));
    }
    return INFERENCE_OK;
}

/* ---- RSQRT ---- */

static inference_status prepare_rsqrt(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_TRY(prepare(opening, true, false));
    unary *op = opening->node->data;
    if (op == NULL) return INFERENCE_OK;
    RT_NEED(input->scale > 0.0f && output->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    return rt_factor_checked(opening, 1.0 / (double)(sqrtf(input->scale) * output->scale), &op->factor);
}

/* One Newton step towards 1 / sqrt(input), in Q3. */
static int32_t newton_step(int32_t half_input, int32_t x) {
    /* x (3 - input x^2) / 2; products of Q3 are Q6 and Q9, brought back to Q3. */
    int32_t x3 = rt_shift_saturating(rt_high_product(rt_high_product(x, x), x), 6);
    int32_t difference = rt_high_product((1 << 28) + (1 << 27), x) - rt_high_product(half_input, x3);
    return rt_shift_saturating(difference, 3);
}

/* 1 / sqrt(input) as multiplier * 2^(shift - 31). */
static rt_factor inverse_root(int32_t input) {
    if (input <= 1) return (rt_factor){INT32_MAX, 0};
    int32_t right = 11;
    while (input >= 1 << 29) {
        input /= 4;
        right++;
    }
    const int32_t pairs = (__builtin_clz((uint32_t)input) - 1) / 2 - 1;
    right -= pairs;
    input <<= 2 * pairs;
    const int32_t half_input = rt_divide_by_power(input >> 1, 1);
    int32_t x = 1 << 28;
    for (int i = 0; i < 5; i++) x = newton_step(half_input, x);
    x = rt_high_product(x, 1518500250); /* sqrt(2) / 2 */
    if (right < 0) {
        x = rt_shift_left(x, -right);
        right = 0;
    }
    return (rt_factor){x, -right};
}

static float real_rsqrt(float x) {
    return 1.0f / sqrtf(x);
}

static inference_status invoke_rsqrt(const rt_state *state, const rt_node *node) {
    const unary *op = node->data;
    if (op == NULL) return each_real(state, node, real_rsqrt);
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input);
    for (uint32_t i = 0; i < elements; i++) {
        int32_t x = ((const int8_t *)input->data)[i] - input->zero_point, y = INT8_MAX;
        if (x < 0) return INFERENCE_MODEL_VALUE;
        if (x > 0) {
            /* 20 more bits, so that the inverse of a whole number keeps its digits. */
            rt_factor root = inverse_root(x), rest = op->factor;
            root.shift += 20;
            rest.shift -= 20;
            y = rt_multiply(rt_multiply(1, root), rest) + output->zero_point;
        }
        ((int8_t *)output->data)[i] = (int8_t)rt_clamp(y, INT8_MIN, INT8_MAX);
    }
    return INFERENCE_OK;
}

/* ---- the real ones ---- */

static inference_status prepare_real(rt_opening *opening) {
    return prepare(opening, false, false);
}

static float negative(float x) {
    return -x;
}

static inference_status invoke_neg(const rt_state *state, const rt_node *node) {
    return each_real(state, node, negative);
}

static inference_status invoke_exp(const rt_state *state, const rt_node *node) {
    return each_real(state, node, rt_exp);
}

static inference_status invoke_log(const rt_state *state, const rt_node *node) {
    return each_real(state, node, logf);
}

static inference_status invoke_sqrt(const rt_state *state, const rt_node *node) {
    return each_real(state, node, sqrtf);
}

/* ---- LOGICAL_NOT ---- */

static inference_status prepare_not(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == INFERENCE_BOOL && output->type == INFERENCE_BOOL, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    rt_share(opening, 0, 0);
    return INFERENCE_OK;
}

static inference_status invoke_not(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input);
    for (uint32_t i = 0; i < elements; i++) output->data[i] = input->data[i] == 0;
    return INFERENCE_OK;
}

/* ---- CAST ---- */

static inference_status prepare_cast(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    switch (input->type) {
    case INFERENCE_INT8:
    case INFERENCE_INT16:
    case INFERENCE_INT32:
    case INFERENCE_UINT32:
    case INFERENCE_FLOAT32:
    case INFERENCE_BOOL: break;
    default: return rt_refuse(opening, INFERENCE_MODEL_TYPE, "input-type");
    }
    switch (output->type) {
    case INFERENCE_INT8:
    case INFERENCE_INT16:
    case INFERENCE_INT32:
    case INFERENCE_UINT32:
    case INFERENCE_FLOAT32: break;
    default: return rt_refuse(opening, INFERENCE_MODEL_TYPE, "output-type");
    }
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    return INFERENCE_OK;
}

static inference_status invoke_cast(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input), size = rt_type_size(output->type);
    for (uint32_t i = 0; i < elements; i++) {
        int64_t whole;
        switch (input->type) {
        case INFERENCE_INT8: whole = ((const int8_t *)input->data)[i]; break;
        case INFERENCE_INT16: whole = ((const int16_t *)(const void *)input->data)[i]; break;
        case INFERENCE_INT32: whole = ((const int32_t *)(const void *)input->data)[i]; break;
        case INFERENCE_UINT32: whole = ((const uint32_t *)(const void *)input->data)[i]; break;
        case INFERENCE_BOOL: whole = input->data[i] != 0; break;
        default: {
            float x = real_at(input, i);
            if (output->type == INFERENCE_FLOAT32) {
                ((float *)(void *)output->data)[i] = x;
                continue;
            }
            /* What does not fit is undefined in C and in the reference; here it saturates. */
            whole = x >= 2147483648.0f ? (output->type == INFERENCE_UINT32 && x < 4294967296.0f ? (int64_t)x : INT32_MAX)
                    : x <= -2147483648.0f ? INT32_MIN
                    : x == x              ? (int64_t)x
                                          : 0;
            break;
        }
        }
        if (output->type == INFERENCE_FLOAT32) ((float *)(void *)output->data)[i] = (float)whole;
        else memcpy(output->data + i * size, &whole, size); /* the low bytes, which wraps */
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_ABS = {"ABS", RT_ABS, prepare_abs, invoke_abs, 0};
const rt_operator rt_operator_NEG = {"NEG", RT_NEG, prepare_real, invoke_neg, 0};
const rt_operator rt_operator_EXP = {"EXP", RT_EXP, prepare_real, invoke_exp, 0};
const rt_operator rt_operator_LOG = {"LOG", RT_LOG, prepare_real, invoke_log, 0};
const rt_operator rt_operator_SQRT = {"SQRT", RT_SQRT, prepare_real, invoke_sqrt, 0};
const rt_operator rt_operator_RSQRT = {"RSQRT", RT_RSQRT, prepare_rsqrt, invoke_rsqrt, 0};
const rt_operator rt_operator_LOGICAL_NOT = {"LOGICAL_NOT", RT_LOGICAL_NOT, prepare_not, invoke_not, 0};
const rt_operator rt_operator_CAST = {"CAST", RT_CAST, prepare_cast, invoke_cast, 0};
