/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows of a filter times one vector, for FULLY_CONNECTED and its kin.
 */
#ifndef VMOTE_NATIVE_DENSE_H
#define VMOTE_NATIVE_DENSE_H

#include <stdint.h>

/* sums[0..3] = four rows, `depth` bytes apart, times (vector + offset). */
void rt_four_rows(const int8_t *vector, const int8_t *rows, uint32_t depth, int32_t sums[4], int32_t offset);

/* One row alone. */
int32_t rt_row_times(const int8_t *vector, const int8_t *row, uint32_t depth, int32_t offset);

#endif
