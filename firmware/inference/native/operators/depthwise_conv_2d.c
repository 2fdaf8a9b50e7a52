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

/* One tap of four channels: eight widened, four multiplied. r2 the offset twice,
 * r4-r7 the sums; r8 to r11 are scratch. */
#define TAP(pixels, taps)                \
    "ldr     r8, " pixels "\n"           \
    "ldr     r9, " taps "\n"             \
    "sxtab16 r10, r2, r8\n"              \
    "sxtb16  r11, r9\n"                  \
    "sxtab16 r8, r2, r8, ror #8\n"       \
    "sxtb16  r9, r9, ror #8\n"           \
    "smlabb  r4, r10, r11, r4\n"         \
    "smlatt  r6, r10, r11, r6\n"         \
    "smlabb  r5, r8, r9, r5\n"           \
    "smlatt  r7, r8, r9, r7\n"

#define UNUSED __attribute__((unused))

/* How to get from tap to tap, and from the first of one row to the first of the next. */
typedef struct {
    uint32_t pixel_step;
    uint32_t tap_step;
    uint32_t pixel_row;
    uint32_t tap_row;
    int32_t rows;
    int32_t columns;
} stride;

/* Up to three taps a row are common enough to be written out. */
#define ROWS(name, taps)                                                                                     \
    __attribute__((naked, noinline)) static void name(UNUSED const int8_t *pixel, UNUSED const int8_t *tap,  \
                                                      UNUSED uint32_t offset, UNUSED int32_t sums[4],        \
                                                      UNUSED const stride *stride) {                         \
        __asm__("push    {r3-r11, lr}\n"                                                                     \
                "ldr     r8, [sp, #40]\n"                                                                    \
                "ldrd    r3, r12, [r8]\n"                                                                    \
                "ldr     lr, [r8, #16]\n"                                                                    \
                "mov     r4, #0\n"                                                                           \
                "mov     r5, #0\n"                                                                           \
                "mov     r6, #0\n"                                                                           \
                "mov     r7, #0\n"                                                                           \
                "1:\n" taps                                                                                  \
                "ldr     r9, [sp, #40]\n"                                                                    \
                "ldrd    r8, r9, [r9, #8]\n"                                                                 \
                "add     r0, r0, r8\n"                                                                       \
                "add     r1, r1, r9\n"                                                                       \
                "subs    lr, lr, #1\n"                                                                       \
                "bne     1b\n"                                                                               \
                "ldr     r3, [sp]\n"                                                                         \
                "stmia   r3, {r4-r7}\n"                                                                      \
                "pop     {r3-r11, pc}\n");                                                                   \
    }

ROWS(rows_of_one, TAP("[r0]", "[r1]"))
ROWS(rows_of_two, TAP("[r0]", "[r1]") TAP("[r0, r3]", "[r1, r12]"))
ROWS(rows_of_three, TAP("[r0]", "[r1]") TAP("[r0, r3]", "[r1, r12]") TAP("[r0, r3, lsl #1]", "[r1, r12, lsl #1]"))

/* All channels, four by four, each with its own pixel; returns how many are done. */
static uint32_t written_out(const depthwise *op, const cut *cut, int8_t *output) {
    static void (*const of[])(const int8_t *, const int8_t *, uint32_t, int32_t *, const stride *) = {
        rows_of_one, rows_of_two, rows_of_three};
    const rt_window *window = &op->window;
    const stride stride = {
        .pixel_step = (uint32_t)window->x.dilation * window->depth,
        .tap_step = window->depth,
        .pixel_row = (uint32_t)(window->x.input * window->y.dilation) * window->depth,
        .tap_row = (uint32_t)window->x.size * window->depth,
        .rows = cut->rows,
    };
    const uint32_t offset = ((uint32_t)op->input_offset & 0xffff) | (uint32_t)op->input_offset << 16;
    uint32_t channel = 0;
    for (; channel + 4 <= window->depth; channel += 4) {
        int32_t sums[4];
        of[cut->columns - 1](cut->pixel + channel, cut->taps + channel, offset, sums, &stride);
        rt_requantize_row(&op->requantizer, sums, channel, output + channel);
    }
    return channel;
}

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

/* Four neighbouring channels that share one pixel: r2 the offset, r4-r7 the sums. */
__attribute__((naked, noinline)) static void sharing_a_pixel(UNUSED const int8_t *pixel, UNUSED const int8_t *tap,
                                                             UNUSED int32_t offset, UNUSED int32_t sums[4],
                                                             UNUSED const stride *stride) {
    __asm__("push    {r3-r11, lr}\n"
            "ldr     r8, [sp, #40]\n"
            "ldrd    r3, r12, [r8]\n"
            "ldr     lr, [r8, #16]\n"
            "mov     r4, #0\n"
            "mov     r5, #0\n"
            "mov     r6, #0\n"
            "mov     r7, #0\n"
            "1:\n"
            "ldr     r9, [sp, #40]\n"
            "ldr     r11, [r9, #20]\n"
            "2:\n"
            "ldrsb   r8, [r0]\n"
            "ldr     r9, [r1]\n"
            "add     r0, r0, r3\n"
            "add     r1, r1, r12\n"
            "add     r8, r8, r2\n"
            "sxtb16  r10, r9\n"
            "sxtb16  r9, r9, ror #8\n"
            "smlabb  r4, r8, r10, r4\n"
            "smlabb  r5, r8, r9, r5\n"
            "smlabt  r6, r8, r10, r6\n"
            "smlabt  r7, r8, r9, r7\n"
            "subs    r11, r11, #1\n"
            "bne     2b\n"
            "ldr     r9, [sp, #40]\n"
            "ldrd    r8, r9, [r9, #8]\n"
            "add     r0, r0, r8\n"
            "add     r1, r1, r9\n"
            "subs    lr, lr, #1\n"
            "bne     1b\n"
            "ldr     r3, [sp]\n"
            "stmia   r3, {r4-r7}\n"
            "pop     {r3-r11, pc}\n");
}

static void four_of_each(const depthwise *op, const cut *cut, int8_t *output) {
    const rt_window *window = &op->window;
    const uint32_t pixel_step = (uint32_t)window->x.dilation * window->depth;
    const stride stride = {
        .pixel_step = pixel_step,
        .tap_step = window->output_depth,
        .pixel_row = (uint32_t)(window->x.input * window->y.dilation) * window->depth - (uint32_t)cut->columns * pixel_step,
        .tap_row = (uint32_t)(window->x.size - cut->columns) * window->output_depth,
        .rows = cut->rows,
        .columns = cut->columns,
    };
    for (uint32_t channel = 0; channel < window->output_depth; channel += 4) {
        int32_t sums[4];
        sharing_a_pixel(cut->pixel + channel / op->multiplier, cut->taps + channel, op->input_offset, sums, &stride);
        rt_requantize_row(&op->requantizer, sums, channel, output + channel);
    }
}

#endif

static void one_place(const depthwise *op, const cut *cut, int8_t *output) {
    uint32_t channel = 0;
#ifdef RT_DSP
    if (op->multiplier == 1 && cut->rows > 0 && cut->columns > 0 && cut->columns <= 3) {
        channel = written_out(op, cut, output);
    } else if (op->multiplier == 1) {
        for (; channel + 4 <= op->window.output_depth; channel += 4) four_channels(op, cut, channel, output + channel);
    } else if (op->multiplier % 4 == 0 && cut->rows > 0 && cut->columns > 0) {
        four_of_each(op, cut, output);
        return;
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
    if (RT_WIDE && op->requantizer.kind != RT_SUM_INT8) return invoke_wide(state, node);
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
