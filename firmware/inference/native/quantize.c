/* SPDX-License-Identifier: Apache-2.0 */
#include "quantize.h"

/* Round to nearest, halves away from zero, without libm. */
static int64_t rounded(float x) {
    return (int64_t)(x + (x < 0 ? -0.5 : 0.5));
}

static inference_status quantized(rt_opening *opening, const rt_tensor *tensor, float real, int32_t *out) {
    float stored = real / tensor->scale;
    RT_NEED(stored >= -2147483648.0f && stored < 2147483648.0f, INFERENCE_MODEL_QUANTIZATION, "activation-range");
    *out = (int32_t)(tensor->zero_point + rounded(stored));
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

inference_status rt_channel_factors_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                       const rt_tensor *bias, const rt_tensor *output, uint32_t channels,
                                       int32_t axis, rt_channel_factors *factors) {
    int32_t found_axis;
    fb_vector scales = rt_scales(opening, filter, &found_axis);
    RT_NEED(input->scale > 0.0f && output->scale > 0.0f && scales.count > 0, INFERENCE_MODEL_QUANTIZATION, "scale");
    RT_NEED(rt_is_symmetric(opening, filter), INFERENCE_MODEL_QUANTIZATION, "filter-zero-point");
    bool one = scales.count == 1;
    RT_NEED(one || (scales.count == channels && found_axis == axis), INFERENCE_MODEL_QUANTIZATION, "filter-scales");
    if (one && bias != NULL) {
        /* The bias is added before scaling, so its scale must be the product's. */
        double off = (double)input->scale * filter->scale - bias->scale;
        RT_NEED((off < 0 ? -off : off) / output->scale <= 0.02, INFERENCE_MODEL_QUANTIZATION, "bias-scale");
    }
    int32_t *multipliers = rt_keep(opening, scales.count * 4);
    int8_t *shifts = rt_keep(opening, scales.count);
    if (multipliers == NULL || shifts == NULL) return opening->nn->status;
    for (uint32_t i = 0; i < scales.count; i++) {
        float filter_scale = fb_f32_in(&scales, i);
        /* Per tensor, the reference multiplies the two scales in single precision. */
        float product = input->scale * filter_scale;
        double real = one ? (double)product : (double)input->scale * (double)filter_scale;
        rt_factor factor = rt_factor_of(real / (double)output->scale);
        RT_NEED(factor.shift <= 30, INFERENCE_MODEL_QUANTIZATION, "scale-too-large");
        multipliers[i] = factor.multiplier;
        shifts[i] = (int8_t)factor.shift;
    }
    factors->multipliers = multipliers;
    factors->shifts = shifts;
    factors->count = scales.count;
    return INFERENCE_OK;
}
