/* SPDX-License-Identifier: Apache-2.0
 *
 * SOFTMAX over the last dimension: e^(beta * (x - max)) over the sum of them.
 */
#include "../kernels/exponential.h"
#include "../quantize.h"

enum { TABLE = 513 };

typedef struct {
    rt_factor factor; /* of a difference of inputs, beta included: int8 to Q5, int16 to steps of 10 / 65535 */
    int32_t least;    /* int8: smaller differences count as e^-infinity */
    float beta;
    uint32_t rows;
    uint32_t depth;
    int16_t *exponentials; /* int16: e^x for -10 <= x <= 0 */
    int16_t *reciprocals;  /* int16: 1 / (1 + x) for 0 <= x <= 1 */
} softmax;

static float one_over_one_plus(float x) {
    return 1.0f / (1.0f + x);
}

static float nearest(float x) {
    return (float)rt_round((double)x);
}

static int16_t to_int16(float x) {
    return (int16_t)(x < -32768.0f ? -32768.0f : x > 32767.0f ? 32767.0f : x);
}

/* 512 pieces of a function from [low, high] to [-1, 1), moved so that the middle of each errs as little as its ends. */
static void fill_table(int16_t *table, float low, float high, float (*of)(float)) {
    const float step = (high - low) / 512, scale = 65536.0f / ((2.0f / 65535) * 32767 - (2.0f / 65535) * -32768);
    for (int i = 0; i < 512; i++) {
        const float here = of(low + (float)i * step), middle = of(low + (float)i * step + step / 2);
        const float next = of(low + (float)(i + 1) * step);
        const float straight = nearest((next * scale + nearest(here * scale)) / 2);
        table[i] = to_int16(nearest(here * scale) - nearest((straight - nearest(middle * scale)) / 2));
    }
    table[512] = to_int16(nearest(of(high) * scale));
}

static int32_t look_up(const int16_t *table, int32_t x) {
    const int16_t *entry = table + 256 + (x >> 7);
    return entry[0] + (((entry[1] - entry[0]) * (x & 0x7f) + 64) >> 7);
}

static inference_status prepare_int16(rt_opening *opening, softmax *op, const rt_tensor *input, const rt_tensor *output) {
    const float off = output->scale - 1.0f / 32768;
    RT_NEED(input->zero_point == 0 && output->zero_point == 0, INFERENCE_MODEL_QUANTIZATION, "zero-point");
    RT_NEED((off < 0 ? -off : off) <= 0.001f / 32768, INFERENCE_MODEL_QUANTIZATION, "output-scale");
    RT_NEED(op->beta > 0.0f, INFERENCE_MODEL_OPTION, "beta");
    RT_TRY(rt_factor_checked(opening, (double)input->scale * (double)op->beta / (10.0 / 65535.0), &op->factor));
    op->exponentials = rt_keep(opening, TABLE * sizeof(int16_t));
    op->reciprocals = rt_keep(opening, TABLE * sizeof(int16_t));
    if (op->exponentials == NULL || op->reciprocals == NULL) return opening->nn->status;
    fill_table(op->exponentials, (10.0f / 65535) * (-32768 - 32767), 0.0f, rt_exp);
    fill_table(op->reciprocals, 0.0f, (1.0f / 65535) * (32767 + 32768), one_over_one_plus);
    return INFERENCE_OK;
}

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL && input->rank >= 1, INFERENCE_MODEL_SHAPE, "input-shape");
    RT_NEED(rt_same_shape(input, output), INFERENCE_MODEL_SHAPE, "output-shape");
    RT_NEED(RT_WIDE || (input->type == INFERENCE_INT8 && output->type == INFERENCE_INT8), INFERENCE_MODEL_TYPE,
            "only-int8-in-this-image");
    softmax *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    op->beta = fb_f32(&opening->options, 0, 0.0f);
    op->depth = (uint32_t)input->dims[input->rank - 1];
    op->rows = rt_elements(input) / op->depth;
    if (input->type == output->type) rt_share(opening, 0, 0);
    if (input->type == INFERENCE_FLOAT32 && output->type == INFERENCE_FLOAT32) return INFERENCE_OK;
    RT_NEED(input->type == INFERENCE_INT8 || input->type == INFERENCE_INT16, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(input->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "input-scale");
    if (RT_WIDE && input->type == INFERENCE_INT16) {
        RT_NEED(output->type == INFERENCE_INT16, INFERENCE_MODEL_TYPE, "output-type");
        return prepare_int16(opening, op, input, output);
    }
    if (output->type == INFERENCE_INT16) {
        const float off = output->scale - 1.0f / 65536;
        RT_NEED(output->zero_point == INT16_MIN && (off < 0 ? -off : off) <= 0.001f / 65536, INFERENCE_MODEL_QUANTIZATION,
                "output-scale");
    } else {
        RT_NEED(output->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "output-type");
        RT_NEED(output->zero_point == INT8_MIN && output->scale == 1.0f / 256, INFERENCE_MODEL_QUANTIZATION, "output-scale");
    }
    double factor = (double)op->beta * (double)input->scale * (1 << 26);
    if (factor > 2147483647.0) factor = 2147483647.0;
    RT_NEED(factor > 1.0, INFERENCE_MODEL_QUANTIZATION, "input-scale-times-beta");
    op->factor = rt_factor_of(factor);
    op->least = -rt_input_radius(5, op->factor.shift);
    return INFERENCE_OK;
}

static int leading_zeros(uint32_t x) {
    return x == 0 ? 32 : __builtin_clz(x);
}

/* One row of int8; the output has 8 or 16 bits. */
static void row_of_int8(const softmax *op, const int8_t *input, void *output, int bits) {
    int32_t max = INT8_MIN;
    for (uint32_t i = 0; i < op->depth; i++) {
        if (input[i] > max) max = input[i];
    }
    int32_t sum = 0; /* Q12 */
    for (uint32_t i = 0; i < op->depth; i++) {
        const int32_t difference = input[i] - max;
        if (difference < op->least) continue;
        sum += rt_divide_by_power(rt_exp_of_negative(rt_multiply(difference, op->factor), 5), 12);
    }
    /* 1 / sum as reciprocal * 2^-over, from the sum brought to [1, 2). */
    const int headroom = leading_zeros((uint32_t)sum);
    const int over = 12 - headroom;
    const int32_t reciprocal = rt_one_over_one_plus((int32_t)(((uint32_t)sum << headroom) - (1u << 31)));
    const int32_t low = -(1 << (bits - 1)), high = (1 << (bits - 1)) - 1;
    for (uint32_t i = 0; i < op->depth; i++) {
        const int32_t difference = input[i] - max;
        int32_t y = low;
        if (difference >= op->least) {
            const int32_t power = rt_exp_of_negative(rt_multiply(difference, op->factor), 5);
            y = rt_clamp(rt_divide_by_power(rt_high_product(reciprocal, power), over + 31 - bits) + low, low, high);
        }
        if (bits == 8) ((int8_t *)output)[i] = (int8_t)y;
        else ((int16_t *)output)[i] = (int16_t)y;
    }
}

static void row_of_int16(const softmax *op, const int16_t *input, int16_t *output) {
    int32_t max = INT16_MIN;
    for (uint32_t i = 0; i < op->depth; i++) {
        if (input[i] > max) max = input[i];
    }
    int32_t sum = 0;
    for (uint32_t i = 0; i < op->depth; i++) {
        const int32_t scaled = rt_multiply(input[i] - max, op->factor);
        /* Recentred on the table, whose end is e^0. */
        const int32_t place = scaled < -65535 ? -32768 : scaled + 32767;
        output[i] = (int16_t)look_up(op->exponentials, rt_clamp(place, -32768, 32767));
        sum += output[i];
    }
    const int headroom = leading_zeros((uint32_t)sum);
    const int32_t shifted = (int32_t)((((int64_t)sum << (headroom - 1)) + (1 << 13)) >> 14);
    const int32_t reciprocal = look_up(op->reciprocals, rt_clamp(shifted - (1 << 15) - (1 << 16), -32768, 32767));
    const int right = 31 - headroom;
    for (uint32_t i = 0; i < op->depth; i++) {
        const int32_t y = (int32_t)(((int64_t)output[i] * (int16_t)reciprocal + (1 << (right - 1))) >> right);
        output[i] = (int16_t)rt_clamp(y, 0, 32767);
    }
}

static void row_of_reals(const softmax *op, const float *input, float *output) {
    float max = -3.402823466e+38f, sum = 0.0f;
    for (uint32_t i = 0; i < op->depth; i++) max = max < input[i] ? input[i] : max;
    for (uint32_t i = 0; i < op->depth; i++) {
        output[i] = rt_exp((input[i] - max) * op->beta);
        sum += output[i];
    }
    for (uint32_t i = 0; i < op->depth; i++) output[i] = output[i] / sum;
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const softmax *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    for (uint32_t row = 0; row < op->rows; row++) {
        const uint8_t *from = input->data + row * op->depth * rt_type_size(input->type);
        void *to = output->data + row * op->depth * rt_type_size(output->type);
        if (RT_WIDE && input->type == INFERENCE_FLOAT32) row_of_reals(op, (const float *)(const void *)from, to);
        else if (RT_WIDE && input->type == INFERENCE_INT16) row_of_int16(op, (const int16_t *)(const void *)from, to);
        else row_of_int8(op, (const int8_t *)from, to, output->type == INFERENCE_INT8 ? 8 : 16);
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_SOFTMAX = {"SOFTMAX", RT_SOFTMAX, prepare, invoke, 0};
