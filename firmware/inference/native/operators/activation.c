/* SPDX-License-Identifier: Apache-2.0
 *
 * TANH, LEAKY_RELU, PRELU, HARD_SWISH, ELU: activations that are operators of their own.
 */
#include <math.h>

#include "../kernels/broadcast.h"
#include "../kernels/exponential.h"
#include "../kernels/table.h"
#include "../quantize.h"

static inference_status same(rt_opening *opening, const rt_tensor *input, const rt_tensor *output) {
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    RT_NEED(input->type == INFERENCE_FLOAT32 || (input->scale > 0.0f && output->scale > 0.0f),
            INFERENCE_MODEL_QUANTIZATION, "scale");
    rt_share(opening, 0, 0);
    return INFERENCE_OK;
}

/* ---- TANH ---- */

typedef struct {
    rt_factor factor;
    int32_t radius;
    int32_t zero_point;
    int32_t multiplier; /* int16 */
    int32_t shift;
} hyperbolic;

static inference_status prepare_tanh(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_TRY(same(opening, input, output));
    hyperbolic *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    switch (input->type) {
    case INFERENCE_FLOAT32: return INFERENCE_OK;
    case INFERENCE_INT8:
        op->factor = rt_factor_of((double)input->scale * (1 << 27));
        RT_NEED(op->factor.shift >= 0 && op->factor.shift <= 31, INFERENCE_MODEL_QUANTIZATION, "input-scale");
        op->radius = rt_input_radius(4, op->factor.shift);
        op->zero_point = input->zero_point;
        return INFERENCE_OK;
    case INFERENCE_INT16: return rt_table_factor_of(opening, input, output, 1, &op->multiplier, &op->shift);
    default: return rt_refuse(opening, INFERENCE_MODEL_TYPE, "type");
    }
}

static inference_status invoke_tanh(const rt_state *state, const rt_node *node) {
    const hyperbolic *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input);
    for (uint32_t i = 0; i < elements; i++) {
        if (input->type == INFERENCE_FLOAT32) {
            ((float *)(void *)output->data)[i] = tanhf(((const float *)(const void *)input->data)[i]);
        } else if (input->type == INFERENCE_INT16) {
            int16_t x = ((const int16_t *)(const void *)input->data)[i];
            ((int16_t *)(void *)output->data)[i] = rt_table_tanh(rt_table_argument(x, op->multiplier, op->shift));
        } else {
            int32_t x = ((const int8_t *)input->data)[i] - op->zero_point, y;
            if (x <= -op->radius) y = INT8_MIN;
            else if (x >= op->radius) y = INT8_MAX;
            else y = rt_clamp(rt_divide_by_power(rt_tanh_q4(rt_multiply(x, op->factor)), 31 - 7), INT8_MIN, INT8_MAX);
            ((int8_t *)output->data)[i] = (int8_t)y;
        }
    }
    return INFERENCE_OK;
}

/* ---- LEAKY_RELU ---- */

typedef struct {
    rt_factor identity;
    rt_factor slope; /* of its size */
    bool falls;      /* the slope is negative */
    float alpha;
} leaky;

static inference_status prepare_leaky_relu(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_TRY(same(opening, input, output));
    leaky *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    op->alpha = fb_f32(&opening->options, 0, 0.0f);
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    RT_NEED(input->type == INFERENCE_INT8 || input->type == INFERENCE_INT16, INFERENCE_MODEL_TYPE, "type");
    double slope = (double)(input->scale * op->alpha / output->scale);
    op->falls = slope < 0.0;
    RT_NEED(slope == slope, INFERENCE_MODEL_OPTION, "alpha");
    RT_TRY(rt_factor_checked(opening, op->falls ? -slope : slope, &op->slope));
    return rt_factor_checked(opening, (double)(input->scale / output->scale), &op->identity);
}

static inference_status invoke_leaky_relu(const rt_state *state, const rt_node *node) {
    const leaky *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input);
    for (uint32_t i = 0; i < elements; i++) {
        if (input->type == INFERENCE_FLOAT32) {
            float x = ((const float *)(const void *)input->data)[i];
            ((float *)(void *)output->data)[i] = x > 0 ? x : x * op->alpha;
            continue;
        }
        const bool narrow = input->type == INFERENCE_INT8;
        int32_t x = narrow ? ((const int8_t *)input->data)[i] : ((const int16_t *)(const void *)input->data)[i];
        x -= input->zero_point;
        int32_t y = rt_multiply(x, x >= 0 ? op->identity : op->slope);
        y = output->zero_point + (x < 0 && op->falls ? -y : y);
        if (narrow) ((int8_t *)output->data)[i] = (int8_t)rt_clamp(y, INT8_MIN, INT8_MAX);
        else ((int16_t *)(void *)output->data)[i] = (int16_t)rt_clamp(y, INT16_MIN, INT16_MAX);
    }
    return INFERENCE_OK;
}

/* ---- PRELU ---- */

typedef struct {
    rt_factor identity;
    rt_factor slope;
    int32_t input_offset;
    int32_t alpha_offset;
    int32_t output_offset;
} parametric;

static inference_status prepare_prelu(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *alpha = rt_in(opening, 1), *output = rt_out(opening, 0);
    RT_NEED(alpha != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_TRY(same(opening, input, output));
    RT_TRY(rt_broadcast_check(opening, input, alpha, output));
    RT_NEED(alpha->type == input->type, INFERENCE_MODEL_TYPE, "alpha-type");
    parametric *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    RT_NEED(input->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(alpha->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "alpha-scale");
    op->input_offset = -input->zero_point;
    op->alpha_offset = -alpha->zero_point;
    op->output_offset = output->zero_point;
    RT_TRY(rt_factor_checked(opening, (double)input->scale / (double)output->scale, &op->identity));
    return rt_factor_checked(opening, (double)input->scale * (double)alpha->scale / (double)output->scale, &op->slope);
}

static inference_status prelu_int8(const void *op_, const void *x_, uint32_t step_x, const void *alpha_,
                                   uint32_t step_alpha, void *output_, uint32_t count) {
    const parametric *op = op_;
    const int8_t *x = x_, *alpha = alpha_;
    int8_t *output = output_;
    for (; count > 0; count--, x += step_x, alpha += step_alpha) {
        int32_t value = *x + op->input_offset;
        int32_t y = value >= 0 ? rt_multiply(value, op->identity)
                               : rt_multiply(value * (*alpha + op->alpha_offset), op->slope);
        *output++ = (int8_t)rt_clamp(y + op->output_offset, INT8_MIN, INT8_MAX);
    }
    return INFERENCE_OK;
}

static inference_status prelu_real(const void *op, const void *x_, uint32_t step_x, const void *alpha_,
                                   uint32_t step_alpha, void *output_, uint32_t count) {
    (void)op;
    const float *x = x_, *alpha = alpha_;
    float *output = output_;
    for (; count > 0; count--, x += step_x, alpha += step_alpha) *output++ = *x >= 0.0f ? *x : *x * *alpha;
    return INFERENCE_OK;
}

static inference_status invoke_prelu(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0);
    return rt_broadcast(input, rt_input(state, node, 1), rt_output(state, node, 0), node->data,
                        input->type == INFERENCE_INT8 ? prelu_int8 : prelu_real);
}

/* ---- HARD_SWISH: x * relu6(x + 3) / 6, in 16 bits ---- */

typedef struct {
    int16_t output_multiplier;
    int16_t gate_multiplier; /* brings -3..3 to the whole of 16 bits */
    int8_t output_shift;     /* to the right */
    int8_t gate_shift;       /* to the left */
} hard_swish;

static int16_t upper_half(int32_t multiplier) {
    return multiplier >= INT32_MAX - (1 << 15) ? INT16_MAX : (int16_t)((multiplier + (1 << 15)) >> 16);
}

static int32_t saturate16(int32_t x) {
    return rt_clamp(x, INT16_MIN, INT16_MAX);
}

/* a * b / 2^15 to nearest; the multipliers are positive, so nothing overflows. */
static int32_t high_product16(int32_t a, int32_t b) {
    return (a * b + (1 << 14)) >> 15;
}

static inference_status prepare_hard_swish(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_TRY(same(opening, input, output));
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    RT_NEED(input->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(input->zero_point >= INT8_MIN && input->zero_point <= INT8_MAX, INFERENCE_MODEL_QUANTIZATION, "zero-point");
    hard_swish *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    const float fine_scale = (1.0f / 128.0f) * input->scale;
    rt_factor factor = rt_factor_of((double)(fine_scale / output->scale));
    RT_NEED(factor.shift <= 0 && factor.shift >= -15, INFERENCE_MODEL_QUANTIZATION, "output-scale");
    op->output_multiplier = upper_half(factor.multiplier);
    op->output_shift = (int8_t)-factor.shift;
    factor = rt_factor_of((double)(fine_scale / (3.0f / 32768.0f)));
    RT_NEED(factor.shift <= 30 && factor.shift >= -15, INFERENCE_MODEL_QUANTIZATION, "input-scale");
    op->gate_multiplier = upper_half(factor.multiplier);
    op->gate_shift = (int8_t)factor.shift;
    return INFERENCE_OK;
}

static int8_t hard_swish_of(const hard_swish *op, int32_t x, int32_t zero_point) {
    const int32_t fine = x * (1 << 7);
    const int32_t scaled = high_product16(fine, op->output_multiplier);
    int32_t gate = fine;
    /* All of the shift but its last place first, so that saturation happens once, at the end. */
    if (op->gate_shift > 0) {
        int64_t shifted = (int64_t)gate * (1 << (op->gate_shift - 1));
        gate = shifted > INT16_MAX ? INT16_MAX : shifted < INT16_MIN ? INT16_MIN : (int32_t)shifted;
    }
    gate = high_product16(gate, op->gate_multiplier);
    if (op->gate_shift > 0) gate = saturate16(gate * 2);
    if (op->gate_shift < 0) gate = rt_divide_by_power(gate, -op->gate_shift);
    gate = (gate + (1 << 15)) >> 1;
    int32_t y = rt_divide_by_power(gate * scaled / (1 << 15), op->output_shift) + zero_point;
    return (int8_t)rt_clamp((int16_t)y, INT8_MIN, INT8_MAX);
}

static inference_status invoke_hard_swish(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input);
    for (uint32_t i = 0; i < elements; i++) {
        if (input->type == INFERENCE_FLOAT32) {
            float x = ((const float *)(const void *)input->data)[i], gate = x + 3;
            gate = gate < 0.0f ? 0.0f : gate;
            ((float *)(void *)output->data)[i] = x * (gate > 6.0f ? 6.0f : gate) / 6;
        } else {
            int32_t x = ((const int8_t *)input->data)[i] - input->zero_point;
            ((int8_t *)output->data)[i] = hard_swish_of(node->data, x, output->zero_point);
        }
    }
    return INFERENCE_OK;
}

/* ---- ELU ---- */

static float elu(float x) {
    return x < 0.0f ? rt_exp(x) - 1.0f : x;
}

static inference_status prepare_elu(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    RT_TRY(same(opening, input, output));
    if (input->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    RT_NEED(input->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "type");
    int8_t *table = rt_keep(opening, 256);
    if (table == NULL) return opening->nn->status;
    opening->node->data = table;
    const float inverse = 1 / output->scale;
    for (int32_t x = INT8_MIN; x <= INT8_MAX; x++) {
        float y = elu(input->scale * (float)(x - input->zero_point)) * inverse;
        float rescaled = (float)rt_round((double)y);
        table[(uint8_t)x] = (int8_t)rt_clamp(rt_round((double)(rescaled + (float)output->zero_point)), INT8_MIN, INT8_MAX);
    }
    return INFERENCE_OK;
}

static inference_status invoke_elu(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t elements = rt_elements(input);
    if (input->type == INFERENCE_INT8) {
        const int8_t *table = node->data;
        for (uint32_t i = 0; i < elements; i++) output->data[i] = (uint8_t)table[input->data[i]];
        return INFERENCE_OK;
    }
    for (uint32_t i = 0; i < elements; i++) {
        float x = ((const float *)(const void *)input->data)[i];
        ((float *)(void *)output->data)[i] = x < 0.0f ? expm1f(x) : x;
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_TANH = {"TANH", RT_TANH, prepare_tanh, invoke_tanh, 0};
const rt_operator rt_operator_LEAKY_RELU = {"LEAKY_RELU", RT_LEAKY_RELU, prepare_leaky_relu, invoke_leaky_relu, 0};
const rt_operator rt_operator_PRELU = {"PRELU", RT_PRELU, prepare_prelu, invoke_prelu, 0};
const rt_operator rt_operator_HARD_SWISH = {"HARD_SWISH", RT_HARD_SWISH, prepare_hard_swish, invoke_hard_swish, 0};
const rt_operator rt_operator_ELU = {"ELU", RT_ELU, prepare_elu, invoke_elu, 0};
