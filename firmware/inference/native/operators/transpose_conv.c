/* SPDX-License-Identifier: Apache-2.0
 *
 * TRANSPOSE_CONV: every input pixel is spread over the output through the filter.
 * Seen from an output pixel: it gathers from the inputs whose window covers it.
 */
#include "../kernels/dense.h"
#include "../kernels/requantize.h"
#include "../kernels/window.h"

typedef struct {
    rt_window window; /* the windows slide over the output; the "output" of the window is our input */
    rt_requantizer requantizer;
    int32_t input_offset;
} transpose_conv;

enum { SHAPE, FILTER, INPUT, BIAS };

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *filter = rt_in(opening, FILTER), *input = rt_in(opening, INPUT), *bias = rt_in(opening, BIAS);
    const rt_tensor *output = rt_out(opening, 0);
    const fb_table *options = &opening->options;
    RT_NEED(input != NULL && filter != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "type");
    RT_NEED(filter->rank == 4 && rt_elements(filter) > 0, INFERENCE_MODEL_SHAPE, "filter-shape");
    RT_NEED(input->rank == 4 && output->rank == 4, INFERENCE_MODEL_SHAPE, "rank");
    transpose_conv *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    const int32_t size[2] = {filter->dims[1], filter->dims[2]};
    const int32_t stride[2] = {fb_i32(options, 2, 0), fb_i32(options, 1, 0)};
    const int32_t dilation[2] = {1, 1};
    RT_TRY(rt_window_of(opening, output, input, fb_i8(options, 0, 0), size, stride, dilation, &op->window));
    RT_NEED(input->dims[3] == filter->dims[3], INFERENCE_MODEL_SHAPE, "input-channels");
    RT_NEED(output->dims[3] == filter->dims[0], INFERENCE_MODEL_SHAPE, "output-channels");
    op->input_offset = -input->zero_point;
    const uint32_t terms = rt_elements(filter) / (uint32_t)filter->dims[0];
    return rt_requantizer_of(opening, input, filter, bias, output, 0, terms, fb_i8(options, 3, 0), &op->requantizer);
}

/* Which input, if any, meets output `at` through filter position `tap`. */
static bool meets(const rt_axis *axis, int32_t at, int32_t tap, int32_t *input) {
    const int32_t spread = at + axis->before - tap;
    *input = spread / axis->stride;
    return spread >= 0 && spread % axis->stride == 0 && *input < axis->output;
}

static inference_status invoke_wide(const rt_state *state, const rt_node *node) {
    const transpose_conv *op = node->data;
    const rt_axis *y = &op->window.y, *x = &op->window.x;
    const rt_requantizer *r = &op->requantizer;
    const uint32_t depth = op->window.output_depth, channels = op->window.depth;
    uint32_t at = 0;
    for (uint32_t batch = 0; batch < op->window.batches; batch++) {
        for (int32_t out_y = 0; out_y < y->input; out_y++) {
            for (int32_t out_x = 0; out_x < x->input; out_x++) {
                for (uint32_t channel = 0; channel < channels; channel++, at++) {
                    rt_wide_sum sum = rt_wide_zero(r);
                    /* Backwards through the filter is forwards through the input: real sums depend on the order. */
                    for (int32_t tap_y = y->size - 1; tap_y >= 0; tap_y--) {
                        int32_t in_y, in_x;
                        if (!meets(y, out_y, tap_y, &in_y)) continue;
                        for (int32_t tap_x = x->size - 1; tap_x >= 0; tap_x--) {
                            if (!meets(x, out_x, tap_x, &in_x)) continue;
                            const uint32_t pixel = (batch * (uint32_t)y->output + (uint32_t)in_y) * (uint32_t)x->output + (uint32_t)in_x;
                            const uint32_t tap = (channel * (uint32_t)y->size + (uint32_t)tap_y) * (uint32_t)x->size + (uint32_t)tap_x;
                            rt_wide_products(r, rt_input(state, node, INPUT)->data, pixel * depth, 1,
                                             rt_input(state, node, FILTER)->data, tap * depth, 1, depth, &sum);
                        }
                    }
                    rt_wide_store(r, &sum, channel, rt_output(state, node, 0)->data, at);
                }
            }
        }
    }
    return INFERENCE_OK;
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const transpose_conv *op = node->data;
    if (RT_WIDE && op->requantizer.kind != RT_SUM_INT8) return invoke_wide(state, node);
    const rt_axis *y = &op->window.y, *x = &op->window.x;
    const int8_t *filter = (const int8_t *)rt_input(state, node, FILTER)->data;
    const int8_t *image = (const int8_t *)rt_input(state, node, INPUT)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    const uint32_t depth = op->window.output_depth, channels = op->window.depth;
    for (uint32_t batch = 0; batch < op->window.batches; batch++, image += (uint32_t)(y->output * x->output) * depth) {
        for (int32_t out_y = 0; out_y < y->input; out_y++) {
            for (int32_t out_x = 0; out_x < x->input; out_x++) {
                const int8_t *rows = filter;
                for (uint32_t channel = 0; channel < channels; channel++) {
                    uint32_t sum = 0;
                    for (int32_t tap_y = 0; tap_y < y->size; tap_y++) {
                        int32_t in_y, in_x;
                        if (!meets(y, out_y, tap_y, &in_y)) {
                            rows += (uint32_t)x->size * depth;
                            continue;
                        }
                        for (int32_t tap_x = 0; tap_x < x->size; tap_x++, rows += depth) {
                            if (!meets(x, out_x, tap_x, &in_x)) continue;
                            const int8_t *pixel = image + (uint32_t)(in_y * x->output + in_x) * depth;
                            sum += (uint32_t)rt_row_times(pixel, rows, depth, op->input_offset);
                        }
                    }
                    *output++ = rt_requantize(&op->requantizer, (int32_t)sum, channel);
                }
            }
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_TRANSPOSE_CONV = {"TRANSPOSE_CONV", RT_TRANSPOSE_CONV, prepare, invoke, 0};
