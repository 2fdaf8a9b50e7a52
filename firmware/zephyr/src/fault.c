/* SPDX-License-Identifier: Apache-2.0
 *
 * A fault, told in the device's words, as the bare-metal port tells it.
 */
#include <soc.h>
#include <stdlib.h>
#include <zephyr/fatal.h>
#include <zephyr/kernel.h>

#include "record.h"
#include "start.h"

#define CFSR_MMAR_VALID (1U << 7) /* DDI 0403E.e B3.2.15 */
#define CFSR_BFAR_VALID (1U << 15)

void k_sys_fatal_error_handler(unsigned int reason, const z_arch_esf_t *frame)
{
    (void)irq_lock();
    const uint32_t cfsr = SCB->CFSR;
    console_panic();
    record_begin("fault");
    record_text("kind", reason == K_ERR_SPURIOUS_IRQ ? "Interrupt" : reason == K_ERR_CPU_EXCEPTION ? "HardFault" : "Software");
    record_text("cause", reason == K_ERR_STACK_CHK_FAIL ? "stack-overflow" : "see-cfsr");
    if (frame != NULL) {
        record_hex("pc", frame->basic.pc);
        record_hex("lr", frame->basic.lr);
    }
    record_hex("cfsr", cfsr);
    record_hex("hfsr", SCB->HFSR);
    if ((cfsr & CFSR_MMAR_VALID) != 0) {
        record_hex("mmfar", SCB->MMFAR);
    }
    if ((cfsr & CFSR_BFAR_VALID) != 0) {
        record_hex("bfar", SCB->BFAR);
    }
    record_end();
    for (;;) {
        __WFI();
    }
}

#ifndef CONFIG_COMMON_LIBC_ABORT
/* A library's assertion: newlib's own would print "exit" and fall silent. */
void abort(void)
{
    const uint32_t from = (uint32_t)(uintptr_t)__builtin_return_address(0);
    (void)irq_lock();
    console_panic();
    record_begin("fault");
    record_text("kind", "Software");
    record_text("cause", "abort");
    record_hex("pc", from);
    record_end();
    for (;;) {
        __WFI();
    }
}
#endif
