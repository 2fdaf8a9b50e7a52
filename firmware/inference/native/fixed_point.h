/* SPDX-License-Identifier: Apache-2.0
 *
 * Integer arithmetic of quantized inference. A real factor is held as
 * multiplier * 2^(shift - 31), the multiplier between 2^30 and 2^31.
 */
#ifndef VMOTE_NATIVE_FIXED_POINT_H
#define VMOTE_NATIVE_FIXED_POINT_H

#include <stdint.h>

typedef struct {
    int32_t multiplier;
    int32_t shift; /* positive: to the left */
} rt_factor;

/* The factor nearest to a real number >= 0; below 2^-32 it becomes zero. */
rt_factor rt_factor_of(double real);

/* a * b / 2^31, rounded to nearest, halves up. (Never both the least int32.) */
static inline int32_t rt_high_product(int32_t a, int32_t b) {
    return (int32_t)(((int64_t)a * b + (1 << 30)) >> 31);
}

/* The same for any a and b: -1 * -1 saturates. */
static inline int32_t rt_high_product_saturating(int32_t a, int32_t b) {
    return a == b && a == INT32_MIN ? INT32_MAX : rt_high_product(a, b);
}

/* x / 2^exponent, rounded to nearest, halves away from zero. 0 <= exponent <= 31. */
static inline int32_t rt_divide_by_power(int32_t x, int exponent) {
    if (exponent == 0) return x;
    /* In 64 bits, as x may be within rounding distance of the largest int32. */
    return (int32_t)(((int64_t)x + ((int64_t)1 << (exponent - 1)) - (x < 0)) >> exponent);
}

/* Left shift that wraps like the hardware's. */
static inline int32_t rt_shift_left(int32_t x, int by) {
    return (int32_t)((uint32_t)x << by);
}

static inline int32_t rt_multiply(int32_t x, rt_factor factor) {
    int left = factor.shift > 0 ? factor.shift : 0;
    int right = factor.shift > 0 ? 0 : -factor.shift;
    return rt_divide_by_power(rt_high_product(rt_shift_left(x, left), factor.multiplier), right);
}

/* The same for 48-bit x, with 16 bits of the multiplier, halves up. */
static inline int32_t rt_multiply_wide(int64_t x, rt_factor factor) {
    const int32_t reduced = factor.multiplier < 0x7fff0000 ? (factor.multiplier + (1 << 15)) >> 16 : 0x7fff;
    const int right = 15 - factor.shift;
    return (int32_t)((int64_t)((uint64_t)x * (uint64_t)reduced + (1ull << (right - 1))) >> right);
}

static inline int32_t rt_clamp(int32_t x, int32_t low, int32_t high) {
    return x < low ? low : x > high ? high : x;
}

/* x * 2^exponent, saturating. 0 < exponent < 31. */
int32_t rt_shift_saturating(int32_t x, int exponent);

/* Functions of fixed-point numbers. "Q5" is a signed number with 5 integer bits
 * and 26 fractional ones; "Q0" lies between -1 and 1 with 31 fractional bits. */

/* e^x for x <= 0 in Q<integer_bits>; result Q0. */
int32_t rt_exp_of_negative(int32_t x, int integer_bits);
/* 1 / (1 + x) for 0 <= x < 1, Q0 in and out. */
int32_t rt_one_over_one_plus(int32_t x);
/* (1 - x) / (1 + x) for 0 <= x < 1, Q0 in and out. */
int32_t rt_one_minus_over_one_plus(int32_t x);
int32_t rt_logistic_q4(int32_t x);
int32_t rt_tanh_q4(int32_t x);
/* Largest input difference that survives scaling by 2^left_shift (table bounds of softmax, logistic, tanh). */
int32_t rt_input_radius(int integer_bits, int left_shift);

#endif
