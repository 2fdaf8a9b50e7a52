/* SPDX-License-Identifier: Apache-2.0
 *
 * Just enough of a Cortex-M to run the harness: vectors, memory set-up, and the
 * debugger's file calls (Arm Semihosting for AArch32 and AArch64, 2.0).
 */
#include <stdint.h>
#include <string.h>

#include "target.h"

extern uint32_t stack_top[], data_load[], data_start[], data_end[], bss_start[], bss_end[];
int main(void);

uint32_t semihost(uint32_t operation, const void *block) {
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = block;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

uint32_t host_open(const char *name, uint32_t mode) {
    const uint32_t block[3] = {(uint32_t)name, mode, strlen(name)};
    return semihost(0x01, block);
}

void host_write(uint32_t handle, const void *bytes, uint32_t count) {
    const uint32_t block[3] = {handle, (uint32_t)bytes, count};
    semihost(0x05, block);
}

void host_read(uint32_t handle, void *bytes, uint32_t count) {
    const uint32_t block[3] = {handle, (uint32_t)bytes, count};
    semihost(0x06, block);
}

void host_exit(uint32_t code) {
    const uint32_t block[2] = {0x20026, code}; /* ADP_Stopped_ApplicationExit */
    semihost(0x20, block);
    for (;;) {
    }
}

void reset(void);
void reset(void) {
#if defined(__ARM_FP)
    *(volatile uint32_t *)0xE000ED88 |= 0xFu << 20; /* CPACR: the FPU on */
    __asm__ volatile("dsb; isb");
#endif
    memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
    memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
    host_exit((uint32_t)main());
}

static void fault(void) {
    static const char text[] = "fault\n";
    semihost(0x04, text);
    host_exit(99);
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    stack_top, (void *)reset, (void *)fault, (void *)fault, (void *)fault, (void *)fault, (void *)fault,
};
