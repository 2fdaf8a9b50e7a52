/* SPDX-License-Identifier: Apache-2.0
 *
 * ADD, SUB, MUL, DIV, SQUARED_DIFFERENCE: two tensors, element by element.
 *
 * To add integers of different scales, both are first brought to a common one
 * (twice the larger scale, with as many fractional bits as 32 allow).
 */
#include "../kernels/broadcast.h"
#include "../kernels/simd.h"
#include "../quantize.h"

typedef struct {
    rt_factor a;
    rt_factor b;
    rt_factor result;
    int32_t offset_a;
    int32_t offset_b;
    int32_t offset;
    int32_t left_shift;
    rt_range range;
    rt_real_range reals;
} arithmetic;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *a = rt_in(opening, 0);
    const rt_tensor *b = rt_in(opening, 1);
    const rt_tensor *output = rt_out(opening, 0);
    const uint8_t code = opening->node->operator->code;
    /* SQUARED_DIFFERENCE has no options and so no fused activation. */
    const int activation = code == RT_SQUARED_DIFFERENCE ? 0 : fb_i8(&opening->options, 0, 0);
    RT_NEED(a != NULL && b != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(a->type == b->type && a->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_TRY(rt_broadcast_check(opening, a, b, output));
    arithmetic *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    RT_NEED(RT_WIDE || a->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "only-int8-in-this-image");
    if (rt_elements(a) == rt_elements(output)) rt_share(opening, 0, 0);
    if (rt_elements(b) == rt_elements(output)) rt_share(opening, 0, 1);

    switch (output->type) {
    case INFERENCE_FLOAT32:
        RT_TRY(rt_real_activation_range(opening, activation, &op->reals));
        if (code == RT_SQUARED_DIFFERENCE) op->reals = (rt_real_range){-__builtin_inff(), __builtin_inff()};
        return INFERENCE_OK;
    case INFERENCE_INT32:
        RT_TRY(rt_real_activation_range(opening, activation, &op->reals));
        op->range.low = INT32_MIN;
        op->range.high = INT32_MAX;
        /* The reference forgets the fused activation of sums of plain integers, and of those alone. */
        if (code != RT_ADD && activation != RT_NO_ACTIVATION) {
            op->range.low = (int32_t)op->reals.low;
            if (op->reals.high < 10.0f) op->range.high = (int32_t)op->reals.high;
        }
        return INFERENCE_OK;
    case INFERENCE_INT8: break;
    case INFERENCE_INT16: RT_NEED(code != RT_DIV, INFERENCE_MODEL_TYPE, "types"); break;
    default: return rt_refuse(opening, INFERENCE_MODEL_TYPE, "types");
    }

    RT_NEED(a->scale > 0.0f && b->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    RT_TRY(rt_activation_range(opening, activation, output, &op->range));
    op->offset_a = -a->zero_point;
    op->offset_b = -b->zero_point;
    op->offset = output->zero_point;
    const bool narrow = output->type == INFERENCE_INT8;
    const int32_t bound = narrow ? 128 : 0;
    if (narrow || code == RT_MUL || code == RT_SQUARED_DIFFERENCE) {
        RT_NEED(op->offset_a >= -bound && op->offset_a <= bound && op->offset_b >= -bound && op->offset_b <= bound,
                INFERENCE_MODEL_QUANTIZATION, "zero-point");
    }
    const float larger = a->scale > b->scale ? a->scale : b->scale;
    double of_a = 0.0, of_b = 0.0, of_result;
    switch (code) {
    case RT_MUL: of_result = (double)a->scale * (double)b->scale / (double)output->scale; break;
    case RT_DIV: of_result = (double)(a->scale / (b->scale * output->scale)); break;
    case RT_SQUARED_DIFFERENCE: {
        op->left_shift = narrow ? 7 : 0;
        const double twice = 2.0 * (double)larger;
        of_a = (double)a->scale / twice;
        of_b = (double)b->scale / twice;
        of_result = twice * twice / (double)((float)(1 << op->left_shift * 2) * output->scale);
        break;
    }
    default: {
        op->left_shift = narrow ? 20 : 15;
        const double twice = 2 * (double)larger;
        of_a = (double)a->scale / twice;
        of_b = (double)b->scale / twice;
        of_result = twice / ((double)(1 << op->left_shift) * (double)output->scale);
        RT_NEED(of_result < 1.0, INFERENCE_MODEL_QUANTIZATION, "output-scale");
        break;
    }
    }
    op->a = rt_factor_of(of_a);
    op->b = rt_factor_of(of_b);
    return rt_factor_checked(opening, of_result, &op->result);
}

static int32_t common_scale(const arithmetic *op, int32_t x, rt_factor factor) {
    return rt_multiply(rt_shift_left(x, op->left_shift), factor);
}

static int32_t wrapping_product(int32_t a, int32_t b) {
    return (int32_t)((uint32_t)a * (uint32_t)b);
}

static inline int32_t add(const arithmetic *op, int32_t a, int32_t b) {
    int32_t sum = common_scale(op, a + op->offset_a, op->a) + common_scale(op, b + op->offset_b, op->b);
    return rt_multiply(sum, op->result) + op->offset;
}

static inline int32_t sub(const arithmetic *op, int32_t a, int32_t b) {
    int32_t difference = common_scale(op, a + op->offset_a, op->a) - common_scale(op, b + op->offset_b, op->b);
    return rt_multiply(difference, op->result) + op->offset;
}

static inline int32_t mul(const arithmetic *op, int32_t a, int32_t b) {
    return rt_multiply(wrapping_product(a + op->offset_a, b + op->offset_b), op->result) + op->offset;
}

static inline int32_t squared_difference(const arithmetic *op, int32_t a, int32_t b) {
    int32_t difference = common_scale(op, a + op->offset_a, op->a) - common_scale(op, b + op->offset_b, op->b);
    return rt_multiply(wrapping_product(difference, difference), op->result) + op->offset;
}

static inline int32_t divide(const arithmetic *op, int32_t a, int32_t b) {
    a += op->offset_a;
    b += op->offset_b;
    if (b < 0) a = -a, b = -b;
    /* 1 / b as reciprocal * 2^-over, and `a` moved up as far as it goes. */
    int headroom = __builtin_clz((uint32_t)b);
    int over = 31 - headroom;
    int32_t reciprocal = rt_one_over_one_plus((int32_t)(((uint32_t)b << headroom) - (1u << 31)));
    uint32_t size = (uint32_t)(a < 0 ? ~a : a);
    int room = size == 0 ? 31 : __builtin_clz(size) - 1;
    int32_t quotient = rt_high_product(rt_shift_left(a, room), reciprocal);
    rt_factor factor = {op->result.multiplier, op->result.shift - over - room};
    if (factor.shift < -31) return op->offset; /* less than half a step, whatever the multiplier */
    return rt_multiply(quotient, factor) + op->offset;
}

/* ADD and SUB of int8, whose factors never shift to the left and whose sums stay
 * below 2^28: a shorter way to the same bits. */
typedef struct {
    int32_t multiplier;
    int32_t right;
    int32_t half;     /* 2^(right - 1), or 0 */
    int32_t negative; /* all ones when there is a shift, so that halves go away from zero */
} downscale;

static inline downscale downscale_of(rt_factor factor) {
    const int32_t right = -factor.shift;
    return (downscale){factor.multiplier, right, right > 0 ? 1 << (right - 1) : 0, right > 0 ? -1 : 0};
}

static inline int32_t scaled_down(int32_t x, const downscale *by) {
#ifdef RT_DSP
    const int32_t product = rt_high_word_rounded(2 * x, by->multiplier);
#else
    const int32_t product = rt_high_product(x, by->multiplier);
#endif
    return (product + ((product >> 31) & by->negative) + by->half) >> by->right;
}

static inline void add_bytes(const arithmetic *op, const int8_t *a, uint32_t step_a, const int8_t *b, uint32_t step_b,
                             int8_t *output, uint32_t count, int32_t sign) {
    const downscale of_a = downscale_of(op->a), of_b = downscale_of(op->b), of_result = downscale_of(op->result);
    const int32_t offset_a = op->offset_a, offset_b = op->offset_b, offset = op->offset;
    const int32_t low = op->range.low, high = op->range.high;
    for (; count > 0; count--, a += step_a, b += step_b) {
        const int32_t x = scaled_down((*a + offset_a) * (1 << 20), &of_a);
        const int32_t y = scaled_down((*b + offset_b) * (1 << 20), &of_b);
        *output++ = (int8_t)rt_clamp(scaled_down(x + sign * y, &of_result) + offset, low, high);
    }
}

/* The rows of one operator for every type it takes. */
#define ROWS(name, real, plain, of_int8)                                                                                        \
    static inference_status name##_int16(const void *op_, const void *a_, uint32_t step_a, const void *b_,             \
                                         uint32_t step_b, void *output_, uint32_t count) {                             \
        const arithmetic *op = op_;                                                                                    \
        const int16_t *a = a_, *b = b_;                                                                                \
        int16_t *output = output_;                                                                                     \
        for (; count > 0; count--, a += step_a, b += step_b) {                                                         \
            *output++ = (int16_t)rt_clamp(name(op, *a, *b), op->range.low, op->range.high);                            \
        }                                                                                                              \
        return INFERENCE_OK;                                                                                           \
    }                                                                                                                  \
    static inference_status name##_int32(const void *op_, const void *a_, uint32_t step_a, const void *b_,             \
                                         uint32_t step_b, void *output_, uint32_t count) {                             \
        const arithmetic *op = op_;                                                                                    \
        const int32_t *a = a_, *b = b_;                                                                                \
        int32_t *output = output_;                                                                                     \
        for (; count > 0; count--, a += step_a, b += step_b) {                                                         \
            uint32_t x = (uint32_t)*a, y = (uint32_t)*b;                                                               \
            *output++ = rt_clamp((int32_t)(plain), op->range.low, op->range.high);                                     \
        }                                                                                                              \
        return INFERENCE_OK;                                                                                           \
    }                                                                                                                  \
    static inference_status name##_real(const void *op_, const void *a_, uint32_t step_a, const void *b_,              \
                                        uint32_t step_b, void *output_, uint32_t count) {                              \
        const arithmetic *op = op_;                                                                                    \
        const float *a = a_, *b = b_;                                                                                  \
        float *output = output_;                                                                                       \
        for (; count > 0; count--, a += step_a, b += step_b) {                                                         \
            float x = *a, y = *b;                                                                                      \
            *output++ = rt_clamp_real((real), &op->reals);                                                             \
        }                                                                                                              \
        return INFERENCE_OK;                                                                                           \
    }                                                                                                                  \
    static inference_status invoke_##name(const rt_state *state, const rt_node *node) {                                \
        const rt_tensor *a = rt_input(state, node, 0), *b = rt_input(state, node, 1);                                  \
        rt_row *row = !RT_WIDE || a->type == INFERENCE_INT8 ? of_int8                                                            \
                      : a->type == INFERENCE_INT16 ? name##_int16                                                      \
                      : a->type == INFERENCE_INT32 ? name##_int32                                                      \
                                                   : name##_real;                                                      \
        return rt_broadcast(a, b, rt_output(state, node, 0), node->data, row);                                         \
    }

static inference_status add_int8(const void *op, const void *a, uint32_t step_a, const void *b, uint32_t step_b,
                                 void *output, uint32_t count) {
    add_bytes(op, a, step_a, b, step_b, output, count, 1);
    return INFERENCE_OK;
}

static inference_status sub_int8(const void *op, const void *a, uint32_t step_a, const void *b, uint32_t step_b,
                                 void *output, uint32_t count) {
    add_bytes(op, a, step_a, b, step_b, output, count, -1);
    return INFERENCE_OK;
}

static inference_status mul_int8(const void *op_, const void *a_, uint32_t step_a, const void *b_,
                                    uint32_t step_b, void *output_, uint32_t count) {
    const arithmetic *op = op_;
    const int8_t *a = a_, *b = b_;
    int8_t *output = output_;
    for (; count > 0; count--, a += step_a, b += step_b) {
        *output++ = (int8_t)rt_clamp(mul(op, *a, *b), op->range.low, op->range.high);
    }
    return INFERENCE_OK;
}

static inference_status squared_difference_int8(const void *op_, const void *a_, uint32_t step_a, const void *b_,
                                    uint32_t step_b, void *output_, uint32_t count) {
    const arithmetic *op = op_;
    const int8_t *a = a_, *b = b_;
    int8_t *output = output_;
    for (; count > 0; count--, a += step_a, b += step_b) {
        *output++ = (int8_t)rt_clamp(squared_difference(op, *a, *b), op->range.low, op->range.high);
    }
    return INFERENCE_OK;
}

ROWS(add, x + y, x + y, add_int8)
ROWS(sub, x - y, x - y, sub_int8)
ROWS(mul, x * y, x * y, mul_int8)
ROWS(squared_difference, (x - y) * (x - y), (x - y) * (x - y), squared_difference_int8)

static inference_status divide_int8(const void *op_, const void *a_, uint32_t step_a, const void *b_, uint32_t step_b,
                                    void *output_, uint32_t count) {
    const arithmetic *op = op_;
    const int8_t *a = a_, *b = b_;
    int8_t *output = output_;
    for (; count > 0; count--, a += step_a, b += step_b) {
        if (*b + op->offset_b == 0) return INFERENCE_MODEL_VALUE;
        *output++ = (int8_t)rt_clamp(divide(op, *a, *b), op->range.low, op->range.high);
    }
    return INFERENCE_OK;
}

static inference_status divide_int32(const void *op_, const void *a_, uint32_t step_a, const void *b_, uint32_t step_b,
                                     void *output_, uint32_t count) {
    const arithmetic *op = op_;
    const int32_t *a = a_, *b = b_;
    int32_t *output = output_;
    for (; count > 0; count--, a += step_a, b += step_b) {
        if (*b == 0 || (*a == INT32_MIN && *b == -1)) return INFERENCE_MODEL_VALUE;
        *output++ = rt_clamp(*a / *b, op->range.low, op->range.high);
    }
    return INFERENCE_OK;
}

static inference_status divide_real(const void *op_, const void *a_, uint32_t step_a, const void *b_, uint32_t step_b,
                                    void *output_, uint32_t count) {
    const arithmetic *op = op_;
    const float *a = a_, *b = b_;
    float *output = output_;
    for (; count > 0; count--, a += step_a, b += step_b) *output++ = rt_clamp_real(*a / *b, &op->reals);
    return INFERENCE_OK;
}

static inference_status invoke_divide(const rt_state *state, const rt_node *node) {
    const rt_tensor *a = rt_input(state, node, 0);
    rt_row *row = a->type == INFERENCE_INT8 ? divide_int8 : a->type == INFERENCE_INT32 ? divide_int32 : divide_real;
    return rt_broadcast(a, rt_input(state, node, 1), rt_output(state, node, 0), node->data, row);
}

const rt_operator rt_operator_ADD = {"ADD", RT_ADD, prepare, invoke_add, 0};
const rt_operator rt_operator_SUB = {"SUB", RT_SUB, prepare, invoke_sub, 0};
const rt_operator rt_operator_MUL = {"MUL", RT_MUL, prepare, invoke_mul, 0};
const rt_operator rt_operator_DIV = {"DIV", RT_DIV, prepare, invoke_divide, 0};
const rt_operator rt_operator_SQUARED_DIFFERENCE = {"SQUARED_DIFFERENCE", RT_SQUARED_DIFFERENCE, prepare,
                                                    invoke_squared_difference, 0};
