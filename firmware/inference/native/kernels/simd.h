/* SPDX-License-Identifier: Apache-2.0
 *
 * The DSP instructions of Cortex-M4 and M7 by name. A 32-bit word is taken as
 * four signed bytes or as two signed halves, the first in the lowest bits.
 * (Armv7-M Architecture Reference Manual, A7.7.)
 */
#ifndef VMOTE_NATIVE_SIMD_H
#define VMOTE_NATIVE_SIMD_H

#include <stdint.h>
#include <string.h>

static inline uint32_t rt_load_word(const void *from) {
    uint32_t word;
    memcpy(&word, from, sizeof word); /* one LDR, which may be unaligned */
    return word;
}

#ifdef __ARM_FEATURE_DSP
#define RT_DSP 1

/* Bytes 0 and 2, each as a half. */
static inline uint32_t rt_even_bytes(uint32_t word) {
    uint32_t halves;
    __asm__("sxtb16 %0, %1" : "=r"(halves) : "r"(word));
    return halves;
}

/* Bytes 1 and 3, each as a half. */
static inline uint32_t rt_odd_bytes(uint32_t word) {
    uint32_t halves;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(halves) : "r"(word));
    return halves;
}

/* The same, and `addend` added to each half. */
static inline uint32_t rt_even_bytes_plus(uint32_t addend, uint32_t word) {
    uint32_t halves;
    __asm__("sxtab16 %0, %1, %2" : "=r"(halves) : "r"(addend), "r"(word));
    return halves;
}

static inline uint32_t rt_odd_bytes_plus(uint32_t addend, uint32_t word) {
    uint32_t halves;
    __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(halves) : "r"(addend), "r"(word));
    return halves;
}

/* sum + a.low * b.low + a.high * b.high */
static inline int32_t rt_dot2(uint32_t a, uint32_t b, int32_t sum) {
    int32_t result;
    __asm__("smlad %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline int32_t rt_low_by_low(uint32_t a, uint32_t b, int32_t sum) {
    int32_t result;
    __asm__("smlabb %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline int32_t rt_low_by_high(uint32_t a, uint32_t b, int32_t sum) {
    int32_t result;
    __asm__("smlabt %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

static inline int32_t rt_high_by_high(uint32_t a, uint32_t b, int32_t sum) {
    int32_t result;
    __asm__("smlatt %0, %1, %2, %3" : "=r"(result) : "r"(a), "r"(b), "r"(sum));
    return result;
}

/* (a * b + 2^31) / 2^32, rounded down. */
static inline int32_t rt_high_word_rounded(int32_t a, int32_t b) {
    int32_t result;
    __asm__("smmulr %0, %1, %2" : "=r"(result) : "r"(a), "r"(b));
    return result;
}

static inline int32_t rt_to_int8(int32_t x) {
    int32_t result;
    __asm__("ssat %0, #8, %1" : "=r"(result) : "r"(x));
    return result;
}

#endif
#endif
