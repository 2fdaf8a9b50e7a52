/* SPDX-License-Identifier: Apache-2.0
 *
 * RESIZE_NEAREST_NEIGHBOR, RESIZE_BILINEAR; SPACE_TO_BATCH_ND, BATCH_TO_SPACE_ND.
 */
#include <math.h>
#include <string.h>

#include "../kernels/move.h"

typedef struct {
    bool align_corners;
    bool half_pixel_centers;
} resize;

static inference_status prepare_resize(rt_opening *opening, unsigned first_option) {
    const rt_tensor *input = rt_in(opening, 0), *sizes = rt_in(opening, 1), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(input->rank == 4 && output->rank == 4, INFERENCE_MODEL_SHAPE, "rank");
    RT_TRY(rt_need_integers(opening, sizes, 2, 2));
    RT_NEED(input->dims[0] == output->dims[0] && input->dims[3] == output->dims[3] &&
                rt_integer(sizes, 0) == output->dims[1] && rt_integer(sizes, 1) == output->dims[2],
            INFERENCE_MODEL_SHAPE, "output-shape");
    for (unsigned d = 1; d < 3; d++) {
        RT_NEED(input->dims[d] < 1 << 20 && output->dims[d] < 1 << 20, INFERENCE_MODEL_SHAPE, "shape");
    }
    resize *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    op->align_corners = fb_u8(&opening->options, first_option, 0) != 0;
    op->half_pixel_centers = fb_u8(&opening->options, first_option + 1, 0) != 0;
    return INFERENCE_OK;
}

static inference_status prepare_nearest(rt_opening *opening) {
    return prepare_resize(opening, 0);
}

static inference_status prepare_bilinear(rt_opening *opening) {
    RT_TRY(prepare_resize(opening, 2));
    const resize *op = opening->node->data;
    RT_NEED(!op->align_corners || !op->half_pixel_centers, INFERENCE_MODEL_OPTION, "half-pixel-centers");
    const uint8_t type = rt_in(opening, 0)->type;
    RT_NEED(type == INFERENCE_INT8 || type == INFERENCE_FLOAT32, INFERENCE_MODEL_TYPE, "type");
    return INFERENCE_OK;
}

static int32_t nearest(const resize *op, int32_t at, int32_t input, int32_t output) {
    const float scale = op->align_corners && output > 1 ? (float)(input - 1) / (float)(output - 1)
                                                        : (float)input / (float)output;
    float place = ((float)at + (op->half_pixel_centers ? 0.5f : 0.0f)) * scale;
    /* Never negative, so that cutting off is rounding down. */
    int32_t found = (int32_t)(op->align_corners ? (double)place + 0.5 : (double)place);
    return found < input - 1 ? found : input - 1;
}

static inference_status invoke_nearest(const rt_state *state, const rt_node *node) {
    const resize *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t run = (uint32_t)input->dims[3] * rt_type_size(input->type);
    const uint32_t row = (uint32_t)input->dims[2] * run;
    const uint8_t *image = input->data;
    uint8_t *to = output->data;
    for (int32_t batch = 0; batch < input->dims[0]; batch++, image += (uint32_t)input->dims[1] * row) {
        for (int32_t y = 0; y < output->dims[1]; y++) {
            const uint8_t *line = image + (uint32_t)nearest(op, y, input->dims[1], output->dims[1]) * row;
            for (int32_t x = 0; x < output->dims[2]; x++, to += run) {
                memcpy(to, line + (uint32_t)nearest(op, x, input->dims[2], output->dims[2]) * run, run);
            }
        }
    }
    return INFERENCE_OK;
}

/* Where an output falls between two inputs: their numbers, and the distance from the lower one. */
typedef struct {
    int32_t low;
    int32_t high;
    int32_t part;   /* of 2^10, int8 */
    float fraction; /* float32 */
} between;

static between between_whole(const resize *op, int32_t at, int32_t input, int32_t output) {
    int32_t scale = ((1 << 10) * input + output / 2) / output;
    if (op->align_corners && output > 1) scale = ((1 << 10) * (input - 1) + (output - 1) / 2) / (output - 1);
    int32_t place = at * scale;
    if (op->half_pixel_centers) place += scale / 2 - (1 << 9);
    between found;
    found.low = place / (1 << 10) > 0 ? place / (1 << 10) : 0;
    found.high = (place + (1 << 10) - 1) / (1 << 10);
    if (found.high > input - 1) found.high = input - 1;
    found.part = place - (1 << 10) * found.low;
    /* At the far edge the reference trusts its numbers not to lie outside. */
    if (found.low > input - 1) found.low = input - 1;
    return found;
}

static between between_real(const resize *op, int32_t at, int32_t input, int32_t output) {
    float scale = (float)input / (float)output;
    if (op->align_corners && output > 1) scale = (float)(input - 1) / (float)(output - 1);
    float place = op->half_pixel_centers ? ((float)at + 0.5f) * scale - 0.5f : (float)at * scale;
    between found;
    int32_t below = (int32_t)floorf(place), above = (int32_t)ceilf(place);
    found.low = below > 0 ? below : 0;
    found.high = above < input - 1 ? above : input - 1;
    found.fraction = place - (float)found.low;
    if (found.low > input - 1) found.low = input - 1;
    return found;
}

static inference_status invoke_bilinear(const rt_state *state, const rt_node *node) {
    const resize *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const bool real = input->type == INFERENCE_FLOAT32;
    const int32_t depth = input->dims[3], width = input->dims[2], height = input->dims[1];
    uint32_t to = 0;
    for (int32_t batch = 0; batch < input->dims[0]; batch++) {
        for (int32_t at_y = 0; at_y < output->dims[1]; at_y++) {
            const between y = real ? between_real(op, at_y, height, output->dims[1])
                                   : between_whole(op, at_y, height, output->dims[1]);
            for (int32_t at_x = 0; at_x < output->dims[2]; at_x++) {
                const between x = real ? between_real(op, at_x, width, output->dims[2])
                                       : between_whole(op, at_x, width, output->dims[2]);
                const uint32_t upper = (uint32_t)((batch * height + y.low) * width) * (uint32_t)depth;
                const uint32_t lower = (uint32_t)((batch * height + y.high) * width) * (uint32_t)depth;
                const uint32_t left = (uint32_t)(x.low * depth), right = (uint32_t)(x.high * depth);
                for (uint32_t c = 0; c < (uint32_t)depth; c++, to++) {
                    if (real) {
                        const float *from = (const float *)(const void *)input->data + c;
                        ((float *)(void *)output->data)[to] =
                            from[upper + left] * (1 - y.fraction) * (1 - x.fraction) +
                            from[lower + left] * y.fraction * (1 - x.fraction) +
                            from[upper + right] * (1 - y.fraction) * x.fraction +
                            from[lower + right] * y.fraction * x.fraction;
                        continue;
                    }
                    const int8_t *from = (const int8_t *)input->data + c;
                    const int32_t rest_y = (1 << 10) - y.part, rest_x = (1 << 10) - x.part;
                    int64_t sum = (int64_t)from[upper + left] * rest_y * rest_x +
                                  (int64_t)from[lower + left] * y.part * rest_x +
                                  (int64_t)from[upper + right] * rest_y * x.part +
                                  (int64_t)from[lower + right] * y.part * x.part;
                    sum += sum > 0 ? 1 << 19 : -(1 << 19);
                    ((int8_t *)output->data)[to] = (int8_t)(sum / (1 << 20));
                }
            }
        }
    }
    return INFERENCE_OK;
}

/* ---- space and batch ---- */

/* `wide` is the tensor before or after that has the image whole; `split` the one with its parts as batches. */
static inference_status prepare_blocks(rt_opening *opening, const rt_tensor *wide, const rt_tensor *split) {
    const rt_tensor *block = rt_in(opening, 1), *border = rt_in(opening, 2);
    RT_NEED(wide != NULL && split != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(wide->type == split->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(wide->rank == split->rank && (wide->rank == 3 || wide->rank == 4), INFERENCE_MODEL_SHAPE, "rank");
    const unsigned spatial = wide->rank - 2u;
    RT_TRY(rt_need_integers(opening, block, spatial, spatial));
    RT_TRY(rt_need_integers(opening, border, 2 * spatial, 2 * spatial));
    int64_t parts = 1;
    for (unsigned d = 0; d < spatial; d++) {
        const int32_t size = rt_integer(block, d), before = rt_integer(border, 2 * d), after = rt_integer(border, 2 * d + 1);
        RT_NEED(size > 0 && before >= 0 && after >= 0, INFERENCE_MODEL_OPTION, "block");
        RT_NEED((int64_t)wide->dims[d + 1] + before + after == (int64_t)split->dims[d + 1] * size, INFERENCE_MODEL_SHAPE,
                "output-shape");
        parts *= size;
    }
    RT_NEED((int64_t)wide->dims[0] * parts == split->dims[0], INFERENCE_MODEL_SHAPE, "batches");
    RT_NEED(wide->dims[wide->rank - 1] == split->dims[wide->rank - 1], INFERENCE_MODEL_SHAPE, "channels");
    return INFERENCE_OK;
}

static inference_status prepare_to_batch(rt_opening *opening) {
    return prepare_blocks(opening, rt_in(opening, 0), rt_out(opening, 0));
}

static inference_status prepare_to_space(rt_opening *opening) {
    return prepare_blocks(opening, rt_out(opening, 0), rt_in(opening, 0));
}

/* Every pixel of the parts meets its place in the whole image, or the border. */
static inference_status exchange(const rt_node *node, const rt_state *state, const rt_tensor *wide,
                                 const rt_tensor *split, bool to_batch) {
    const rt_tensor *block = rt_input(state, node, 1), *border = rt_input(state, node, 2);
    const bool flat = wide->rank == 3;
    const int32_t rows = split->dims[1], columns = flat ? 1 : split->dims[2];
    const int32_t height = wide->dims[1], width = flat ? 1 : wide->dims[2];
    const int32_t block_y = rt_integer(block, 0), block_x = flat ? 1 : rt_integer(block, 1);
    const int32_t before_y = rt_integer(border, 0), before_x = flat ? 0 : rt_integer(border, 2);
    const uint32_t run = (uint32_t)wide->dims[wide->rank - 1] * rt_type_size(wide->type);
    uint8_t *part = split->data;
    for (int32_t batch = 0; batch < split->dims[0]; batch++) {
        const int32_t image = batch % wide->dims[0], offset = batch / wide->dims[0];
        for (int32_t y = 0; y < rows; y++) {
            const int32_t at_y = y * block_y + offset / block_x - before_y;
            for (int32_t x = 0; x < columns; x++, part += run) {
                const int32_t at_x = x * block_x + offset % block_x - before_x;
                const bool inside = at_y >= 0 && at_y < height && at_x >= 0 && at_x < width;
                if (!inside) {
                    if (to_batch) memset(part, split->type == INFERENCE_INT8 ? split->zero_point : 0, run);
                    continue;
                }
                uint8_t *pixel = wide->data + (uint32_t)((image * height + at_y) * width + at_x) * run;
                if (to_batch) memcpy(part, pixel, run);
                else memcpy(pixel, part, run);
            }
        }
    }
    return INFERENCE_OK;
}

static inference_status invoke_to_batch(const rt_state *state, const rt_node *node) {
    return exchange(node, state, rt_input(state, node, 0), rt_output(state, node, 0), true);
}

static inference_status invoke_to_space(const rt_state *state, const rt_node *node) {
    return exchange(node, state, rt_output(state, node, 0), rt_input(state, node, 0), false);
}

const rt_operator rt_operator_RESIZE_NEAREST_NEIGHBOR = {"RESIZE_NEAREST_NEIGHBOR", RT_RESIZE_NEAREST_NEIGHBOR,
                                                         prepare_nearest, invoke_nearest, 0};
const rt_operator rt_operator_RESIZE_BILINEAR = {"RESIZE_BILINEAR", RT_RESIZE_BILINEAR, prepare_bilinear, invoke_bilinear, 0};
const rt_operator rt_operator_SPACE_TO_BATCH_ND = {"SPACE_TO_BATCH_ND", RT_SPACE_TO_BATCH_ND, prepare_to_batch,
                                                   invoke_to_batch, 0};
const rt_operator rt_operator_BATCH_TO_SPACE_ND = {"BATCH_TO_SPACE_ND", RT_BATCH_TO_SPACE_ND, prepare_to_space,
                                                   invoke_to_space, 0};
