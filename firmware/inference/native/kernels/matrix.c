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

/* Sixteen multiplications in sixteen instructions: four elements of two rows with
 * four of two columns. r0 pair, r1 row, r2 stride - 4, r4-r7 the columns' four
 * words, r8-r11 the sums. All registers are in use, which is why this is not left
 * to the compiler: it would keep half of them on the stack. */
#define FOUR_OF_TWO_BY_TWO        \
    "ldmia  r0!, {r4-r7}\n"       \
    "ldr    r3, [r1], #4\n"       \
    "sxtb16 lr, r3\n"             \
    "smlad  r8, lr, r4, r8\n"     \
    "smlad  r9, lr, r6, r9\n"     \
    "sxtb16 r3, r3, ror #8\n"     \
    "smlad  r8, r3, r5, r8\n"     \
    "smlad  r9, r3, r7, r9\n"     \
    "ldr    r3, [r1, r2]\n"       \
    "sxtb16 lr, r3\n"             \
    "smlad  r10, lr, r4, r10\n"   \
    "smlad  r11, lr, r6, r11\n"   \
    "sxtb16 r3, r3, ror #8\n"     \
    "smlad  r10, r3, r5, r10\n"   \
    "smlad  r11, r3, r7, r11\n"

#define UNUSED __attribute__((unused))

__attribute__((naked)) void rt_two_rows(UNUSED const uint32_t *pair, UNUSED const int8_t *row, UNUSED uint32_t stride,
                                        UNUSED int32_t sums[4], UNUSED uint32_t depth) {
    __asm__("push   {r3-r11, lr}\n"
            "ldr    r12, [sp, #40]\n" /* depth, rounded up to whole words */
            "add    r12, r12, #3\n"
            "bic    r12, r12, #3\n"
            "sub    r2, r2, #4\n"
            "mov    r8, #0\n"
            "mov    r9, #0\n"
            "mov    r10, #0\n"
            "mov    r11, #0\n"
            "tst    r12, #4\n"
            "add    r12, r12, r1\n" /* where the row ends */
            "beq    1f\n"
            FOUR_OF_TWO_BY_TWO
            "1:\n"
            "cmp    r1, r12\n"
            "beq    3f\n"
            "2:\n"
            FOUR_OF_TWO_BY_TWO
            FOUR_OF_TWO_BY_TWO
            "cmp    r1, r12\n"
            "bne    2b\n"
            "3:\n"
            "ldr    r3, [sp]\n"
            "stmia  r3, {r8-r11}\n"
            "pop    {r3-r11, pc}\n");
}

/* One word of a row meets the two columns. */
#define MEET(word)                             \
    do {                                       \
        uint32_t halves = rt_even_bytes(word); \
        a0 = rt_dot2(halves, pair[0], a0);     \
        a1 = rt_dot2(halves, pair[2], a1);     \
        halves = rt_odd_bytes(word);           \
        a0 = rt_dot2(halves, pair[1], a0);     \
        a1 = rt_dot2(halves, pair[3], a1);     \
    } while (0)

void rt_one_row(const uint32_t *pair, const int8_t *row, int32_t sums[2], uint32_t depth) {
    int32_t a0 = 0, a1 = 0;
    const int8_t *end = row + (depth & ~3u);
    for (; row != end; row += 4, pair += 4) MEET(rt_load_word(row));
    if (depth & 3) MEET(load_rest(row, depth & 3));
    sums[0] = a0;
    sums[1] = a1;
}

#else

void rt_widen(uint32_t *pair, unsigned column, uint32_t from, const int8_t *values, uint32_t count, int32_t offset) {
    int16_t *out = (int16_t *)(void *)pair + 2 * from + column;
    for (uint32_t i = 0; i < count; i++) out[2 * i] = (int16_t)(values[i] + offset);
}

void rt_one_row(const uint32_t *pair, const int8_t *row, int32_t sums[2], uint32_t depth) {
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

void rt_two_rows(const uint32_t *pair, const int8_t *row, uint32_t stride, int32_t sums[4], uint32_t depth) {
    rt_one_row(pair, row, sums, depth);
    rt_one_row(pair, row + stride, sums + 2, depth);
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
