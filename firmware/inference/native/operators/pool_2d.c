/* SPDX-License-Identifier: Apache-2.0
 *
 * AVERAGE_POOL_2D, MAX_POOL_2D: one number for all that a window sees, channel by channel.
 */
#include "../kernels/window.h"
#include "../quantize.h"

#include <float.h>

typedef struct {
    rt_window window;
    rt_range range;
    rt_real_range reals;
} pool;

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    const fb_table *options = &opening->options;
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "output-type");
    RT_NEED(RT_WIDE || input->type == INFERENCE_INT8, INFERENCE_MODEL_TYPE, "only-int8-in-this-image");
    pool *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    const int32_t stride[2] = {fb_i32(options, 2, 0), fb_i32(options, 1, 0)};
    const int32_t size[2] = {fb_i32(options, 4, 0), fb_i32(options, 3, 0)};
    const int32_t dilation[2] = {1, 1};
    RT_TRY(rt_window_of(opening, input, output, fb_i8(options, 0, 0), size, stride, dilation, &op->window));
    RT_NEED(op->window.depth == op->window.output_depth, INFERENCE_MODEL_SHAPE, "channels");
    RT_NEED((int64_t)size[0] * size[1] < 1 << 16, INFERENCE_MODEL_SHAPE, "window");
    if (input->type == INFERENCE_FLOAT32) {
        RT_TRY(rt_real_activation_range(opening, fb_i8(options, 5, 0), &op->reals));
    } else {
        float off = input->scale - output->scale;
        RT_NEED((off < 0 ? -off : off) <= 1.0e-6f && input->zero_point == output->zero_point,
                INFERENCE_MODEL_QUANTIZATION, "output-scale");
        RT_TRY(rt_activation_range(opening, fb_i8(options, 5, 0), output, &op->range));
    }
    opening->node->data = op;
    return INFERENCE_OK;
}

/* The part of the image under the window at one place. */
typedef struct {
    uint32_t first; /* element of channel 0 in the upper left corner */
    uint32_t row_step;
    int32_t rows;
    int32_t columns;
    uint32_t count;
} cut;

static void average(const pool *op, const cut *cut, const rt_tensor *input, uint32_t channel, rt_tensor *output, uint32_t at) {
    const uint32_t step = op->window.depth;
    if (RT_WIDE && input->type == INFERENCE_FLOAT32) {
        float sum = 0.0f;
        const float *row = (const float *)(const void *)input->data + cut->first + channel;
        for (int32_t y = 0; y < cut->rows; y++, row += cut->row_step) {
            for (int32_t x = 0; x < cut->columns; x++) sum += row[(uint32_t)x * step];
        }
        ((float *)(void *)output->data)[at] = rt_clamp_real(sum / (float)cut->count, &op->reals);
        return;
    }
    int32_t sum = 0;
    if (!RT_WIDE || input->type == INFERENCE_INT8) {
        const int8_t *row = (const int8_t *)input->data + cut->first + channel;
        for (int32_t y = 0; y < cut->rows; y++, row += cut->row_step) {
            const int8_t *pixel = row;
            for (int32_t x = cut->columns; x > 0; x--, pixel += step) sum += *pixel;
        }
    } else {
        const int16_t *row = (const int16_t *)(const void *)input->data + cut->first + channel;
        for (int32_t y = 0; y < cut->rows; y++, row += cut->row_step) {
            for (int32_t x = 0; x < cut->columns; x++) sum += row[(uint32_t)x * step];
        }
    }
    const int32_t count = (int32_t)cut->count;
    sum = sum > 0 ? (sum + count / 2) / count : (sum - count / 2) / count;
    sum = rt_clamp(sum, op->range.low, op->range.high);
    if (!RT_WIDE || input->type == INFERENCE_INT8) ((int8_t *)output->data)[at] = (int8_t)sum;
    else ((int16_t *)(void *)output->data)[at] = (int16_t)sum;
}

static void most(const pool *op, const cut *cut, const rt_tensor *input, uint32_t channel, rt_tensor *output, uint32_t at) {
    const uint32_t step = op->window.depth;
    if (RT_WIDE && input->type == INFERENCE_FLOAT32) {
        float max = -FLT_MAX;
        const float *row = (const float *)(const void *)input->data + cut->first + channel;
        for (int32_t y = 0; y < cut->rows; y++, row += cut->row_step) {
            for (int32_t x = 0; x < cut->columns; x++) max = max < row[(uint32_t)x * step] ? row[(uint32_t)x * step] : max;
        }
        ((float *)(void *)output->data)[at] = rt_clamp_real(max, &op->reals);
        return;
    }
    int32_t max = INT16_MIN;
    if (!RT_WIDE || input->type == INFERENCE_INT8) {
        const int8_t *row = (const int8_t *)input->data + cut->first + channel;
        for (int32_t y = 0; y < cut->rows; y++, row += cut->row_step) {
            const int8_t *pixel = row;
            for (int32_t x = cut->columns; x > 0; x--, pixel += step) max = *pixel > max ? *pixel : max;
        }
    } else {
        const int16_t *row = (const int16_t *)(const void *)input->data + cut->first + channel;
        for (int32_t y = 0; y < cut->rows; y++, row += cut->row_step) {
            for (int32_t x = 0; x < cut->columns; x++) max = row[(uint32_t)x * step] > max ? row[(uint32_t)x * step] : max;
        }
    }
    max = rt_clamp(max, op->range.low, op->range.high);
    if (!RT_WIDE || input->type == INFERENCE_INT8) ((int8_t *)output->data)[at] = (int8_t)max;
    else ((int16_t *)(void *)output->data)[at] = (int16_t)max;
}

typedef void pooling(const pool *, const cut *, const rt_tensor *, uint32_t, rt_tensor *, uint32_t);

static inference_status slide(const rt_state *state, const rt_node *node, pooling *one) {
    const pool *op = node->data;
    const rt_axis *y = &op->window.y, *x = &op->window.x;
    const rt_tensor *input = rt_input(state, node, 0);
    rt_tensor *output = rt_output(state, node, 0);
    const uint32_t image = (uint32_t)(y->input * x->input);
    uint32_t at = 0;
    for (uint32_t batch = 0; batch < op->window.batches; batch++) {
        for (int32_t out_y = 0; out_y < y->output; out_y++) {
            for (int32_t out_x = 0; out_x < x->output; out_x++) {
                int32_t first_y, last_y, first_x, last_x;
                rt_inside(y, out_y, &first_y, &last_y);
                rt_inside(x, out_x, &first_x, &last_x);
                int32_t in_y = out_y * y->stride - y->before + first_y;
                int32_t in_x = out_x * x->stride - x->before + first_x;
                cut cut = {
                    .first = (batch * image + (uint32_t)(in_y * x->input + in_x)) * op->window.depth,
                    .row_step = (uint32_t)x->input * op->window.depth,
                    .rows = last_y - first_y,
                    .columns = last_x - first_x,
                };
                cut.count = (uint32_t)(cut.rows * cut.columns);
                for (uint32_t c = 0; c < op->window.depth; c++) one(op, &cut, input, c, output, at++);
            }
        }
    }
    return INFERENCE_OK;
}

static inference_status invoke_average(const rt_state *state, const rt_node *node) {
    return slide(state, node, average);
}

static inference_status invoke_max(const rt_state *state, const rt_node *node) {
    return slide(state, node, most);
}

const rt_operator rt_operator_AVERAGE_POOL_2D = {"AVERAGE_POOL_2D", RT_AVERAGE_POOL_2D, prepare, invoke_average, 0};
const rt_operator rt_operator_MAX_POOL_2D = {"MAX_POOL_2D", RT_MAX_POOL_2D, prepare, invoke_max, 0};
