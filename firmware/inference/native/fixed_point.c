/* SPDX-License-Identifier: Apache-2.0 */
#include "fixed_point.h"

#include <string.h>

rt_factor rt_factor_of(double real) {
    rt_factor factor = {0, 0};
    uint64_t bits;
    memcpy(&bits, &real, sizeof bits);
    int exponent = (int)(bits >> 52 & 0x7ff);
    /* Zero, and numbers so small that every result would round to zero. */
    if (exponent < 1023 - 1 - 31) return factor;
    /* real = fraction * 2^(exponent - 1022) with a 53-bit fraction of [1/2, 1); keep 31 bits of it. */
    uint64_t fraction = (bits & 0xfffffffffffffULL) | 0x10000000000000ULL;
    uint64_t rounded = (fraction + (1ULL << 21)) >> 22;
    factor.shift = exponent - 1022;
    if (rounded == 1ULL << 31) {
        rounded >>= 1;
        factor.shift++;
    }
    factor.multiplier = (int32_t)rounded;
    if (factor.shift < -31) {
        factor.multiplier = 0;
        factor.shift = 0;
    }
    return factor;
}

int32_t rt_shift_saturating(int32_t x, int exponent) {
    int32_t most = (1 << (31 - exponent)) - 1;
    if (x > most) return INT32_MAX;
    if (x < -most) return INT32_MIN;
    return rt_shift_left(x, exponent);
}

/* e^x for -1/4 <= x < 0, Q0: a Taylor series to the fourth power about -1/8. */
static int32_t exp_near_minus_one_eighth(int32_t a) {
    const int32_t exp_of_minus_one_eighth = 1895147668;
    const int32_t one_third = 715827883;
    int32_t x = a + (1 << 28);
    int32_t x2 = rt_high_product(x, x);
    int32_t x3 = rt_high_product(x2, x);
    int32_t x4 = rt_high_product(x2, x2);
    int32_t upper = rt_divide_by_power(rt_high_product(rt_divide_by_power(x4, 2) + x3, one_third) + x2, 1);
    return exp_of_minus_one_eighth + rt_high_product(exp_of_minus_one_eighth, x + upper);
}

int32_t rt_exp_of_negative(int32_t x, int integer_bits) {
    /* e^-(1/4), e^-(1/2), e^-1, ... e^-16 in Q0. */
    static const int32_t powers[] = {1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242};
    if (x == 0) return INT32_MAX;
    int fractional_bits = 31 - integer_bits;
    int32_t quarter = 1 << (fractional_bits - 2);
    /* x = part - remainder, the part within [-1/4, 0), the remainder a multiple of 1/4. */
    int32_t part = (x & (quarter - 1)) - quarter;
    int32_t result = exp_near_minus_one_eighth(rt_shift_saturating(part, integer_bits));
    int32_t remainder = part - x;
    for (int i = 0; i - 2 < integer_bits && i < 7; i++) {
        if (remainder & (1 << (fractional_bits - 2 + i))) result = rt_high_product(result, powers[i]);
    }
    return result;
}

/* 2 / (1 + x) in Q2, by three Newton steps; 48/17 - 32/17 d is the best linear start. */
static int32_t reciprocal_of_half_one_plus(int32_t a) {
    /* (a + 1) / 2, rounded to nearest; a is not negative. */
    int32_t half = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
    int32_t x = 1515870810 + rt_high_product(half, -1010580540);
    for (int i = 0; i < 3; i++) {
        int32_t error = (1 << 29) - rt_high_product(half, x);
        x += rt_shift_saturating(rt_high_product(x, error), 2);
    }
    return x;
}

int32_t rt_one_over_one_plus(int32_t a) {
    /* Halving Q2 is reading it as Q1; one more place to Q0. */
    return rt_shift_saturating(reciprocal_of_half_one_plus(a), 1);
}

int32_t rt_one_minus_over_one_plus(int32_t a) {
    return rt_shift_saturating(reciprocal_of_half_one_plus(a) - (1 << 29), 2);
}

int32_t rt_logistic_q4(int32_t x) {
    if (x == 0) return 1 << 30;
    int32_t above = rt_one_over_one_plus(rt_exp_of_negative(x > 0 ? -x : x, 4));
    return x > 0 ? above : INT32_MAX - above;
}

int32_t rt_tanh_q4(int32_t x) {
    if (x == 0) return 0;
    /* Reading Q4 as Q5 doubles it. */
    int32_t below = rt_one_minus_over_one_plus(rt_exp_of_negative(x > 0 ? -x : x, 5));
    return x > 0 ? below : -below;
}

int32_t rt_input_radius(int integer_bits, int left_shift) {
    int64_t most = (int64_t)((1 << integer_bits) - 1) << (31 - integer_bits);
    if (left_shift < 0) return INT32_MAX;
    return left_shift > 62 ? 0 : (int32_t)(most >> left_shift);
}
