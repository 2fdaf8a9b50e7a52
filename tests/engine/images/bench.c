/* SPDX-License-Identifier: Apache-2.0 */
/* Work for the benchmark: BENCH says which. */
#include "kit.h"
static volatile uint32_t buffers;
static int16_t sound[2][256];
static uint32_t state = 1;
void irq(void);
void irq(void)
{
    if (R32(0x4001D100)) { /* STARTED: the next buffer may be named */
        R32(0x4001D100) = 0;
        R32(0x4001D560) = (uint32_t)sound[buffers & 1];
    }
    if (R32(0x4001D108)) {
        R32(0x4001D108) = 0;
        buffers++;
    }
}
static void __attribute__((noinline)) compute(uint32_t rounds)
{
    static volatile int8_t a[256], b[256];
    int32_t sum = 0;
    for (uint32_t r = 0; r < rounds; r++) {
        for (int n = 0; n < 256; n++)
            sum += a[n] * b[n];
        state = state * 1664525 + 1013904223;
    }
    state += (uint32_t)sum;
}
int main(void)
{
#if BENCH == 1 /* 16-bit multiply-accumulate, for ever */
    for (;;)
        compute(1000);
#elif BENCH == 2 /* registers with a side effect */
    for (;;)
        R32(0x40008040) = 1;
#elif BENCH == 3 /* sound, while the core sleeps between buffers */
    R32(0x50000518) = R32(0x50000508) = 1 << 17;
    R32(0x4001D504) = 0x0A000000; /* 1.28 MHz, ratio 80: 16 kHz */
    R32(0x4001D520) = 1;
    R32(0x4001D508) = 1;
    R32(0x4001D560) = (uint32_t)sound[0];
    R32(0x4001D564) = 256;
    R32(0x4001D304) = 1 << 0 | 1 << 2;
    R32(0xE000E100) = 1 << 29;
    R32(0x4001D500) = 1;
    R32(0x4001D000) = 1;
    for (;;)
        __asm volatile("wfi");
#elif BENCH == 4 /* a loop that waits for a status bit */
    while (!R32(0x40002120))
        ;
#elif BENCH == 5 /* an hour's sleep, again and again */
    lfclk();
    R32(0x40011508) = 4095;
    R32(0x40011540) = 8 * 3600;
    R32(0x40011304) = 1 << 16;
    R32(0x40011000) = 1;
    R32(0xE000ED10) = 1 << 4; /* SEVONPEND: the interrupt is not enabled */
    for (;;)
        __asm volatile("wfe");
#else /* for an emulator without a board: these end by semihosting */
#if BENCH == 6 /* the first */
    compute(100000);
#elif BENCH == 7 /* a million writes to a register: of a timer of the stock machine */
    for (uint32_t n = 0; n < 1000000; n++)
        R32(0x40000034) = n;
#elif BENCH == 8 /* a million rounds of the loop that waits */
    for (uint32_t n = 0; n < 1000000 && !R32(0x40000034); n++)
        ;
#endif /* 9: nothing at all */
    __asm volatile("mov r0, #0x18\n ldr r1, =0x20026\n bkpt #0xAB\n");
#endif
    return 0;
}
