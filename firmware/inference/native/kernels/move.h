/* SPDX-License-Identifier: Apache-2.0
 *
 * Elements moved without being looked at: the one loop behind slices, pads,
 * transposes, splits and their kin.
 */
#ifndef VMOTE_NATIVE_MOVE_H
#define VMOTE_NATIVE_MOVE_H

#include "../runtime.h"

/* A box of elements in memory: along dimension d, neighbours are step[d] elements apart. */
typedef struct {
    uint8_t *at;
    int32_t step[INFERENCE_MAX_RANK];
} rt_box;

/* The whole of a tensor as a box. */
rt_box rt_whole(const rt_tensor *tensor);

/* Copy `extent` elements of `bytes` each from one box to another. */
void rt_move(const rt_box *to, const rt_box *from, const int32_t *extent, unsigned rank, uint32_t bytes);

#endif
