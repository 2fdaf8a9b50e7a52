/* SPDX-License-Identifier: Apache-2.0 */
#include "matrix.h"

#include "simd.h"

/* Four elements of a column are two words; those of column 0 and 1 alternate. */

#ifdef RT_DSP

void rt_widen(uint32_t *pair, unsigned column, uint32_t from, const int8_t *values, uint32_t count, int32_t offset) {
    const uint32_t both = ((uint32_t)offset & 0xffff) | (uint32_t)offset << 16;
    uint32_t *out = pair + from + 2 * column;
    for (; count >= 4; count -= 4, values += 4, out += 4) {
        uint32_t word = rt_load_word(values);
        out[0] = rt_even_bytes_plus(both, word);
        out[1] = rt_odd_bytes_plus(both, word);
    }
    if (count == 0) return;
    int16_t rest[4] = {0, 0, 0, 0};
    for (uint32_t i = 0; i < count; i++) rest[i] = (int16_t)(values[i] + offset);
    out[0] = ((uint32_t)rest[0] & 0xffff) | (uint32_t)rest[2] << 16;
    out[1] = ((uint32_t)rest[1] & 0xffff) | (uint32_t)rest[3] << 16;
}

/* The last one to three bytes of a row, zeros after them. */
static uint32_t load_rest(const int8_t *row, uint32_t count) {
    uint32_t word = (uint8_t)row[0];
    if (count > 1) word |= (uint32_t)(uint8_t)row[1] << 8;
    if (count > 2) word |= (uint32_t)(uint8_t)row[2] << 16;
    return word;
}

/* One word of a row meets the two columns: column 0 in `x` and `y`, column 1 in `z` and `w`. */
#define MEET(word, a, b)                    \
    do {                                    \
        uint32_t halves = rt_even_bytes(word); \
        a = rt_dot2(halves, x0, a);         \
        b = rt_dot2(halves, x1, b);         \
        halves = rt_odd_bytes(word);        \
        a = rt_dot2(halves, y0, a);         \
        b = rt_dot2(halves, y1, b);         \
    } while (0)

void rt_two_rows(const uint32_t *pair, const int8_t *row, uint32_t depth, int32_t sums[4]) {
    int32_t a0 = 0, a1 = 0, b0 = 0, b1 = 0;
    const int8_t *end = row + (depth & ~3u);
    const int8_t *end_of_twos = row + (depth & ~7u);
    uint32_t x0, y0, x1, y1;
#define STEP()                                        \
    do {                                              \
        x0 = pair[0], y0 = pair[1];                   \
        x1 = pair[2], y1 = pair[3];                   \
        pair += 4;                                    \
        MEET(rt_load_word(row), a0, a1);              \
        MEET(rt_load_word(row + depth), b0, b1);      \
        row += 4;                                     \
    } while (0)
    while (row != end_of_twos) {
        STEP();
        STEP();
    }
    if (row != end) STEP();
    if (depth & 3) {
        x0 = pair[0], y0 = pair[1];
        x1 = pair[2], y1 = pair[3];
        MEET(load_rest(row, depth & 3), a0, a1);
        MEET(load_rest(row + depth, depth & 3), b0, b1);
    }
    sums[0] = a0;
    sums[1] = a1;
    sums[2] = b0;
    sums[3] = b1;
}

void rt_one_row(const uint32_t *pair, const int8_t *row, uint32_t depth, int32_t sums[2]) {
    int32_t a0 = 0, a1 = 0;
    const int8_t *end = row + (depth & ~3u);
    uint32_t x0, y0, x1, y1;
    for (; row != end; row += 4, pair += 4) {
        x0 = pair[0], y0 = pair[1];
        x1 = pair[2], y1 = pair[3];
        MEET(rt_load_word(row), a0, a1);
    }
    if (depth & 3) {
        x0 = pair[0], y0 = pair[1];
        x1 = pair[2], y1 = pair[3];
        MEET(load_rest(row, depth & 3), a0, a1);
    }
    sums[0] = a0;
    sums[1] = a1;
}

#else

void rt_widen(uint32_t *pair, unsigned column, uint32_t from, const int8_t *values, uint32_t count, int32_t offset) {
    int16_t *out = (int16_t *)(void *)pair + 2 * from + column;
    for (uint32_t i = 0; i < count; i++) out[2 * i] = (int16_t)(values[i] + offset);
}

void rt_one_row(const uint32_t *pair, const int8_t *row, uint32_t depth, int32_t sums[2]) {
    const int16_t *x = (const int16_t *)(const void *)pair;
    uint32_t a0 = 0, a1 = 0;
    for (uint32_t i = 0; i < depth; i++, x += 2) {
        int32_t a = row[i];
        a0 += (uint32_t)(a * x[0]);
        a1 += (uint32_t)(a * x[1]);
    }
    sums[0] = (int32_t)a0;
    sums[1] = (int32_t)a1;
}

void rt_two_rows(const uint32_t *pair, const int8_t *row, uint32_t depth, int32_t sums[4]) {
    rt_one_row(pair, row, depth, sums);
    rt_one_row(pair, row + depth, depth, sums + 2);
}

#endif

void rt_widen_zero(uint32_t *pair, unsigned column, uint32_t from, uint32_t count) {
#ifdef RT_DSP
    uint32_t *out = pair + from + 2 * column;
    for (uint32_t i = 0; i < (count + 3) / 4; i++, out += 4) out[0] = out[1] = 0;
#else
    int16_t *out = (int16_t *)(void *)pair + 2 * from + column;
    for (uint32_t i = 0; i < count; i++) out[2 * i] = 0;
#endif
}
