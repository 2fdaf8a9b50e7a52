/* SPDX-License-Identifier: Apache-2.0
 *
 * A 512-point FFT of real samples in 32-bit integers. The Python reference,
 * equal bit for bit, is src/vmote/features/fft.py, which says why nothing
 * overflows.
 */
#ifndef VMOTE_FFT_H
#define VMOTE_FFT_H

#include <stdint.h>

#define FFT_POINTS 512
#define FFT_HALF 256

typedef struct {
    int32_t re[FFT_HALF];
    int32_t im[FFT_HALF];
} fft_work;

/* Where sample `index` (0 ... 511) of the input goes. */
int32_t *fft_place(fft_work *work, uint32_t index);

/* In place: the 256 complex points that the samples were paired to. */
void fft_run(fft_work *work);

/* |2 X[k]|^2, 0 <= k <= 256, from what fft_run left. */
uint64_t fft_power(const fft_work *work, uint32_t k);

#endif
