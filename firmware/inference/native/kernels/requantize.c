/* SPDX-License-Identifier: Apache-2.0 */
#include "requantize.h"

inference_status rt_requantizer_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                   const rt_tensor *bias, const rt_tensor *output, int32_t axis, uint32_t terms,
                                   int activation, rt_requantizer *r) {
    uint32_t channels = (uint32_t)filter->dims[axis];
    RT_NEED(filter->flags & RT_CONSTANT, INFERENCE_MODEL_OPTION, "filter-not-constant");
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
