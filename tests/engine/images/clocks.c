/* SPDX-License-Identifier: Apache-2.0 */
/* Sleeps one second by the RTC and reads every other clock of the device before and after. */
#include "kit.h"
static volatile uint32_t woken, ticks;
void irq(void);
void irq(void)
{
    R32(0x40011140) = 0;
    (void)R32(0x40011140);
    woken = 1;
}
void sys_tick(void);
void sys_tick(void)
{
    ticks++;
}
int main(void)
{
    lfclk();
    cycle_counter();
    R32(0x40008504) = 0;  /* TIMER0: timer, 32 bits, 1 MHz */
    R32(0x40008508) = 3;
    R32(0x40008510) = 4;
    R32(0x40008000) = 1;
    R32(0x40011508) = 0;
    R32(0x40011540) = 32768;
    R32(0x40011304) = 1 << 16;
    R32(0xE000E100) = 1 << 17;
    R32(0xE000E014) = 64000 - 1; /* SysTick: 1 ms of the core clock */
    R32(0xE000E018) = 0;
    R32(0xE000E010) = 7;
    uint32_t from = CYCCNT;
    R32(0x40008040) = 1;
    uint32_t us = R32(0x40008540);
    R32(0x40011000) = 1;
    while (!woken)
        __asm volatile("wfi");
    uint32_t cycles = CYCCNT - from;
    R32(0x40008040) = 1;
    us = R32(0x40008540) - us;
    uint32_t systicks = ticks;
    say("cycles", cycles);
    say("us", us);
    say("systicks", systicks);
    say("counter", R32(0x40011504));
    uint32_t before = CYCCNT;
    __asm volatile("nop; nop; nop; nop; nop; nop; nop; nop; nop; nop");
    say("nops", CYCCNT - before);
    return 0;
}
