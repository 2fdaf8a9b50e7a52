/* SPDX-License-Identifier: Apache-2.0 */
#include "window.h"

#include "../small.h"

static inference_status axis_of(rt_opening *opening, int padding, int32_t input, int32_t output, int32_t size,
                                int32_t stride, int32_t dilation, rt_axis *axis) {
    RT_NEED(stride > 0 && dilation > 0, INFERENCE_MODEL_OPTION, "stride");
    RT_NEED(size > 0, INFERENCE_MODEL_SHAPE, "window");
    int64_t effective = (int64_t)(size - 1) * dilation + 1;
    /* So that no product of positions overflows later. */
    RT_NEED(effective < 1 << 24 && input < 1 << 24 && stride < 1 << 24, INFERENCE_MODEL_SHAPE, "window");
    int64_t expected;
    if (padding == RT_SAME) expected = ((int64_t)input + stride - 1) / stride;
    else expected = ((int64_t)input + stride - effective) / stride;
    RT_NEED(padding == RT_SAME || padding == RT_VALID, INFERENCE_MODEL_OPTION, "padding");
    RT_NEED(expected == output, INFERENCE_MODEL_SHAPE, "output-shape");
    int64_t missing = (expected - 1) * stride + effective - input;
    axis->size = size;
    axis->stride = stride;
    axis->dilation = dilation;
    axis->before = missing > 0 ? (int32_t)(missing / 2) : 0;
    axis->input = input;
    axis->output = output;
    return INFERENCE_OK;
}

inference_status rt_window_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *output, int padding,
                              const int32_t size[2], const int32_t stride[2], const int32_t dilation[2],
                              rt_window *window) {
    RT_NEED(input->rank == 4 && output->rank == 4, INFERENCE_MODEL_SHAPE, "rank");
    RT_NEED(input->dims[0] == output->dims[0], INFERENCE_MODEL_SHAPE, "batches");
    window->batches = (uint32_t)input->dims[0];
    window->depth = (uint32_t)input->dims[3];
    window->output_depth = (uint32_t)output->dims[3];
    RT_TRY(axis_of(opening, padding, input->dims[1], output->dims[1], size[0], stride[0], dilation[0], &window->y));
    return axis_of(opening, padding, input->dims[2], output->dims[2], size[1], stride[1], dilation[1], &window->x);
}
