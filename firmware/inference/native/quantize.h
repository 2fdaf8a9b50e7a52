/* SPDX-License-Identifier: Apache-2.0
 *
 * From a model's real scales to the integer constants of a kernel.
 */
#ifndef VMOTE_NATIVE_QUANTIZE_H
#define VMOTE_NATIVE_QUANTIZE_H

#include "fixed_point.h"
#include "runtime.h"

/* Images for int8 models alone may leave the kernels for int16 and float32 out. */
#ifdef RT_INT8_ONLY
#define RT_WIDE 0
#else
#define RT_WIDE 1
#endif

/* ActivationFunctionType in the schema. */
enum { RT_NO_ACTIVATION = 0, RT_FUSED_RELU = 1, RT_FUSED_RELU_N1_TO_1 = 2, RT_FUSED_RELU6 = 3 };

typedef struct {
    int32_t low;
    int32_t high;
} rt_range;

/* The integers a fused activation lets through, within the output's type. */
inference_status rt_activation_range(rt_opening *opening, int activation, const rt_tensor *output, rt_range *range);

/* input scale * filter scale / output scale, once for each output channel (`count`
 * entries; a per-tensor filter gives one entry, or `count` equal ones). */
typedef struct {
    const int32_t *multipliers;
    const int8_t *shifts;
    uint32_t count; /* 1: the same for all channels */
} rt_channel_factors;

inference_status rt_channel_factors_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                       const rt_tensor *output, uint32_t channels, int32_t axis,
                                       rt_channel_factors *factors);

/* The same for FULLY_CONNECTED with one scale for the whole filter, where the
 * reference multiplies the scales in single precision and checks the bias's. */
inference_status rt_dense_factor_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                    const rt_tensor *bias, const rt_tensor *output, rt_channel_factors *factors);

/* A fused activation on real numbers. */
typedef struct {
    float low;
    float high;
} rt_real_range;
inference_status rt_real_activation_range(rt_opening *opening, int activation, rt_real_range *range);

static inline float rt_clamp_real(float x, const rt_real_range *range) {
    return x < range->low ? range->low : x > range->high ? range->high : x;
}

/* To the nearest integer, halves away from zero, without libm; saturates. */
int32_t rt_round(double x);

/* Whether x is a power of two within a thousandth of its exponent, and which. */
bool rt_is_power_of_two(float x, int32_t *exponent);

/* For int16 LOGISTIC and TANH, which look up a table of steps of 1/24: the input's
 * scale as multiplier / 2^shift. A scale that is a power of two is met exactly,
 * up to 2^`most_left` times the finest. */
inference_status rt_table_factor_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *output,
                                    int32_t most_left, int32_t *multiplier, int32_t *shift);

/* The factor of a positive real number; refuses those that shift too far to the left. */
inference_status rt_factor_checked(rt_opening *opening, double real, rt_factor *factor);

#endif
