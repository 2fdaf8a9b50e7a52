/* SPDX-License-Identifier: Apache-2.0 */
/* WFE: passes after SEV, sleeps otherwise, wakes by an interrupt that is enabled or masked; by one that is only pending, on
   a line or by software, with SEVONPEND and not without. SysTick ends those sleeps that nothing else does. */
#include "kit.h"
static volatile uint32_t interrupts, ended;
void sys_tick(void);
void sys_tick(void)
{
    ended++;
    R32(0xE000E010) = 0;
}
static void systick_in_20_ticks(void)
{
    R32(0xE000E014) = 20 * 640000 - 1; /* of 10 ms at 64 MHz */
    R32(0xE000E018) = 0;
    R32(0xE000E010) = 7;
}
void irq(void);
void irq(void)
{
    interrupts++;
    R32(0x40011140) = 0;
    (void)R32(0x40011140);
}
void svc(void);
void svc(void)
{
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
    in_10_ticks();
    start = ticks();
    systick_in_20_ticks();
    wfe();
    say("disabled", ticks() - start);
    R32(0x40011140) = 0;
    R32(0xE000E280) = 1 << 17;
    wfe(); /* SysTick's event */
    start = ticks();
    systick_in_20_ticks();
    R32(0xE000E200) = 1 << 17;
    wfe();
    say("by-software", ticks() - start);
    R32(0xE000E280) = 1 << 17;
    wfe();
    say("ended", ended);
    R32(0xE000ED10) |= 1 << 4; /* SEVONPEND */
    start = ticks();
    R32(0xE000E200) = 1 << 17;
    wfe();
    say("by-software-then", ticks() - start);
    R32(0xE000E280) = 1 << 17;
    __asm volatile("svc #0"); /* an exception that is taken is an event */
    wfe();
    in_10_ticks();
    start = ticks();
    wfe();
    say("pending", ticks() - start);
    say("interrupts-then", interrupts);
    return 0;
}
