/* SPDX-License-Identifier: Apache-2.0 */
/* WFE: passes after SEV, sleeps otherwise, wakes by an interrupt that is enabled, masked, or only pending. */
#include "kit.h"
static volatile uint32_t interrupts;
void irq(void);
void irq(void)
{
    interrupts++;
    R32(0x40011140) = 0;
    (void)R32(0x40011140);
}
static uint32_t ticks(void)
{
    return R32(0x40011504);
}
static void in_10_ticks(void)
{
    R32(0x40011140) = 0;
    R32(0x40011540) = ticks() + 10;
}
static void wfe(void)
{
    __asm volatile("wfe" ::: "memory");
}
int main(void)
{
    lfclk();
    cycle_counter();
    R32(0x40011508) = 327; /* 10 ms a tick */
    R32(0x40011304) = 1 << 16;
    R32(0x40011000) = 1;
    __asm volatile("sev");
    uint32_t from = CYCCNT;
    wfe();
    say("after-sev", CYCCNT - from);
    R32(0xE000E100) = 1 << 17;
    in_10_ticks();
    uint32_t start = ticks();
    while (!interrupts)
        wfe();
    say("enabled", ticks() - start);
    wfe(); /* the interrupt left its event */
    __asm volatile("cpsid i");
    in_10_ticks();
    start = ticks();
    wfe();
    say("masked", ticks() - start);
    __asm volatile("cpsie i");
    say("interrupts", interrupts);
    wfe();
    R32(0xE000E180) = 1 << 17;
    R32(0xE000ED10) |= 1 << 4; /* SEVONPEND */
    in_10_ticks();
    start = ticks();
    wfe();
    say("pending", ticks() - start);
    say("interrupts-then", interrupts);
    return 0;
}
