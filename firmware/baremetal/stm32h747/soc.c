/* SPDX-License-Identifier: Apache-2.0
 *
 * An STM32H747 from reset to work: supply, 480 MHz from the board's 25 MHz, buses.
 * Waits are bounded: a clock that never comes leaves the core on its internal
 * oscillator, slow but alive.
 */
#include "soc.h"

#include "board.h"
#include "gpio.h"
#include "registers.h"
#include "start.h"
#include "uart.h"

#define PATIENCE 1000000U /* polls: tens of milliseconds at 64 MHz; a crystal takes two, DS12930 table 49 */

/* Region 3 of the MPU: what DMA shares with the core must not linger in the cache. DDI 0403E.e B3.5.9. */
#define MPU_DMA_REGION 3U
#define MPU_VALID (1U << 4)
#define MPU_NORMAL_UNCACHED (1U << 19)
#define MPU_FULL_ACCESS (3U << 24)
#define MPU_NO_CODE (1U << 28)
#define MPU_SIZE_128_KB (16U << 1)
#define MPU_ENABLE 1U

/* Caches: ARM DDI 0489F (Cortex-M7 TRM) 4.3. */
#define SCB_ICIALLU REG32(0xE000EF50U)
#define CCR_INSTRUCTION_CACHE (1U << 17)

static bool wait_for(volatile uint32_t *where, uint32_t bits)
{
    for (uint32_t polls = 0; polls < PATIENCE; polls++) {
        if ((*where & bits) == bits) {
            return true;
        }
    }
    return false;
}

static void supply_start(void)
{
    PWR_CR3 = (PWR_CR3 & ~(PWR_CR3_BYPASS | PWR_CR3_LDO)) | PWR_CR3_SMPS; /* the board feeds the core by SMPS */
    wait_for(&PWR_CSR1, PWR_CSR1_READY);
    PWR_D3CR = PWR_D3CR_SCALE_1;
    wait_for(&PWR_D3CR, PWR_D3CR_READY);
    RCC_APB4ENR |= RCC_APB4ENR_SYSCFG;
    SYSCFG_PWRCR |= SYSCFG_PWRCR_OVERDRIVE; /* scale 0: what 480 MHz asks for, RM 7.4.4 */
    wait_for(&PWR_D3CR, PWR_D3CR_READY);
}

static void clocks_start(void)
{
    RCC_AHB4ENR |= RCC_AHB4ENR_PORTS;
    gpio_output(BOARD_PIN_OSCILLATOR, BOARD_PIN_OSCILLATOR_ACTIVE);
    RCC_CR |= RCC_CR_HSE_BYPASS;
    RCC_CR |= RCC_CR_HSE_ON;
    if (!wait_for(&RCC_CR, RCC_CR_HSE_READY)) {
        return;
    }
    RCC_PLLCKSELR = RCC_PLLCKSELR_HSE_BY_5;
    RCC_PLLCFGR = RCC_PLLCFGR_P_ONLY;
    RCC_PLL1DIVR = RCC_PLL1DIVR_192_BY_2;
    RCC_CR |= RCC_CR_PLL1_ON;
    if (!wait_for(&RCC_CR, RCC_CR_PLL1_READY)) {
        return;
    }
    FLASH_ACR = FLASH_ACR_4_WAITS_480_MHZ;
    wait_for(&FLASH_ACR, FLASH_ACR_4_WAITS_480_MHZ);
    RCC_D1CFGR = RCC_D1CFGR_HALF_HALF;
    RCC_D2CFGR = RCC_D2CFGR_HALF_HALF;
    RCC_D3CFGR = RCC_D3CFGR_HALF;
    RCC_CFGR = RCC_CFGR_PLL1;
    for (uint32_t polls = 0; polls < PATIENCE && RCC_CFGR_STATUS(RCC_CFGR) != RCC_CFGR_PLL1; polls++) {
    }
}

static void memories_start(void)
{
    RCC_AHB2ENR |= RCC_AHB2ENR_SRAM1;
    RCC_AHB1ENR |= RCC_AHB1ENR_DMA1;
    MPU_RBAR = BOARD_DMA_BASE | MPU_VALID | MPU_DMA_REGION;
    MPU_RASR = MPU_NORMAL_UNCACHED | MPU_FULL_ACCESS | MPU_NO_CODE | MPU_SIZE_128_KB | MPU_ENABLE;
    core_barrier();
    SCB_ICIALLU = 0;
    core_barrier();
    SCB_CCR |= CCR_INSTRUCTION_CACHE;
    core_barrier();
}

void soc_start(void)
{
    supply_start();
    clocks_start();
    memories_start();
    time_start();
    uart_start();
    soc_leds_start();
}

void soc_alarms_off(void)
{
    TIM2_DIER = 0;
}
