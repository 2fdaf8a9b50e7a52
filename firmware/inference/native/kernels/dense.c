/* SPDX-License-Identifier: Apache-2.0 */
#include "dense.h"

#include "simd.h"

int32_t rt_row_times(const int8_t *vector, const int8_t *row, uint32_t depth, int32_t offset) {
    uint32_t sum = 0; /* wraps on overflow, as the reference does in practice */
    for (uint32_t i = 0; i < depth; i++) sum += (uint32_t)(row[i] * (vector[i] + offset));
    return (int32_t)sum;
}

#ifdef RT_DSP

/* Sixteen multiplications in 23 instructions: four elements of the vector are
 * widened once and meet four rows. r0 vector, r1 and r2 the first and the third
 * row, r3 depth, r4 the offset twice, r5 and r6 the vector's words, r8-r11 sums. */
#define WORD_OF_ROW(load, sum)  \
    load "\n"                   \
    "sxtb16 lr, r7\n"           \
    "smlad  " sum ", lr, r5, " sum "\n" \
    "sxtb16 r7, r7, ror #8\n"   \
    "smlad  " sum ", r7, r6, " sum "\n"

#define UNUSED __attribute__((unused))

/* `length` is a multiple of 4, at least 4. */
__attribute__((naked)) static void four_rows(UNUSED const int8_t *vector, UNUSED const int8_t *rows,
                                             UNUSED uint32_t depth, UNUSED int32_t sums[4], UNUSED uint32_t offsets,
                                             UNUSED uint32_t length) {
    __asm__("push   {r3-r11, lr}\n"
            "mov    r3, r2\n"
            "add    r2, r1, r2, lsl #1\n"
            "ldr    r4, [sp, #40]\n"
            "ldr    r12, [sp, #44]\n"
            "add    r12, r12, r0\n"
            "mov    r8, #0\n"
            "mov    r9, #0\n"
            "mov    r10, #0\n"
            "mov    r11, #0\n"
            "1:\n"
            "ldr    r6, [r0], #4\n"
            "sxtab16 r5, r4, r6\n"
            "sxtab16 r6, r4, r6, ror #8\n"
            WORD_OF_ROW("ldr r7, [r1, r3]", "r9")
            WORD_OF_ROW("ldr r7, [r1], #4", "r8")
            WORD_OF_ROW("ldr r7, [r2, r3]", "r11")
            WORD_OF_ROW("ldr r7, [r2], #4", "r10")
            "cmp    r0, r12\n"
            "bne    1b\n"
            "ldr    r3, [sp]\n"
            "stmia  r3, {r8-r11}\n"
            "pop    {r3-r11, pc}\n");
}

void rt_four_rows(const int8_t *vector, const int8_t *rows, uint32_t depth, int32_t sums[4], int32_t offset) {
    const uint32_t length = depth & ~3u;
    if (length > 0) {
        four_rows(vector, rows, depth, sums, ((uint32_t)offset & 0xffff) | (uint32_t)offset << 16, length);
    } else {
        sums[0] = sums[1] = sums[2] = sums[3] = 0;
    }
    for (uint32_t i = length; i < depth; i++) {
        for (unsigned row = 0; row < 4; row++) sums[row] += rows[row * depth + i] * (vector[i] + offset);
    }
}

#else

void rt_four_rows(const int8_t *vector, const int8_t *rows, uint32_t depth, int32_t sums[4], int32_t offset) {
    for (unsigned row = 0; row < 4; row++) sums[row] = rt_row_times(vector, rows + row * depth, depth, offset);
}

#endif
