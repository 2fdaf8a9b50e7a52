/* SPDX-License-Identifier: Apache-2.0
 *
 * From an int32 sum back to int8: bias added, scaled by the channel's factor,
 * the output's zero point added, clamped.
 */
#ifndef VMOTE_NATIVE_REQUANTIZE_H
#define VMOTE_NATIVE_REQUANTIZE_H

#include "../quantize.h"
#include "simd.h"

typedef struct {
    rt_channel_factors factors;
    const int32_t *bias; /* NULL: none */
    int32_t output_offset;
    rt_range range;
    bool small; /* sums stay below 2^30 and all factors below 1/2: a shorter way gives the same bits */
} rt_requantizer;

/* Fill it in. `terms` is how many products make up one sum. */
inference_status rt_requantizer_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *filter,
                                   const rt_tensor *bias, const rt_tensor *output, int32_t axis, uint32_t terms,
                                   int activation, rt_requantizer *requantizer);

static inline int8_t rt_requantize(const rt_requantizer *r, int32_t sum, uint32_t channel) {
    if (r->bias != NULL) sum = (int32_t)((uint32_t)sum + (uint32_t)r->bias[channel]);
    uint32_t i = r->factors.count == 1 ? 0 : channel;
    int32_t multiplier = r->factors.multipliers[i];
    int32_t shift = r->factors.shifts[i];
    int32_t y;
#ifdef RT_DSP
    if (r->small) {
        /* 2 * sum cannot overflow, so one SMMULR makes the high product, and as the
         * shift is at least one to the right the rounding needs no 64 bits. */
        int32_t product = rt_high_word_rounded(2 * sum, multiplier);
        y = (product + (product >> 31) + ((1 << -shift) >> 1)) >> -shift;
        y = rt_to_int8(y + r->output_offset);
    } else
#endif
    {
        rt_factor factor = {multiplier, shift};
        y = rt_multiply(sum, factor) + r->output_offset;
    }
    return (int8_t)rt_clamp(y, r->range.low, r->range.high);
}

#endif
