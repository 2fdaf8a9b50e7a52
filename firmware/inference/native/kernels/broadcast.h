/* SPDX-License-Identifier: Apache-2.0
 *
 * Two tensors met element by element, where a dimension of one may be 1 and is
 * then repeated (numpy's rule).
 */
#ifndef VMOTE_NATIVE_BROADCAST_H
#define VMOTE_NATIVE_BROADCAST_H

#include "../runtime.h"

/* Refuse shapes that do not broadcast to the output's. */
inference_status rt_broadcast_check(rt_opening *opening, const rt_tensor *a, const rt_tensor *b, const rt_tensor *output);

/* `count` results from two rows of elements; a step of 0 repeats one element. */
typedef inference_status rt_row(const void *op, const void *a, uint32_t step_a, const void *b, uint32_t step_b,
                                void *output, uint32_t count);

/* Walk over the output and call `row` for the longest runs that need no carry. */
inference_status rt_broadcast(const rt_tensor *a, const rt_tensor *b, const rt_tensor *output, const void *op, rt_row *row);

#endif
