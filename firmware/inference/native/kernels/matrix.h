/* SPDX-License-Identifier: Apache-2.0
 *
 * The multiplication at the heart of CONV_2D: rows of a filter times columns of
 * input. Two columns at a time are widened to int16, the input's offset added,
 * and then met by every row; that way each input byte is widened once and each
 * filter word serves two columns.
 *
 * The inside of a pair of columns is the affair of these functions alone (with
 * the DSP extension, bytes 0 and 2 of four share a word, as SXTB16 leaves them).
 */
#ifndef VMOTE_NATIVE_MATRIX_H
#define VMOTE_NATIVE_MATRIX_H

#include <stdint.h>

/* Bytes of scratch for a pair of columns of `depth` elements. */
static inline uint32_t rt_column_pair_bytes(uint32_t depth) {
    return (depth + 3) / 4 * 16;
}

/* Elements [from, from + count) of column 0 or 1; `from` a multiple of 4. */
void rt_widen(uint32_t *pair, unsigned column, uint32_t from, const int8_t *values, uint32_t count, int32_t offset);
/* The same, all zero: what padding counts as. */
void rt_widen_zero(uint32_t *pair, unsigned column, uint32_t from, uint32_t count);

/* sums[0..1]: the row times both columns; sums[2..3]: the row that begins `stride`
 * bytes later. With the DSP extension the rows are read in words, so up to three
 * bytes behind each are touched (and multiplied with zeros). */
void rt_two_rows(const uint32_t *pair, const int8_t *row, uint32_t stride, int32_t sums[4], uint32_t depth);
/* sums[0..1] of one row alone, of which no byte too many is read. */
void rt_one_row(const uint32_t *pair, const int8_t *row, int32_t sums[2], uint32_t depth);

#endif
