/* SPDX-License-Identifier: Apache-2.0
 *
 * CONV_2D: for each place of the window, the pixels under it become one column,
 * and every filter row is multiplied with it.
 */
#include <string.h>

#include "../kernels/matrix.h"
#include "../kernels/requantize.h"
#include "../kernels/window.h"

typedef struct {
    rt_window window;
    rt_requantizer requantizer;
    int32_t input_offset;
    uint32_t group_depth; /* input channels that one filter sees: fewer than all when grouped */
    uint32_t groups;
    uint32_t terms; /* elements of one filter */
    bool may_overread;
    uint32_t *pair; /* scratch: two columns */
    int8_t *patch;  /* scratch: one column of bytes, where it cannot be widened piece by piece */
} conv;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *filter = rt_in(opening, 1);
    const rt_tensor *bias = rt_in(opening, 2);
    const rt_tensor *output = rt_out(opening, 0);
    const fb_table *options = &opening->options;
    RT_NEED(input != NULL && filter != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "output-type");
    RT_NEED(filter->rank == 4 && rt_elements(filter) > 0, INFERENCE_MODEL_SHAPE, "filter-shape");
    conv *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    const int32_t size[2] = {filter->dims[1], filter->dims[2]};
    const int32_t stride[2] = {fb_i32(options, 2, 0), fb_i32(options, 1, 0)};
    const int32_t dilation[2] = {fb_i32(options, 5, 1), fb_i32(options, 4, 1)};
    RT_TRY(rt_window_of(opening, input, output, fb_i8(options, 0, 0), size, stride, dilation, &op->window));
    RT_NEED(op->window.output_depth == (uint32_t)filter->dims[0], INFERENCE_MODEL_SHAPE, "output-channels");
    op->group_depth = (uint32_t)filter->dims[3];
    RT_NEED(op->window.depth % op->group_depth == 0, INFERENCE_MODEL_SHAPE, "input-channels");
    op->groups = op->window.depth / op->group_depth;
    RT_NEED(op->window.output_depth % op->groups == 0, INFERENCE_MODEL_SHAPE, "groups");
    op->terms = op->group_depth * (uint32_t)(size[0] * size[1]);
    op->may_overread = op->terms % 4 == 0 || rt_room_after(opening, filter) >= 3;
    op->input_offset = -input->zero_point;
    RT_TRY(rt_requantizer_of(opening, input, filter, bias, output, 0, op->terms, fb_i8(options, 3, 0),
                             &op->requantizer));
    opening->node->data = op;
    if (op->requantizer.kind != RT_SUM_INT8) return INFERENCE_OK;
    RT_TRY(rt_scratch(opening, rt_column_pair_bytes(op->terms), &op->pair));
    /* Pieces of four and one piece in all need no detour. */
    if (op->group_depth % 4 != 0 && op->terms != op->group_depth) {
        RT_TRY(rt_scratch(opening, op->terms, &op->patch));
    }
    return INFERENCE_OK;
}

/* Bring what lies under the window at (out_y, out_x) into column 0 or 1. */
static void gather(const conv *op, const int8_t *image, uint32_t group, int32_t out_y, int32_t out_x, unsigned column) {
    const rt_axis *y = &op->window.y, *x = &op->window.x;
    const uint32_t depth = op->group_depth;
    int32_t first_y, last_y, first_x, last_x;
    rt_inside(y, out_y, &first_y, &last_y);
    rt_inside(x, out_x, &first_x, &last_x);
    const int32_t origin_y = out_y * y->stride - y->before, origin_x = out_x * x->stride - x->before;
    const bool whole = first_y == 0 && first_x == 0 && last_y == y->size && last_x == x->size;
    if (op->patch != NULL) {
        if (!whole) memset(op->patch, -op->input_offset, op->terms); /* padding is what counts as zero */
    } else if (!whole) {
        rt_widen_zero(op->pair, column, 0, op->terms);
    }
    /* Neighbours under the window are neighbours in memory, unless spread out or split into groups. */
    const bool contiguous = x->dilation == 1 && op->groups == 1;
    for (int32_t ky = first_y; ky < last_y; ky++) {
        const int8_t *line = image + (uint32_t)((origin_y + ky * y->dilation) * x->input) * op->window.depth + group * depth;
        uint32_t at = (uint32_t)(ky * x->size + first_x) * depth;
        const uint32_t run = contiguous ? (uint32_t)(last_x - first_x) : 1;
        for (int32_t kx = first_x; kx < last_x; kx += (int32_t)run, at += run * depth) {
            const int8_t *pixel = line + (uint32_t)(origin_x + kx * x->dilation) * op->window.depth;
            if (op->patch != NULL) memcpy(op->patch + at, pixel, run * depth);
            else rt_widen(op->pair, column, at, pixel, run * depth, op->input_offset);
        }
    }
    if (op->patch != NULL) rt_widen(op->pair, column, 0, op->patch, op->terms, op->input_offset);
}

static inference_status invoke_wide(const rt_state *state, const rt_node *node) {
    const conv *op = node->data;
    const rt_axis *y = &op->window.y, *x = &op->window.x;
    const rt_requantizer *r = &op->requantizer;
    const void *image = rt_input(state, node, 0)->data, *filter = rt_input(state, node, 1)->data;
    const uint32_t channels = op->window.output_depth / op->groups;
    uint32_t at = 0;
    for (uint32_t batch = 0; batch < op->window.batches; batch++) {
        for (int32_t out_y = 0; out_y < y->output; out_y++) {
            for (int32_t out_x = 0; out_x < x->output; out_x++) {
                int32_t first_y, last_y, first_x, last_x;
                rt_inside(y, out_y, &first_y, &last_y);
                rt_inside(x, out_x, &first_x, &last_x);
                for (uint32_t channel = 0; channel < op->window.output_depth; channel++, at++) {
                    rt_wide_sum sum = rt_wide_zero(r);
                    for (int32_t ky = first_y; ky < last_y; ky++) {
                        for (int32_t kx = first_x; kx < last_x; kx++) {
                            const int32_t in_y = out_y * y->stride - y->before + ky * y->dilation;
                            const int32_t in_x = out_x * x->stride - x->before + kx * x->dilation;
                            const uint32_t pixel = (batch * (uint32_t)y->input + (uint32_t)in_y) * (uint32_t)x->input + (uint32_t)in_x;
                            rt_wide_products(r, image, pixel * op->window.depth + channel / channels * op->group_depth, 1, filter,
                                             channel * op->terms + (uint32_t)(ky * x->size + kx) * op->group_depth, 1,
                                             op->group_depth, &sum);
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
    const conv *op = node->data;
    const rt_window *window = &op->window;
    if (RT_WIDE && op->requantizer.kind != RT_SUM_INT8) return invoke_wide(state, node);
    const int8_t *image = (const int8_t *)rt_input(state, node, 0)->data;
    const int8_t *filter = (const int8_t *)rt_input(state, node, 1)->data;
    int8_t *output = (int8_t *)rt_output(state, node, 0)->data;
    const uint32_t channels = window->output_depth / op->groups;
    const uint32_t places = (uint32_t)(window->y.output * window->x.output);
    const uint32_t image_size = (uint32_t)(window->y.input * window->x.input) * window->depth;

    for (uint32_t batch = 0; batch < window->batches; batch++, image += image_size) {
        for (uint32_t group = 0; group < op->groups; group++) {
            const int8_t *rows = filter + group * channels * op->terms;
            int32_t out_y = 0, out_x = 0;
            for (uint32_t place = 0; place < places; place += 2) {
                const unsigned columns = place + 1 < places ? 2 : 1;
                for (unsigned column = 0; column < columns; column++) {
                    gather(op, image, group, out_y, out_x, column);
                    if (++out_x == window->x.output) out_x = 0, out_y++;
                }
                int8_t *out0 = output + place * window->output_depth + group * channels;
                /* An odd last place is computed twice over, into itself. */
                int8_t *out1 = columns == 2 ? out0 + window->output_depth : out0;
                if (columns == 1) gather(op, image, group, window->y.output - 1, window->x.output - 1, 1);
                const int8_t *row = rows;
                uint32_t channel = group * channels;
                const uint32_t end = channel + channels;
                /* Rows are read a little beyond their end, which the last of a tensor may not be. */
                const uint32_t end_of_twos = op->may_overread ? end : end - 1;
                for (; channel + 2 <= end_of_twos; channel += 2, row += 2 * op->terms, out0 += 2, out1 += 2) {
                    int32_t sums[4];
                    rt_two_rows(op->pair, row, op->terms, sums, op->terms);
                    rt_requantize_four(&op->requantizer, sums, channel, out0, out1);
                }
                for (; channel < end; channel++, row += op->terms) {
                    int32_t sums[2];
                    rt_one_row(op->pair, row, sums, op->terms);
                    *out0++ = rt_requantize(&op->requantizer, sums[0], channel);
                    *out1++ = rt_requantize(&op->requantizer, sums[1], channel);
                }
            }
        }
        output += places * window->output_depth;
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_CONV_2D = {"CONV_2D", RT_CONV_2D, prepare, invoke, 0};
