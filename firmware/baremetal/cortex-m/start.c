/* SPDX-License-Identifier: Apache-2.0
 *
 * From the reset vector to the app: variables, stack paint, FPU, faults, MPU.
 */
#include "app.h"
#include "core.h"
#include "soc.h"
#include "vectors.h"

#define CPACR_FPU_FULL (0xFU << 20)     /* DDI 0403E.e B3.2.20: CP10 and CP11, full access */
#define SHCSR_FAULTS (7U << 16)         /* B3.2.13: MemManage, BusFault, UsageFault have handlers of their own */
#define CCR_DIVIDE_BY_ZERO (1U << 4)    /* B3.2.8: DIV_0_TRP */
#define DEMCR_TRACE (1U << 24)          /* C1.6.5: TRCENA */
#define DWT_COUNT_CYCLES (1U << 0)      /* C1.8.7: CYCCNTENA */

_Noreturn void reset_handler(void)
{
    SCB_VTOR = (uint32_t)(uintptr_t)vector_table; /* a boot loader may have left its own */
    SCB_CPACR |= CPACR_FPU_FULL;
    core_barrier();
    const uint32_t *from = data_image;
    for (uint32_t *to = data_start; to < data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = bss_start; to < bss_end;) {
        *to++ = 0;
    }
    core_stack_paint();
    SCB_SHCSR |= SHCSR_FAULTS;
    SCB_CCR |= CCR_DIVIDE_BY_ZERO;
    core_mpu_start();
    CORE_DEMCR |= DEMCR_TRACE;
    DWT_CYCCNT = 0;
    DWT_CTRL |= DWT_COUNT_CYCLES;
    soc_start();
    app_main();
}
