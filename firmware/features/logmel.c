/* SPDX-License-Identifier: Apache-2.0 */
#include "logmel.h"

#include "fft.h"

#define UNIT 2048.0

bool logmel_suits(const int32_t *parameters)
{
    static const int32_t made_for[] = {LOGMEL_SAMPLE_RATE, LOGMEL_WINDOW_MS, LOGMEL_STRIDE_MS,
                                       LOGMEL_BANDS,       LOGMEL_LOW_HZ,    LOGMEL_HIGH_HZ};
    for (unsigned i = 0; i < sizeof made_for / sizeof made_for[0]; i++) {
        if (parameters[i] != made_for[i]) {
            return false;
        }
    }
    return true;
}

static unsigned highest_bit(uint64_t value)
{
    const uint32_t high = (uint32_t)(value >> 32);
    return high != 0 ? 63U - (unsigned)__builtin_clz(high) : 31U - (unsigned)__builtin_clz((uint32_t)value);
}

/* 256 log2(value), from 64 straight pieces an octave; 0 for 0. */
static int16_t log2_q8(uint64_t value)
{
    if (value == 0) {
        return 0;
    }
    const unsigned exponent = highest_bit(value);
    const uint32_t mantissa = (uint32_t)((value << (63U - exponent)) >> 32);
    const uint32_t piece = (mantissa >> 25) & 63U;
    const uint32_t rest = (mantissa >> 9) & 0xFFFFU;
    const uint32_t fraction = logmel_log[piece] + (((uint32_t)(logmel_log[piece + 1] - logmel_log[piece]) * rest) >> 16);
    return (int16_t)((exponent << 8) + ((fraction + 32U) >> 6));
}

static void window_into(fft_work *work, const int16_t *samples)
{
    for (uint32_t i = 0; i < LOGMEL_WINDOW; i++) {
        *fft_place(work, i) = (samples[i] * logmel_hann[i] + 256) >> 9;
    }
    for (uint32_t i = LOGMEL_WINDOW; i < FFT_POINTS; i++) {
        *fft_place(work, i) = 0;
    }
}

void logmel_frame(const int16_t *samples, int16_t *logs)
{
    static fft_work work;
    uint64_t bands[LOGMEL_BANDS] = {0};
    window_into(&work, samples);
    fft_run(&work);
    for (uint32_t k = LOGMEL_FIRST_BIN; k <= LOGMEL_LAST_BIN; k++) {
        const uint64_t power = fft_power(&work, k) >> LOGMEL_POWER_SHIFT;
        const uint32_t upper = logmel_band[k - LOGMEL_FIRST_BIN];
        const uint32_t share = logmel_share[k - LOGMEL_FIRST_BIN];
        if (upper < LOGMEL_BANDS) {
            bands[upper] += power * share;
        }
        if (upper > 0) {
            bands[upper - 1] += power * ((1U << LOGMEL_WEIGHT_BITS) - share);
        }
    }
    for (uint32_t i = 0; i < LOGMEL_BANDS; i++) {
        logs[i] = log2_q8(bands[i]);
    }
}

int32_t logmel_multiplier(float scale)
{
    return (int32_t)(65536.0 / (UNIT * (double)scale) + 0.5);
}

int8_t logmel_quantize(int16_t log, int32_t multiplier, int32_t zero_point)
{
    const int32_t stored = (int32_t)(((int64_t)(log - LOGMEL_CENTRE) * multiplier + 0x8000) >> 16) + zero_point;
    return (int8_t)(stored < -128 ? -128 : stored > 127 ? 127 : stored);
}
