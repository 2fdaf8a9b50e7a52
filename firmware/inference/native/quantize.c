/* SPDX-License-Identifier: Apache-2.0 */
#include "quantize.h"

#include <float.h>
#include <string.h>

#include "small.h"

int32_t rt_round(double x) {
    if (x != x) return 0;
    if (x >= 2147483647.0) return INT32_MAX;
    if (x <= -2147483648.0) return INT32_MIN;
    return (int32_t)(x + (x < 0 ? -0.5 : 0.5));
}

static inference_status quantized(rt_opening *opening, const rt_tensor *tensor, float real, int32_t *out) {
    float stored = real / tensor->scale;
    RT_NEED(stored >= -2147483648.0f && stored < 2147483648.0f, INFERENCE_MODEL_QUANTIZATION, "activation-range");
    *out = rt_clamp(rt_round((double)stored), INT32_MIN / 2, INT32_MAX / 2) + tensor->zero_point;
    return INFERENCE_OK;
}

inference_status rt_activation_range(rt_opening *opening, int activation, const rt_tensor *output, rt_range *range) {
    int32_t least, most;
    switch (output->type) {
    case INFERENCE_INT8: least = INT8_MIN, most = INT8_MAX; break;
    case INFERENCE_INT16: least = INT16_MIN, most = INT16_MAX; break;
    default: return rt_refuse(opening, INFERENCE_MODEL_TYPE, "output-type");
    }
    RT_NEED(output->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "output-scale");
    RT_NEED(output->zero_point >= least && output->zero_point <= most, INFERENCE_MODEL_QUANTIZATION, "output-zero-point");
    range->low = least;
    range->high = most;
    float from, to = 0.0f;
    switch (activation) {
    case RT_NO_ACTIVATION: return INFERENCE_OK;
    case RT_FUSED_RELU: from = 0.0f; break;
    case RT_FUSED_RELU_N1_TO_1: from = -1.0f, to = 1.0f; break;
    case RT_FUSED_RELU6: from = 0.0f, to = 6.0f; break;
    default: return rt_refuse(opening, INFERENCE_MODEL_OPTION, "fused-activation");
    }
    int32_t bound = 0;
    RT_TRY(quantized(opening, output, from, &bound));
    if (bound > least) range->low = bound;
    if (activation != RT_FUSED_RELU) {
        RT_TRY(quantized(opening, output, to, &bound));
        if (bound < most) range->high = bound;
    }
    return INFERENCE_OK;
}

inference_status rt_factor_checked(rt_opening *opening, double real, rt_factor *factor) {
    *factor = rt_factor_of(real);
    RT_NEED(factor->shift <= 30, INFERENCE_MODEL_QUANTIZATION, "scale-too-large");
    return INFERENCE_OK;
}

inference_status rt_real_activation_range(rt_opening *opening, int activation, rt_real_range *range) {
    switch (activation) {
    case RT_NO_ACTIVATION: range->low = -FLT_MAX, range->high = FLT_MAX; return INFERENCE_OK;
    case RT_FUSED_RELU: range->low = 0.0f, range->high = FLT_MAX; return INFERENCE_OK;
    case RT_FUSED_RELU_N1_TO_1: range->low = -1.0f, range->high = 1.0f; return INFERENCE_OK;
    case RT_FUSED_RELU6: range->low = 0.0f, range->high = 6.0f; return INFERENCE_OK;
    default: return rt_refuse(opening, INFERENCE_MODEL_OPTION, "fused-activation");
    }
}

static inference_status fill_factors(rt_opening *opening, double input_scale, const fb_vector *scales,
                                     double output_scale, rt_channel_factors *factors) {
    int32_t *multipliers = rt_keep(opening, scales->count * 4);
    int8_t *shifts = rt_keep(opening, scales->count);
    if (multipliers == NULL || shifts == NULL) return opening->nn->status;
    for (uint32_t i = 0; i < scales->count; i++) {
        rt_factor factor;
        RT_TRY(rt_factor_checked(opening, input_scale * (double)fb_f32_in(scales, i) / output_scale, &factor));
        multipliers[i] = factor.multiplier;
        shifts[i] = (int8_t)factor.shift;
    }
    factors->multipliers = multipliers;
    factors->shifts = shifts;
    factors->count = scales->count;
    return INFERENCE_OK;
}

inference_status rt_channel_factors_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                       const rt_tensor *output, uint32_t channels, int32_t axis,
                                       rt_channel_factors *factors) {
    int32_t found_axis;
    fb_vector scales = rt_scales(opening, filter, &found_axis);
    RT_NEED(input->scale > 0.0f && output->scale > 0.0f && scales.count > 0, INFERENCE_MODEL_QUANTIZATION, "scale");
    RT_NEED(rt_is_symmetric(opening, filter), INFERENCE_MODEL_QUANTIZATION, "filter-zero-point");
    RT_NEED(scales.count == 1 || (scales.count == channels && found_axis == axis), INFERENCE_MODEL_QUANTIZATION,
            "filter-scales");
    return fill_factors(opening, input->scale, &scales, output->scale, factors);
}

inference_status rt_dense_factor_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                    const rt_tensor *bias, const rt_tensor *output, rt_channel_factors *factors) {
    int32_t axis;
    fb_vector scales = rt_scales(opening, filter, &axis);
    if (scales.count != 1) {
        return rt_channel_factors_of(opening, input, filter, output, (uint32_t)filter->dims[0], 0, factors);
    }
    RT_NEED(input->scale > 0.0f && output->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    RT_NEED(rt_is_symmetric(opening, filter), INFERENCE_MODEL_QUANTIZATION, "filter-zero-point");
    if (bias != NULL) {
        /* The bias is added before scaling, so its scale must be the product's. */
        double off = (double)input->scale * (double)filter->scale - (double)bias->scale;
        RT_NEED((off < 0 ? -off : off) / (double)output->scale <= 0.02, INFERENCE_MODEL_QUANTIZATION, "bias-scale");
    }
    float product = input->scale * filter->scale;
    int32_t *multiplier = rt_keep(opening, 4);
    int8_t *shift = rt_keep(opening, 1);
    if (multiplier == NULL || shift == NULL) return opening->nn->status;
    rt_factor factor;
    RT_TRY(rt_factor_checked(opening, (double)product / (double)output->scale, &factor));
    *multiplier = factor.multiplier;
    *shift = (int8_t)factor.shift;
    *factors = (rt_channel_factors){multiplier, shift, 1};
    return INFERENCE_OK;
}

bool rt_is_power_of_two(float x, int32_t *exponent) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    int32_t of = (int32_t)(bits >> 23 & 0xff) - 127;
    uint32_t fraction = bits & 0x7fffff;
    /* 2^0.001 = 1.0006934 and 2^-0.001 = 0.9993071, in units of 2^-23 and 2^-24. */
    if (fraction <= 5816) {
        *exponent = of;
        return true;
    }
    if (fraction >= 0x800000 - 11624) {
        *exponent = of + 1;
        return true;
    }
    return false;
}

inference_status rt_table_factor_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *output,
                                    int32_t most_left, int32_t *multiplier, int32_t *shift) {
    int32_t exponent = 0;
    RT_NEED(input->zero_point == 0 && output->zero_point == 0, INFERENCE_MODEL_QUANTIZATION, "zero-point");
    RT_NEED(rt_is_power_of_two(output->scale, &exponent) && exponent == -15, INFERENCE_MODEL_QUANTIZATION, "output-scale");
    if (rt_is_power_of_two(input->scale, &exponent) && exponent >= -12 && exponent <= -12 + most_left) {
        *multiplier = 3 << (exponent + 12);
        *shift = 0;
        return INFERENCE_OK;
    }
    double real = (double)input->scale * 4096.0 * 3.0;
    RT_NEED(real < 32768.0, INFERENCE_MODEL_QUANTIZATION, "input-scale");
    *shift = 0;
    while (real <= 32767.0 / 2.0 && *shift <= 30) {
        ++*shift;
        real *= 2.0;
    }
    *multiplier = (int32_t)real;
    return INFERENCE_OK;
}
