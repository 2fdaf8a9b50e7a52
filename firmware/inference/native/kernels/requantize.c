/* SPDX-License-Identifier: Apache-2.0 */
#include "requantize.h"

#include <string.h>

static inference_status wide(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter, const rt_tensor *bias,
                             const rt_tensor *output, int32_t axis, int activation, rt_requantizer *r) {
    const uint32_t channels = (uint32_t)filter->dims[axis];
    const uint8_t code = opening->node->operator->code;
    RT_NEED(RT_WIDE, INFERENCE_MODEL_TYPE, "only-int8-in-this-image");
    r->bias = NULL;
    if (bias != NULL) {
        RT_NEED(rt_elements(bias) == channels && (bias->flags & RT_CONSTANT), INFERENCE_MODEL_SHAPE, "bias-shape");
        r->bias = (const int32_t *)(const void *)bias->data;
    }
    if (input->type == INFERENCE_FLOAT32) {
        RT_NEED(filter->type == INFERENCE_FLOAT32, INFERENCE_MODEL_TYPE, "filter-type");
        RT_NEED(bias == NULL || bias->type == INFERENCE_FLOAT32, INFERENCE_MODEL_TYPE, "bias-type");
        r->kind = RT_SUM_REAL;
        return rt_real_activation_range(opening, activation, &r->reals);
    }
    RT_NEED(input->type == INFERENCE_INT16, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(filter->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "filter-type");
    r->kind = RT_SUM_INT16;
    if (bias != NULL && bias->type != INFERENCE_INT64) {
        RT_NEED(bias->type == INFERENCE_INT32 && code != RT_DEPTHWISE_CONV_2D, INFERENCE_MODEL_TYPE, "bias-type");
        r->kind = RT_SUM_INT16_NARROW;
    }
    RT_NEED(input->zero_point == 0 && output->zero_point == 0, INFERENCE_MODEL_QUANTIZATION, "zero-point");
    if (code == RT_FULLY_CONNECTED) {
        RT_TRY(rt_dense_factor_of(opening, input, filter, bias, output, &r->factors));
    } else {
        RT_TRY(rt_channel_factors_of(opening, input, filter, output, channels, axis, &r->factors));
    }
    for (uint32_t i = 0; i < r->factors.count && r->kind == RT_SUM_INT16; i++) {
        RT_NEED(r->factors.shifts[i] < 8, INFERENCE_MODEL_QUANTIZATION, "scale-too-large");
    }
    return rt_activation_range(opening, activation, output, &r->range);
}

void rt_wide_products(const rt_requantizer *r, const void *x, uint32_t x_at, uint32_t x_step, const void *filter,
                      uint32_t filter_at, uint32_t filter_step, uint32_t count, rt_wide_sum *sum) {
    if (r->kind == RT_SUM_REAL) {
        const float *a = (const float *)x + x_at, *b = (const float *)filter + filter_at;
        for (; count > 0; count--, a += x_step, b += filter_step) sum->real += *a * *b;
    } else {
        const int16_t *a = (const int16_t *)x + x_at;
        const int8_t *b = (const int8_t *)filter + filter_at;
        for (; count > 0; count--, a += x_step, b += filter_step) sum->whole += *a * *b;
    }
}

void rt_wide_store(const rt_requantizer *r, const rt_wide_sum *sum, uint32_t channel, void *output, uint32_t at) {
    if (r->kind == RT_SUM_REAL) {
        const float bias = r->bias != NULL ? ((const float *)(const void *)r->bias)[channel] : 0.0f;
        ((float *)output)[at] = rt_clamp_real(sum->real + bias, &r->reals);
        return;
    }
    const uint32_t i = r->factors.count == 1 ? 0 : channel;
    const rt_factor factor = {r->factors.multipliers[i], r->factors.shifts[i]};
    int32_t y;
    if (r->kind == RT_SUM_INT16_NARROW) {
        const uint32_t bias = r->bias != NULL ? (uint32_t)r->bias[channel] : 0;
        y = rt_multiply((int32_t)((uint32_t)sum->whole + bias), factor);
    } else {
        int64_t bias = 0; /* not aligned to its size, perhaps */
        if (r->bias != NULL) memcpy(&bias, (const uint8_t *)r->bias + 8 * channel, sizeof bias);
        y = rt_multiply_wide((int64_t)((uint64_t)sum->whole + (uint64_t)bias), factor);
    }
    ((int16_t *)output)[at] = (int16_t)rt_clamp(y, r->range.low, r->range.high);
}

inference_status rt_requantizer_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                   const rt_tensor *bias, const rt_tensor *output, int32_t axis, uint32_t terms,
                                   int activation, rt_requantizer *r) {
    uint32_t channels = (uint32_t)filter->dims[axis];
    RT_NEED(filter->flags & RT_CONSTANT, INFERENCE_MODEL_OPTION, "filter-not-constant");
    if (input->type != INFERENCE_INT8) return wide(opening, input, filter, bias, output, axis, activation, r);
    RT_NEED(filter->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "filter-type");
    r->kind = RT_SUM_INT8;
    RT_NEED(input->zero_point >= INT8_MIN && input->zero_point <= INT8_MAX, INFERENCE_MODEL_QUANTIZATION,
            "input-zero-point");
    uint64_t most = (uint64_t)terms * 128 * 255;
    r->bias = NULL;
    if (bias != NULL) {
        RT_NEED(bias->type == INFERENCE_INT32, INFERENCE_MODEL_TYPE, "bias-type");
        RT_NEED(rt_elements(bias) == channels && (bias->flags & RT_CONSTANT), INFERENCE_MODEL_SHAPE, "bias-shape");
        r->bias = (const int32_t *)(const void *)bias->data;
        uint64_t largest = 0;
        for (uint32_t i = 0; i < channels; i++) {
            uint64_t size = r->bias[i] < 0 ? (uint64_t) - (int64_t)r->bias[i] : (uint64_t)r->bias[i];
            if (size > largest) largest = size;
        }
        most += largest;
    }
    if (opening->node->operator->code == RT_FULLY_CONNECTED) {
        RT_TRY(rt_dense_factor_of(opening, input, filter, bias, output, &r->factors));
    } else {
        RT_TRY(rt_channel_factors_of(opening, input, filter, output, channels, axis, &r->factors));
    }
    RT_TRY(rt_activation_range(opening, activation, output, &r->range));
    r->output_offset = output->zero_point;
    r->quick = most < 1u << 30 && bias != NULL && r->range.low == INT8_MIN && r->range.high == INT8_MAX;
    for (uint32_t i = 0; i < r->factors.count; i++) {
        if (r->factors.shifts[i] >= 0) r->quick = false;
    }
    return INFERENCE_OK;
}
