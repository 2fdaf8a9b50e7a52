/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"

#define WEAK(name) void name(void) __attribute__((weak, alias("unexpected")))
void unexpected(void);
void unexpected(void)
{
    for (;;)
        ;
}
WEAK(nmi);
WEAK(hard_fault);
WEAK(mem_manage);
WEAK(bus_fault);
WEAK(usage_fault);
WEAK(svc);
WEAK(pend_sv);
WEAK(sys_tick);
WEAK(irq);

static void reset(void)
{
    R32(0xE000ED88) |= 0xFu << 20; /* the FPU */
    uint32_t *from = &_data_load;
    for (uint32_t *to = &_data_start; to < &_data_end;)
        *to++ = *from++;
    for (uint32_t *to = &_bss_start; to < &_bss_end;)
        *to++ = 0;
#ifndef PLAIN /* no board: nothing that belongs to it */
    console();
#endif
    main();
    for (;;)
        __asm volatile("wfi");
}

typedef void (*vector)(void);
__attribute__((section(".vectors"), used)) const vector vectors[16 + 150] = {
    (vector)&_stack_top, reset, nmi, hard_fault, mem_manage, bus_fault, usage_fault, 0, 0, 0, 0, svc, 0, 0, pend_sv,
    sys_tick, [16 ... 165] = irq,
};
