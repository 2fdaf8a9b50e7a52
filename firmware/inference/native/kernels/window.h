/* SPDX-License-Identifier: Apache-2.0
 *
 * The geometry of operators that slide a window over an image: convolutions and pools.
 */
#ifndef VMOTE_NATIVE_WINDOW_H
#define VMOTE_NATIVE_WINDOW_H

#include "../runtime.h"

typedef struct {
    int32_t size;     /* of the window */
    int32_t stride;
    int32_t dilation;
    int32_t before;   /* padding in front; what is behind follows */
    int32_t input;    /* extent of the image */
    int32_t output;
} rt_axis;

typedef struct {
    uint32_t batches;
    uint32_t depth;         /* channels of the input */
    uint32_t output_depth;
    rt_axis y;
    rt_axis x;
} rt_window;

/* Padding in the schema. */
enum { RT_SAME = 0, RT_VALID = 1 };

/* Take it from the tensors and the numbers of an options table; refuse what does not fit together. */
inference_status rt_window_of(rt_opening *opening, const rt_tensor *input, const rt_tensor *output, int padding,
                              const int32_t size[2], const int32_t stride[2], const int32_t dilation[2],
                              rt_window *window);

/* Window positions [*first, *last) that fall inside the image when the output is at `at`. */
static inline void rt_inside(const rt_axis *axis, int32_t at, int32_t *first, int32_t *last) {
    int32_t origin = at * axis->stride - axis->before;
    *first = origin < 0 ? (-origin + axis->dilation - 1) / axis->dilation : 0;
    int32_t room = axis->input - origin;
    int32_t taps = room <= 0 ? 0 : (room + axis->dilation - 1) / axis->dilation;
    *last = taps < axis->size ? taps : axis->size;
    if (*first > *last) *first = *last;
}

#endif
