/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's own registers. ARMv7-M Architecture Reference Manual (DDI 0403E.e),
 * B3.2 (SCB), B3.5 (MPU), C1.8 (DWT).
 */
#ifndef VMOTE_CORE_H
#define VMOTE_CORE_H

#include <stdint.h>

#define REG32(address) (*(volatile uint32_t *)(address))

#define SCB_VTOR REG32(0xE000ED08U)
#define SCB_CCR REG32(0xE000ED14U)
#define SCB_SHCSR REG32(0xE000ED24U)
#define SCB_CFSR REG32(0xE000ED28U)
#define SCB_HFSR REG32(0xE000ED2CU)
#define SCB_MMFAR REG32(0xE000ED34U)
#define SCB_BFAR REG32(0xE000ED38U)
#define SCB_CPACR REG32(0xE000ED88U)
#define CORE_DEMCR REG32(0xE000EDFCU)

#define MPU_CTRL REG32(0xE000ED94U)
#define MPU_RBAR REG32(0xE000ED9CU)
#define MPU_RASR REG32(0xE000EDA0U)

#define DWT_CTRL REG32(0xE0001000U)
#define DWT_CYCCNT REG32(0xE0001004U)

#define NVIC_ISER(n) REG32(0xE000E100U + 4U * (n))
#define NVIC_ICER(n) REG32(0xE000E180U + 4U * (n))
#define NVIC_ICPR(n) REG32(0xE000E280U + 4U * (n))

static inline void core_barrier(void)
{
    __asm volatile("dsb\n isb" ::: "memory");
}

static inline void core_irq_off(void)
{
    __asm volatile("cpsid i" ::: "memory");
}

static inline void core_irq_on(void)
{
    __asm volatile("cpsie i\n isb" ::: "memory");
}

/* Wakes for a pending interrupt even while interrupts are off. */
static inline void core_wait_for_interrupt(void)
{
    __asm volatile("dsb\n wfi" ::: "memory");
}

static inline void core_irq_enable(unsigned irq)
{
    NVIC_ISER(irq / 32U) = 1U << (irq % 32U);
}

static inline void core_irq_disable(unsigned irq)
{
    NVIC_ICER(irq / 32U) = 1U << (irq % 32U);
    core_barrier();
}

static inline void core_irq_forget(unsigned irq)
{
    NVIC_ICPR(irq / 32U) = 1U << (irq % 32U);
}

void core_mpu_start(void);
void core_stack_paint(void);
void core_stack_use(uint32_t *used, uint32_t *size);

/* From the linker script. */
extern uint32_t stack_guard[], stack_bottom[], stack_top[];
extern uint32_t data_start[], data_end[], data_image[], bss_start[], bss_end[];

#endif
