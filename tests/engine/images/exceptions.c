/* SPDX-License-Identifier: Apache-2.0 */
/* Exceptions of a Cortex-M core, written down in the order in which they happen. The expected order is in the test. */
#include "kit.h"

enum { SVC_PRIORITY = 0xE000ED1C, PEND_SYSTICK_PRIORITY = 0xE000ED20, ICSR = 0xE000ED04, SHCSR = 0xE000ED24 };
enum { CFSR = 0xE000ED28, HFSR = 0xE000ED2C, MMFAR = 0xE000ED34, BFAR = 0xE000ED38, CCR = 0xE000ED14 };
enum { MPU_CTRL = 0xE000ED94, MPU_RBAR = 0xE000ED9C, MPU_RASR = 0xE000EDA0, CPACR = 0xE000ED88, SCR = 0xE000ED10 };
enum { INVSTATE = 1 << 17, FORBIDDEN = 0x20010000 };

volatile uint32_t log_[128], logged, finished;

static void note(uint32_t what)
{
    log_[logged++] = what;
}

static uint32_t ipsr(void)
{
    uint32_t value;
    __asm volatile("mrs %0, ipsr" : "=r"(value));
    return value;
}

static void basepri(uint32_t value)
{
    __asm volatile("msr basepri, %0\n isb" ::"r"(value) : "memory");
}

static void pend(uint32_t line)
{
    R32(0xE000E200) = 1u << line;
    __asm volatile("dsb\n isb" ::: "memory");
}

static void priority(uint32_t line, uint8_t value)
{
    *(volatile uint8_t *)(0xE000E400 + line) = value;
}

/* Line 1 is low, line 2 high: 1 pends 2 and is interrupted by it; 2 pends 1, which waits. */
void irq(void);
void irq(void)
{
    uint32_t line = ipsr() - 16;
    note(0x100 + line);
    if (line == 1 && logged < 40) {
        pend(2);
        note(0x180 + line);
    } else if (line == 2) {
        note(0x180 + line);
    }
}

void svc(void);
void svc(void)
{
    note(0x200);
    R32(ICSR) = 1u << 28; /* PendSV, which has to wait for us */
    __asm volatile("dsb\n isb" ::: "memory");
    note(0x280);
}

void pend_sv(void);
void pend_sv(void)
{
    note(0x300);
}

void sys_tick(void);
void sys_tick(void)
{
    note(0x400);
    R32(0xE000E010) = 0;
}

/* A fault handler that writes down what the core says, and steps over the instruction. */
static void __attribute__((used)) faulted(uint32_t *frame)
{
    note(0x500 + ipsr());
    note(R32(CFSR));
    note(R32(CFSR) & 1u << 15 ? R32(BFAR) : R32(CFSR) & 1u << 7 ? R32(MMFAR) : 0);
    note(R32(HFSR));
    R32(CPACR) |= 0xFu << 20;
    if (R32(CFSR) & INVSTATE) { /* back to the caller, in the only state that there is */
        R32(CFSR) = INVSTATE;
        frame[6] = frame[5] & ~1u;
        frame[7] |= 1u << 24;
        return;
    }
    R32(CFSR) = R32(CFSR);
    R32(HFSR) = R32(HFSR);
    uint16_t code = *(uint16_t *)(frame[6] & ~1u);
    frame[6] += (code >> 11) >= 0x1D ? 4 : 2;
}
#define FAULT_HANDLER(name) \
    __attribute__((naked)) void name(void) \
    { \
        __asm volatile("tst lr, #4\n ite eq\n mrseq r0, msp\n mrsne r0, psp\n b faulted"); \
    }
void hard_fault(void);
void mem_manage(void);
void bus_fault(void);
void usage_fault(void);
FAULT_HANDLER(hard_fault)
FAULT_HANDLER(mem_manage)
FAULT_HANDLER(bus_fault)
FAULT_HANDLER(usage_fault)

static volatile uint32_t zero;

int main(void)
{
    R32(SVC_PRIORITY) = 0x40u << 24;
    R32(PEND_SYSTICK_PRIORITY) = 0x80u << 24 | 0xE0u << 16;
    priority(1, 0xC0);
    priority(2, 0x40);
    R32(0xE000E100) = 3u << 1;

    note(1); /* nesting */
    pend(1);
    note(2); /* SVC, then PendSV after it */
    __asm volatile("svc #0" ::: "memory");
    note(3); /* BASEPRI holds back what is not above it */
    basepri(0x80);
    pend(1);
    note(0x31);
    pend(2);
    note(0x32);
    basepri(0);
    __asm volatile("isb");
    note(4); /* PRIMASK holds back everything, and what waited comes by priority */
    __asm volatile("cpsid i");
    pend(1);
    pend(2);
    note(0x41);
    __asm volatile("cpsie i\n isb");
    note(5); /* FAULTMASK */
    __asm volatile("cpsid f");
    pend(2);
    note(0x51);
    __asm volatile("cpsie f\n isb");
    note(6); /* SysTick wakes WFI */
    R32(0xE000E014) = 10000;
    R32(0xE000E018) = 0;
    R32(0xE000E010) = 7;
    while (log_[logged - 1] != 0x400)
        __asm volatile("wfi");
    note(7); /* WFE after SEV, and by an interrupt that only becomes pending (SEVONPEND) */
    __asm volatile("sev\n wfe");
    R32(SCR) |= 1u << 4;
    __asm volatile("cpsid i");
    R32(0xE000E018) = 0;
    R32(0xE000E010) = 7;
    while (!(R32(ICSR) & 1u << 26)) /* SysTick is pending, and waits */
        __asm volatile("wfe");
    note(0x70);
    __asm volatile("cpsie i\n isb");
    R32(SCR) &= ~(1u << 4);
    __asm volatile("cpsid i"); /* WFI with PRIMASK set: the interrupt wakes, its handler waits */
    pend(2);
    __asm volatile("wfi");
    note(0x71);
    __asm volatile("cpsie i\n isb");

    note(8); /* faults with handlers of their own */
    R32(SHCSR) |= 7u << 16;
    R32(CCR) |= 1u << 4;
    (void)R32(0x70000000);
    R32(0x70000004) = 1;
    zero = 100 / zero;
    __asm volatile("udf #1");
    __asm volatile("ldrd r2, r3, [%0]" ::"r"(0x20000001) : "r2", "r3"); /* never unaligned */
    R32(MPU_RBAR) = FORBIDDEN | 1u << 4; /* region 0: 32 bytes that nobody may touch */
    R32(MPU_RASR) = 4u << 1 | 1;
    R32(MPU_CTRL) = 5; /* everything else as without an MPU */
    __asm volatile("dsb\n isb");
    (void)R32(FORBIDDEN + 8);
    R32(FORBIDDEN + 12) = 1;
    R32(MPU_CTRL) = 0;
    __asm volatile("blx %0" ::"r"(0x100) : "lr", "memory"); /* to ARM code, which there is none of */
    R32(CPACR) &= ~(0xFu << 20);
    __asm volatile("dsb\n isb\n vmov s0, r0"); /* the FPU is off */

    note(9); /* and without: all become a hard fault */
    R32(SHCSR) &= ~(7u << 16);
    (void)R32(0x70000008);
    __asm volatile("udf #2");

    note(10); /* the FPU's registers live through an exception that uses them */
    register float kept __asm("s20") = 1.25f;
    __asm volatile("vmov.f32 s0, #2.5\n svc #0\n vadd.f32 %0, %0, s0" : "+t"(kept)::"s0", "memory");
    note((uint32_t)(kept * 100));
    finished = 1;
    return 0;
}
