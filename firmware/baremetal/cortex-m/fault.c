/* SPDX-License-Identifier: Apache-2.0
 *
 * A fault: registers are kept where a debugger finds them (`vmote_fault`) and
 * told on the console. The handler has a stack of its own, for the fault may be
 * that the stack is used up.
 */
#include "core.h"
#include "record.h"
#include "soc.h"
#include "vectors.h"

typedef struct {
    uint32_t r0, r1, r2, r3, r12, lr, pc, xpsr; /* as the core stacked them: DDI 0403E.e B1.5.6 */
    uint32_t sp, exc_return, exception;
    uint32_t cfsr, hfsr, mmfar, bfar;
} fault_record;

fault_record vmote_fault;

#define FAULT_STACK_WORDS 256
__attribute__((section(".noinit"), aligned(8), used)) uint32_t fault_stack[FAULT_STACK_WORDS];

#define CFSR_STACKING ((1U << 4) | (1U << 12)) /* B3.2.15: MSTKERR, STKERR: the frame was not written */
#define CFSR_MMAR_VALID (1U << 7)
#define CFSR_BFAR_VALID (1U << 15)

static const char *exception_name(uint32_t number)
{
    switch (number) {
    case 2: return "NMI";
    case 3: return "HardFault";
    case 4: return "MemManage";
    case 5: return "BusFault";
    case 6: return "UsageFault";
    default: return "Interrupt";
    }
}

__attribute__((used)) _Noreturn void fault_report(const uint32_t *frame, uint32_t exc_return)
{
    fault_record *f = &vmote_fault;
    uint32_t ipsr;
    __asm volatile("mrs %0, ipsr" : "=r"(ipsr));
    f->exception = ipsr & 0x1ffU;
    f->exc_return = exc_return;
    f->sp = (uint32_t)(uintptr_t)frame;
    f->cfsr = SCB_CFSR;
    f->hfsr = SCB_HFSR;
    f->mmfar = SCB_MMFAR;
    f->bfar = SCB_BFAR;
    const bool overflow = frame < stack_bottom;
    const bool framed = !overflow && (f->cfsr & CFSR_STACKING) == 0 && (uintptr_t)frame + 32 <= (uintptr_t)stack_top;
    if (framed) {
        f->r0 = frame[0];
        f->r1 = frame[1];
        f->r2 = frame[2];
        f->r3 = frame[3];
        f->r12 = frame[4];
        f->lr = frame[5];
        f->pc = frame[6];
        f->xpsr = frame[7];
    }
    soc_console_panic();
    record_begin("fault");
    record_text("kind", exception_name(f->exception));
    record_text("cause", overflow ? "stack-overflow" : "see-cfsr");
    if (framed) {
        record_hex("pc", f->pc);
        record_hex("lr", f->lr);
    }
    record_hex("sp", f->sp);
    record_hex("cfsr", f->cfsr);
    record_hex("hfsr", f->hfsr);
    if ((f->cfsr & CFSR_MMAR_VALID) != 0) {
        record_hex("mmfar", f->mmfar);
    }
    if ((f->cfsr & CFSR_BFAR_VALID) != 0) {
        record_hex("bfar", f->bfar);
    }
    record_end();
    soc_console_drain();
    for (;;) {
        core_irq_off();
        core_wait_for_interrupt();
    }
}

__attribute__((naked)) void fault_handler(void)
{
    __asm volatile("tst lr, #4\n"
                   "ite eq\n"
                   "mrseq r0, msp\n"
                   "mrsne r0, psp\n"
                   "mov r1, lr\n"
                   "ldr r2, =fault_stack + 4 * %c0\n"
                   "msr msp, r2\n"
                   "b fault_report\n" ::"i"(FAULT_STACK_WORDS));
}

/* An interrupt nobody asked for is a mistake in a driver; it is reported like a fault. */
__attribute__((naked)) void unexpected_handler(void)
{
    __asm volatile("b fault_handler");
}
