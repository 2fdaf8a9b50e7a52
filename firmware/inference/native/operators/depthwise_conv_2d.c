/* SPDX-License-Identifier: Apache-2.0
 *
 * DEPTHWISE_CONV_2D: every input channel is convolved with filters of its own.
 */
#include "../kernels/requantize.h"
#include "../kernels/window.h"

typedef struct {
    rt_window window;
    rt_requantizer requantizer;
    int32_t input_offset;
    uint32_t multiplier; /* output channels for each input channel */
} depthwise;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *filter = rt_in(opening, 1);
    const rt_tensor *bias = rt_in(opening, 2);
    const rt_tensor *output = rt_out(opening, 0);
    const fb_table *options = &opening->options;
    RT_NEED(input != NULL && filter != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "output-type");
    RT_NEED(filter->rank == 4 && rt_elements(filter) > 0 && filter->dims[0] == 1, INFERENCE_MODEL_SHAPE, "filter-shape");
    depthwise *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    const int32_t size[2] = {filter->dims[1], filter->dims[2]};
    const int32_t stride[2] = {fb_i32(options, 2, 0), fb_i32(options, 1, 0)};
    const int32_t dilation[2] = {fb_i32(options, 6, 1), fb_i32(options, 5, 1)};
    RT_TRY(rt_window_of(opening, input, output, fb_i8(options, 0, 0), size, stride, dilation, &op->window));
    RT_NEED(op->window.output_depth == (uint32_t)filter->dims[3], INFERENCE_MODEL_SHAPE, "output-channels");
    /* The option of the same name is redundant, and old converters wrote it wrong: the shapes decide. */
    RT_NEED(op->window.output_depth % op->window.depth == 0, INFERENCE_MODEL_SHAPE, "input-channels");
    op->multiplier = op->window.output_depth / op->window.depth;
    op->input_offset = -input->zero_point;
    RT_TRY(rt_requantizer_of(opening, input, filter, bias, output, 3, (uint32_t)(size[0] * size[1]),
                             fb_i8(options, 4, 0), &op->requantizer));
    opening->node->data = op;
    return INFERENCE_OK;
}

/* Where the window at one place of the output lies, cut to the image. */
typedef struct {
    const int8_t *pixel; /* under the first tap inside */
    const int8_t *taps;  /* the first tap inside */
    int32_t rows;
    int32_t columns;
} cut;

static void one_channel(const depthwise *op, const cut *cut, uint32_t channel, int8_t *output) {
    const rt_window *window = &op->window;
    const uint32_t tap_row = (uint32_t)window->x.size * window->output_depth;
    const uint32_t pixel_row = (uint32_t)(window->x.input * window->y.dilation) * window->depth;
    const uint32_t pixel_step = (uint32_t)window->x.dilation * window->depth;
    const int8_t *pixels = cut->pixel + channel / op->multiplier;
    const int8_t *taps = cut->taps + channel;
    uint32_t sum = 0;
    for (int32_t y = 0; y < cut->rows; y++, pixels += pixel_row, taps += tap_row) {
        const int8_t *pixel = pixels, *tap = taps;
        for (int32_t x = 0; x < cut->columns; x++, pixel += pixel_step, tap += window->output_depth) {
            sum += (uint32_t)(*tap * (*pixel + op->input_offset));
        }
    }
    *output = rt_requantize(&op->requantizer, (int32_t)sum, channel);
}

#ifdef RT_DSP

/* Four neighbouring channels, each with its own pixel. */
static void four_channels(const depthwise *op, const cut *cut, uint32_t channel, int8_t *output) {
    const rt_window *window = &op->window;
    const uint32_t depth = window->depth;
    const uint32_t tap_row = (uint32_t)(window->x.size - cut->columns) * depth;
    const uint32_t pixel_step = (uint32_t)window->x.dilation * depth;
    const uint32_t pixel_row = (uint32_t)(window->x.input * window->y.dilation) * depth - (uint32_t)cut->columns * pixel_step;
    const uint32_t offset = ((uint32_t)op->input_offset & 0xffff) | (uint32_t)op->input_offset << 16;
    const int8_t *pixel = cut->pixel + channel, *tap = cut->taps + channel;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t y = cut->rows; y != 0; y--, pixel += pixel_row, tap += tap_row) {
        for (int32_t x = cut->columns; x != 0; x--, pixel += pixel_step, tap += depth) {
            uint32_t pixels = rt_load_word(pixel), taps = rt_load_word(tap);
            uint32_t p02 = rt_even_bytes_plus(offset, pixels), p13 = rt_odd_bytes_plus(offset, pixels);
            uint32_t t02 = rt_even_bytes(taps), t13 = rt_odd_bytes(taps);
            s0 = rt_low_by_low(p02, t02, s0);
            s1 = rt_low_by_low(p13, t13, s1);
            s2 = rt_high_by_high(p02, t02, s2);
            s3 = rt_high_by_high(p13, t13, s3);
        }
    }
    const int32_t sums[4] = {s0, s1, s2, s3};
    rt_requantize_row(&op->requantizer, sums, channel, output);
}

/* Four neighbouring channels that share one pixel. */
static void four_of_one(const depthwise *op, const cut *cut, uint32_t channel, int8_t *output) {
    const rt_window *window = &op->window;
    const uint32_t tap_step = window->output_depth;
    const uint32_t tap_row = (uint32_t)(window->x.size - cut->columns) * tap_step;
    const uint32_t pixel_step = (uint32_t)window->x.dilation * window->depth;
    const uint32_t pixel_row = (uint32_t)(window->x.input * window->y.dilation) * window->depth - (uint32_t)cut->columns * pixel_step;
    const int8_t *pixel = cut->pixel + channel / op->multiplier, *tap = cut->taps + channel;
    int32_t s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (int32_t y = cut->rows; y != 0; y--, pixel += pixel_row, tap += tap_row) {
        for (int32_t x = cut->columns; x != 0; x--, pixel += pixel_step, tap += tap_step) {
            uint32_t value = (uint32_t)(*pixel + op->input_offset), taps = rt_load_word(tap);
            uint32_t t02 = rt_even_bytes(taps), t13 = rt_odd_bytes(taps);
            s0 = rt_low_by_low(value, t02, s0);
            s1 = rt_low_by_low(value, t13, s1);
            s2 = rt_low_by_high(value, t02, s2);
            s3 = rt_low_by_high(value, t13, s3);
        }
    }
    const int32_t sums[4] = {s0, s1, s2, s3};
    rt_requantize_row(&op->requantizer, sums, channel, output);
}

#endif

static void one_place(const depthwise *op, const cut *cut, int8_t *output) {
    uint32_t channel = 0;
#ifdef RT_DSP
    if (op->multiplier == 1) {
        for (; channel + 4 <= op->window.output_depth; channel += 4) four_channels(op, cut, channel, output + channel);
    } else if (op->multiplier % 4 == 0) {
        for (; channel < op->window.output_depth; channel += 4) four_of_one(op, cut, channel, output + channel);
    }
#endif
    for (; channel < op->window.output_depth; channel++) one_channel(op, cut, channel, output + channel);
}

static inference_status invoke_wide(const rt_state *state, const rt_node *node) {
    const depthwise *op = node->data;
    const rt_axis *y = &op->window.y, *x = &op->window.x;
    const rt_requantizer *r = &op->requantizer;
    const void *image = rt_input(state, node, 0)->data, *filter = rt_input(state, node, 1)->data;
    uint32_t at = 0;
    for (uint32_t batch = 0; batch < op->window.batches; batch++) {
        for (int32_t out_y = 0; out_y < y->output; out_y++) {
            for (int32_t out_x = 0; out_x < x->output; out_x++) {
                int32_t first_y, last_y, first_x, last_x;
                rt_inside(y, out_y, &first_y, &last_y);
                rt_inside(x, out_x, &first_x, &last_x);
                const int32_t in_x = out_x * x->stride - x->before + first_x * x->dilation;
                for (uint32_t channel = 0; channel < op->window.output_depth; channel++, at++) {
                    rt_wide_sum sum = rt_wide_zero(r);
                    for (int32_t ky = first_y; ky < last_y; ky++) {
                        const int32_t in_y = out_y * y->stride - y->before + ky * y->dilation;
                        const uint32_t pixel = (batch * (uint32_t)y->input + (uint32_t)in_y) * (uint32_t)x->input + (uint32_t)in_x;
                        rt_wide_products(r, image, pixel * op->window.depth + channel / op->multiplier,
                                         (uint32_t)x->dilation * op->window.depth, filter,
                                         (uint32_t)(ky * x->size + first_x) * op->window.output_depth + channel,
                                         op->window.output_depth, (uint32_t)(last_x - first_x), &sum);
                    }
                    rt_wide_store(r, &sum, channel, rt_output(state, node, 0)->data, at);
                }
            }
        }
    }
    return INFERENCE_OK;
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const depthwise *op = node->data;
    if (op->requantizer.kind != RT_SUM_INT8) return invoke_wide(state, node);
    const rt_axis *y = &op->window.y, *x = &op->window.x;
    const int8_t *image = (const int8_t *)rt_input(state, node, 0)->data;
    const int8_t *filter = (const int8_t *)rt_input(state, node, 1)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    const uint32_t image_size = (uint32_t)(y->input * x->input) * op->window.depth;
    for (uint32_t batch = 0; batch < op->window.batches; batch++, image += image_size) {
        for (int32_t out_y = 0; out_y < y->output; out_y++) {
            int32_t first_y, last_y;
            rt_inside(y, out_y, &first_y, &last_y);
            int32_t in_y = out_y * y->stride - y->before + first_y * y->dilation;
            for (int32_t out_x = 0; out_x < x->output; out_x++, output += op->window.output_depth) {
                int32_t first_x, last_x;
                rt_inside(x, out_x, &first_x, &last_x);
                int32_t in_x = out_x * x->stride - x->before + first_x * x->dilation;
                cut cut = {
                    .pixel = image + (uint32_t)(in_y * x->input + in_x) * op->window.depth,
                    .taps = filter + (uint32_t)(first_y * x->size + first_x) * op->window.output_depth,
                    .rows = last_y - first_y,
                    .columns = last_x - first_x,
                };
                one_place(op, &cut, output);
            }
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_DEPTHWISE_CONV_2D = {"DEPTHWISE_CONV_2D", RT_DEPTHWISE_CONV_2D, prepare, invoke, 0};
