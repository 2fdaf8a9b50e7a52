/* SPDX-License-Identifier: Apache-2.0
 *
 * e^x = 2^(k / 32) * 2^(r / 32) with k whole and |r| <= 1/2: the first factor from a
 * table, the second by a polynomial of the third degree, all in double precision.
 * Coefficients as in Arm's optimized routines, which C libraries share, so that
 * results agree with theirs to the last bit.
 */
#include "exponential.h"

#include <stdint.h>
#include <string.h>

/* 2^(i / 32) */
static const double roots[32] = {
    0x1.0000000000000p+0, 0x1.059b0d3158574p+0, 0x1.0b5586cf9890fp+0, 0x1.11301d0125b51p+0,
    0x1.172b83c7d517bp+0, 0x1.1d4873168b9aap+0, 0x1.2387a6e756238p+0, 0x1.29e9df51fdee1p+0,
    0x1.306fe0a31b715p+0, 0x1.371a7373aa9cbp+0, 0x1.3dea64c123422p+0, 0x1.44e086061892dp+0,
    0x1.4bfdad5362a27p+0, 0x1.5342b569d4f82p+0, 0x1.5ab07dd485429p+0, 0x1.6247eb03a5585p+0,
    0x1.6a09e667f3bcdp+0, 0x1.71f75e8ec5f74p+0, 0x1.7a11473eb0187p+0, 0x1.82589994cce13p+0,
    0x1.8ace5422aa0dbp+0, 0x1.93737b0cdc5e5p+0, 0x1.9c49182a3f090p+0, 0x1.a5503b23e255dp+0,
    0x1.ae89f995ad3adp+0, 0x1.b7f76f2fb5e47p+0, 0x1.c199bdd85529cp+0, 0x1.cb720dcef9069p+0,
    0x1.d5818dcfba487p+0, 0x1.dfc97337b9b5fp+0, 0x1.ea4afa2a490dap+0, 0x1.f50765b6e4540p+0,
};

float rt_exp(float x) {
    if (x != x) return x;
    if (x > 0x1.62e42ep6f) return __builtin_inff();
    if (x < -0x1.9fe368p6f) return 0.0f;
    const double steps = 0x1.71547652b82fep+0 * 32 * (double)x;
    /* To the nearest whole number: beyond 2^52 a double has no other. */
    const double nearest = steps + 0x1.8p52;
    uint64_t whole;
    memcpy(&whole, &nearest, sizeof whole);
    const double rest = steps - (nearest - 0x1.8p52);
    uint64_t bits;
    memcpy(&bits, &roots[whole & 31], sizeof bits);
    bits += (whole >> 5) << 52; /* what is above the whole number's own bits falls out at the top */
    double scale;
    memcpy(&scale, &bits, sizeof scale);
    const double upper = 0x1.c6af84b912394p-5 / (32 * 32 * 32) * rest + 0x1.ebfce50fac4f3p-3 / (32 * 32);
    const double lower = 0x1.62e42ff0c52d6p-1 / 32 * rest + 1.0;
    return (float)((upper * (rest * rest) + lower) * scale);
}
