/* SPDX-License-Identifier: Apache-2.0
 *
 * int16 sigmoid and tanh: a table of steps of 1/24, straight lines between.
 */
#ifndef VMOTE_NATIVE_TABLE_H
#define VMOTE_NATIVE_TABLE_H

#include "sigmoid_table.h"

/* x * multiplier / 2^shift is the argument in steps of 1/24 / 2^9. */
static inline int32_t rt_table_argument(int16_t x, int32_t multiplier, int32_t shift) {
    uint32_t half = shift > 0 ? 1u << (shift - 1) : 0;
    return (int32_t)((uint32_t)(x * multiplier) + half) >> shift;
}

static inline int16_t rt_table_sigmoid(int32_t argument) {
    uint32_t size = (uint32_t)(argument < 0 ? -argument : argument), step = size >> 9;
    uint32_t y = 0x7fff << 10;
    if (step < 255) {
        uint32_t a = rt_sigmoid_table[step], b = rt_sigmoid_table[step + 1];
        y = (a << 9) + (size & 0x1ff) * (b - a);
    }
    y = argument >= 0 ? y + (1 << 9) : (1 << 25) - y + (1 << 9) - 1;
    return (int16_t)(y >> 10);
}

/* tanh(x) = 2 sigmoid(2x) - 1 */
static inline int16_t rt_table_tanh(int32_t argument) {
    uint32_t size = (uint32_t)(argument < 0 ? -argument : argument), step = size >> 8;
    int32_t y = 0xffff << 8;
    if (step < 255) {
        uint32_t a = rt_sigmoid_table[step], b = rt_sigmoid_table[step + 1];
        y = (int32_t)((a << 8) + (size & 0xff) * (b - a));
    }
    y = argument >= 0 ? y - (1 << 23) + (1 << 7) : -y + (1 << 23) + (1 << 7) - 1;
    return (int16_t)(y >> 8);
}

#endif
