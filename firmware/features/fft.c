/* SPDX-License-Identifier: Apache-2.0 */
#include "fft.h"

#include "logmel_tables.h"

#define QUARTER (FFT_POINTS / 4)

typedef struct {
    int32_t cos;
    int32_t sin;
} factor;

/* exp(-2 pi i k / 512), Q15. */
static inline factor twiddle(uint32_t k)
{
    if (k <= QUARTER) {
        return (factor){fft_quarter[QUARTER - k], -(int32_t)fft_quarter[k]};
    }
    return (factor){-(int32_t)fft_quarter[k - QUARTER], -(int32_t)fft_quarter[2 * QUARTER - k]};
}

/* One rounding a product, halves up. */
static inline int32_t q15(int32_t value, int32_t by)
{
    return (int32_t)(((int64_t)value * by + 0x4000) >> 15);
}

static inline uint32_t reversed(uint32_t index)
{
    index = (index & 0xf0U) >> 4 | (index & 0x0fU) << 4;
    index = (index & 0xccU) >> 2 | (index & 0x33U) << 2;
    return (index & 0xaaU) >> 1 | (index & 0x55U) << 1;
}

int32_t *fft_place(fft_work *work, uint32_t index)
{
    const uint32_t point = reversed(index / 2);
    return (index & 1U) != 0 ? &work->im[point] : &work->re[point];
}

void fft_run(fft_work *work)
{
    int32_t *re = work->re;
    int32_t *im = work->im;
    for (uint32_t span = 1; span < FFT_HALF; span *= 2) {
        const uint32_t step = FFT_HALF / span;
        for (uint32_t j = 0; j < span; j++) {
            const factor w = twiddle(j * step);
            for (uint32_t a = j; a < FFT_HALF; a += 2 * span) {
                const uint32_t b = a + span;
                const int32_t tr = q15(re[b], w.cos) - q15(im[b], w.sin);
                const int32_t ti = q15(re[b], w.sin) + q15(im[b], w.cos);
                re[b] = re[a] - tr;
                im[b] = im[a] - ti;
                re[a] += tr;
                im[a] += ti;
            }
        }
    }
}

uint64_t fft_power(const fft_work *work, uint32_t k)
{
    /* The spectra of even and odd samples are taken apart and joined to twice that of the whole. */
    const uint32_t low = k % FFT_HALF;
    const uint32_t other = (FFT_HALF - low) % FFT_HALF;
    const int32_t even_re = work->re[low] + work->re[other];
    const int32_t even_im = work->im[low] - work->im[other];
    const int32_t odd_re = work->im[low] + work->im[other];
    const int32_t odd_im = work->re[other] - work->re[low];
    if (k == FFT_HALF) { /* the twiddle is -1 */
        const int64_t last = (int64_t)even_re - odd_re;
        return (uint64_t)(last * last);
    }
    const factor w = twiddle(k);
    const int64_t xr = (int64_t)even_re + q15(odd_re, w.cos) - q15(odd_im, w.sin);
    const int64_t xi = (int64_t)even_im + q15(odd_re, w.sin) + q15(odd_im, w.cos);
    return (uint64_t)(xr * xr) + (uint64_t)(xi * xi);
}
