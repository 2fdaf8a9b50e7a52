/* SPDX-License-Identifier: Apache-2.0 */
/* Gets into the trouble that TROUBLE names. */
#include "kit.h"
static uint32_t resets __attribute__((section(".keep")));
volatile uint32_t zero;
static void __attribute__((noinline)) deep(uint32_t n)
{
    volatile uint32_t room[64];
    room[n & 63] = n;
    deep(n + 1);
    room[0]++;
}
void svc(void);
void svc(void)
{
    R32(0x30000000) = 1;
}
#if TROUBLE >= 16 && TROUBLE < 20
void hard_fault(void);
void hard_fault(void)
{
#if TROUBLE == 16 /* a handler with last words, which then sleeps */
    text("last words\n");
    for (;;)
        __asm volatile("wfi");
#elif TROUBLE == 17 /* one that never ends */
    for (;;)
        text("never silent\n");
#elif TROUBLE == 18 /* one that resets */
    text("resetting\n");
    R32(0xE000ED0C) = 0x05FA0004;
#elif TROUBLE == 19 /* one that faults itself */
    text("worse\n");
    R32(0x30000020) = 1;
#endif
}
#endif
int main(void)
{
    text("before\n");
#if TROUBLE >= 16 && TROUBLE < 20
    R32(0x30000004) = 1;
#endif
#if TROUBLE == 1 /* a store to nowhere */
    R32(0x30000004) = 7;
#elif TROUBLE == 2 /* division by zero, as a usage fault of its own */
    R32(0xE000ED14) |= 1 << 4;
    R32(0xE000ED24) |= 1 << 18;
    zero = 100 / zero;
#elif TROUBLE == 3 /* an instruction that does not exist */
    __asm volatile("udf #0");
#elif TROUBLE == 4 /* a jump to nowhere */
    ((void (*)(void))0x30000001)();
#elif TROUBLE == 5 /* the stack runs out of the bottom of RAM */
    deep(0);
#elif TROUBLE == 6 /* fault within the fault handler */
    __asm volatile("cpsid f");
    R32(0x30000008) = 7;
#elif TROUBLE == 7 /* reset, three times */
    say("resetreas", R32(0x40000400));
    if (R32(0x40000400) == 0)
        resets = 0;
    say("resets", resets);
    if (resets++ < 3)
        R32(0xE000ED0C) = 0x05FA0004;
#elif TROUBLE == 8 /* reset for ever */
    R32(0xE000ED0C) = 0x05FA0004;
#elif TROUBLE == 9 /* talk for ever */
    for (;;)
        text("la la la la la la la la la la la la la la la la\n");
#elif TROUBLE == 10 /* compute for ever */
    for (;;)
        zero++;
#elif TROUBLE == 20 /* blink for ever */
    R32(0x50000518) = 1 << 13;
    for (;;) {
        R32(0x50000508) = 1 << 13;
        R32(0x5000050C) = 1 << 13;
    }
#elif TROUBLE == 21 /* a line for each byte */
    for (;;)
        text("\n\n\n\n\n\n\n\n");
#elif TROUBLE == 22 /* a new register that nobody models, as often as there are any */
    for (uint32_t at = 0x40030000;; at = at < 0x4003fffc ? at + 4 : 0x40030000)
        R32(at) = at;
#elif TROUBLE == 11 /* a register nobody models, and a peripheral nobody models */
    R32(0x40002700) = 1;
    R32(0x40002700) = 1;
    R32(0x4002F000) = 1;
    text("after\n");
#elif TROUBLE == 12 /* EasyDMA from flash */
    static const char constant[] = "constant\n";
    send(constant, 9);
    text("after\n");
#elif TROUBLE == 13 /* a write to flash while the controller forbids it */
    R32(0x00080000) = 1;
#elif TROUBLE == 14 /* a bus fault on the process stack, with the FPU's registers on it */
    static uint32_t stack[256];
    __asm volatile("msr psp, %0\n mov r1, #2\n msr control, r1\n isb\n" ::"r"(&stack[256]) : "r1");
    __asm volatile("vmov s0, %0" ::"r"(0x3f800000) : "s0");
    R32(0x30000010) = 9;
#elif TROUBLE == 15 /* asks the host for a file, as semihosting does */
    static const char name[] = "/tmp/vmote-escaped";
    volatile struct {
        const char *name;
        uint32_t mode, length;
    } request = {name, 4, sizeof name - 1};
    __asm volatile("mov r0, #1\n mov r1, %0\n bkpt #0xAB" ::"r"(&request) : "r0", "r1", "memory");
    text("after\n");
#endif
    return 0;
}
