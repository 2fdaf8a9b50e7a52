/* SPDX-License-Identifier: Apache-2.0
 *
 * Three rules: flash is read-only, RAM holds no code, and the guard below the
 * stack is closed. Everything else follows the default map.
 * Fields: DDI 0403E.e B3.5.8 (RBAR), B3.5.9 (RASR), table B3-15 (AP).
 */
#include "board.h"
#include "core.h"

#define RBAR_VALID (1U << 4)
#define RASR_ENABLE 1U
#define RASR_SIZE(log2) (((log2) - 1U) << 1)
#define RASR_NO_ACCESS (0U << 24)
#define RASR_FULL_ACCESS (3U << 24)
#define RASR_READ_ONLY (6U << 24)
#define RASR_NO_CODE (1U << 28)
#define RASR_NORMAL_MEMORY ((1U << 17) | (1U << 19)) /* C, TEX=001: write-back */
#define CTRL_ENABLE 1U
#define CTRL_DEFAULT_MAP (1U << 2) /* PRIVDEFENA */

#define GUARD_LOG2 10U /* STACK_GUARD in image.ld */

static void region(uint32_t number, uintptr_t base, uint32_t log2, uint32_t rights)
{
    MPU_RBAR = (uint32_t)base | RBAR_VALID | number;
    MPU_RASR = rights | RASR_NORMAL_MEMORY | RASR_SIZE(log2) | RASR_ENABLE;
}

static uint32_t log2_at_least(uint32_t size)
{
    uint32_t log2 = 5;
    while (log2 < 31 && (1U << log2) < size) {
        log2++;
    }
    return log2;
}

void core_mpu_start(void)
{
    region(0, BOARD_FLASH_BASE, log2_at_least(BOARD_FLASH_SIZE), RASR_READ_ONLY);
    region(1, BOARD_RAM_BASE, log2_at_least(BOARD_RAM_SIZE), RASR_FULL_ACCESS | RASR_NO_CODE);
    region(2, (uintptr_t)stack_guard, GUARD_LOG2, RASR_NO_ACCESS | RASR_NO_CODE); /* the higher number wins */
    MPU_CTRL = CTRL_ENABLE | CTRL_DEFAULT_MAP;
    core_barrier();
}
