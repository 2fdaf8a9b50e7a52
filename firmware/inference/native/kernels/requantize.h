/* SPDX-License-Identifier: Apache-2.0
 *
 * From an int32 sum back to int8: bias added, scaled by the channel's factor,
 * the output's zero point added, clamped.
 */
#ifndef VMOTE_NATIVE_REQUANTIZE_H
#define VMOTE_NATIVE_REQUANTIZE_H

#include "../quantize.h"
#include "simd.h"

/* How sums are formed and brought back. */
enum {
    RT_SUM_INT8 = 0, /* int8 times int8 in int32: the case everything here is tuned for */
    RT_SUM_INT16,    /* int16 times int8 in int64, or in int32 where the bias is int32 */
    RT_SUM_INT16_NARROW,
    RT_SUM_REAL
};

typedef struct {
    rt_channel_factors factors;
    const int32_t *bias; /* NULL: none. Of another type for the wider kinds */
    int32_t output_offset;
    union {
        rt_range range;
        rt_real_range reals;
    };
    uint8_t kind;
    /* Sums stay below 2^30 and all factors below 1/2, there is a bias, and the range
     * is all of int8: the usual case, for which a short way gives the same bits. */
    bool quick;
} rt_requantizer;

/* Fill it in. `terms` is how many products make up one sum. */
inference_status rt_requantizer_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                   const rt_tensor *bias, const rt_tensor *output, int32_t axis, uint32_t terms,
                                   int activation, rt_requantizer *requantizer);

#ifdef RT_DSP
/* The product of 2 * sum cannot overflow, so one SMMULR makes the high product.
 * With y = product and s = -shift >= 1, nearest and away from zero on halves is
 * (y - (y < 0) + 2^(s-1)) >> s = (((y - (y < 0)) >> (s-1)) + 1) >> 1,
 * and the output's offset joins the 1. */
static inline int32_t rt_requantize_quickly(int32_t sum, int32_t multiplier, int32_t shift, int32_t one_and_twice_offset) {
    int32_t product = rt_high_word_rounded(2 * sum, multiplier);
    return rt_to_int8((((product + (product >> 31)) >> ~shift) + one_and_twice_offset) >> 1);
}
#endif

static inline int8_t rt_requantize(const rt_requantizer *r, int32_t sum, uint32_t channel) {
    uint32_t i = r->factors.count == 1 ? 0 : channel;
    rt_factor factor = {r->factors.multipliers[i], r->factors.shifts[i]};
#ifdef RT_DSP
    if (r->quick) {
        sum += r->bias[channel];
        return (int8_t)rt_requantize_quickly(sum, factor.multiplier, factor.shift, 1 + 2 * r->output_offset);
    }
#endif
    if (r->bias != NULL) sum = (int32_t)((uint32_t)sum + (uint32_t)r->bias[channel]);
    return (int8_t)rt_clamp(rt_multiply(sum, factor) + r->output_offset, r->range.low, r->range.high);
}

/* Four sums of two neighbouring channels at two places: [0] and [1] are of the first. */
static inline void rt_requantize_four(const rt_requantizer *r, const int32_t *sums, uint32_t channel, int8_t *out0, int8_t *out1) {
#ifdef RT_DSP
    if (r->quick) {
        uint32_t step = r->factors.count == 1 ? 0 : 1, i = channel * step;
        const int32_t offset = 1 + 2 * r->output_offset;
        int32_t bias = r->bias[channel], multiplier = r->factors.multipliers[i], shift = r->factors.shifts[i];
        out0[0] = (int8_t)rt_requantize_quickly(sums[0] + bias, multiplier, shift, offset);
        out1[0] = (int8_t)rt_requantize_quickly(sums[1] + bias, multiplier, shift, offset);
        bias = r->bias[channel + 1], multiplier = r->factors.multipliers[i + step], shift = r->factors.shifts[i + step];
        out0[1] = (int8_t)rt_requantize_quickly(sums[2] + bias, multiplier, shift, offset);
        out1[1] = (int8_t)rt_requantize_quickly(sums[3] + bias, multiplier, shift, offset);
        return;
    }
#endif
    out0[0] = rt_requantize(r, sums[0], channel);
    out1[0] = rt_requantize(r, sums[1], channel);
    out0[1] = rt_requantize(r, sums[2], channel + 1);
    out1[1] = rt_requantize(r, sums[3], channel + 1);
}

/* Four sums of four neighbouring channels. */
static inline void rt_requantize_row(const rt_requantizer *r, const int32_t *sums, uint32_t channel, int8_t *out) {
#ifdef RT_DSP
    if (r->quick) {
        const uint32_t step = r->factors.count == 1 ? 0 : 1;
        const int32_t *bias = r->bias + channel, *multiplier = r->factors.multipliers + channel * step;
        const int8_t *shift = r->factors.shifts + channel * step;
        const int32_t offset = 1 + 2 * r->output_offset;
        for (unsigned i = 0; i < 4; i++, multiplier += step, shift += step) {
            out[i] = (int8_t)rt_requantize_quickly(sums[i] + bias[i], *multiplier, *shift, offset);
        }
        return;
    }
#endif
    for (unsigned i = 0; i < 4; i++) out[i] = rt_requantize(r, sums[i], channel + i);
}

/* The wider kinds, one sum at a time. */
typedef union {
    int64_t whole;
    float real;
} rt_wide_sum;

static inline rt_wide_sum rt_wide_zero(const rt_requantizer *r) {
    rt_wide_sum sum;
    if (r->kind == RT_SUM_REAL) sum.real = 0.0f;
    else sum.whole = 0;
    return sum;
}

/* Add `count` products, the elements being `step`s apart. */
void rt_wide_products(const rt_requantizer *r, const void *x, uint32_t x_at, uint32_t x_step, const void *filter,
                      uint32_t filter_at, uint32_t filter_step, uint32_t count, rt_wide_sum *sum);
void rt_wide_store(const rt_requantizer *r, const rt_wide_sum *sum, uint32_t channel, void *output, uint32_t at);

#endif
