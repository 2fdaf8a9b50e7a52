/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers used, from the STM32H745/747 reference manual RM0399 rev 4 (RM);
 * each group names its section.
 */
#ifndef VMOTE_STM32H747_REGISTERS_H
#define VMOTE_STM32H747_REGISTERS_H

#include "core.h"

#define IRQ_COUNT 150U

/* RM 7.8: PWR */
#define PWR_CR3 REG32(0x5802480CU)
#define PWR_CR3_BYPASS 1U
#define PWR_CR3_LDO 2U
#define PWR_CR3_SMPS 4U
#define PWR_CSR1 REG32(0x58024804U)
#define PWR_CSR1_READY (1U << 13)
#define PWR_D3CR REG32(0x58024818U)
#define PWR_D3CR_SCALE_1 (3U << 14)
#define PWR_D3CR_READY (1U << 13)

/* RM 13.3.7: SYSCFG */
#define SYSCFG_PWRCR REG32(0x5800042CU)
#define SYSCFG_PWRCR_OVERDRIVE 1U

/* RM 4.9.1: FLASH */
#define FLASH_ACR REG32(0x52002000U)
#define FLASH_ACR_4_WAITS_480_MHZ (4U | (2U << 4))

/* RM 9.7: RCC */
#define RCC_CR REG32(0x58024400U)
#define RCC_CR_HSE_ON (1U << 16)
#define RCC_CR_HSE_READY (1U << 17)
#define RCC_CR_HSE_BYPASS (1U << 18)
#define RCC_CR_PLL1_ON (1U << 24)
#define RCC_CR_PLL1_READY (1U << 25)
#define RCC_CFGR REG32(0x58024410U)
#define RCC_CFGR_PLL1 3U
#define RCC_CFGR_STATUS(value) (((value) >> 3) & 7U)
#define RCC_D1CFGR REG32(0x58024418U)
#define RCC_D1CFGR_HALF_HALF ((8U << 0) | (4U << 4)) /* HPRE: AHB = core / 2; D1PPRE: APB3 = AHB / 2 */
#define RCC_D2CFGR REG32(0x5802441CU)
#define RCC_D2CFGR_HALF_HALF ((4U << 4) | (4U << 8)) /* APB1 and APB2 = AHB / 2: the timers run at AHB */
#define RCC_D3CFGR REG32(0x58024420U)
#define RCC_D3CFGR_HALF (4U << 4)
#define RCC_PLLCKSELR REG32(0x58024428U)
#define RCC_PLLCKSELR_HSE_BY_5 (2U | (5U << 4))
#define RCC_PLLCFGR REG32(0x5802442CU)
#define RCC_PLLCFGR_P_ONLY ((1U << 16) | (2U << 2)) /* DIVP1EN; PLL1RGE: 4 to 8 MHz */
#define RCC_PLL1DIVR REG32(0x58024430U)
#define RCC_PLL1DIVR_192_BY_2 ((192U - 1U) | ((2U - 1U) << 9) | (1U << 16) | (1U << 24))
#define RCC_D2CCIP2R REG32(0x58024454U)
#define RCC_AHB1ENR REG32(0x580244D8U)
#define RCC_AHB1ENR_DMA1 (1U << 0)
#define RCC_AHB1ENR_ADC12 (1U << 5)
#define RCC_AHB2ENR REG32(0x580244DCU)
#define RCC_AHB2ENR_SRAM1 (1U << 29)
#define RCC_AHB4ENR REG32(0x580244E0U)
#define RCC_AHB4ENR_PORTS 0x7FFU
#define RCC_APB1LENR REG32(0x580244E8U)
#define RCC_APB1LENR_TIM2 (1U << 0)
#define RCC_APB1LENR_TIM6 (1U << 4)
#define RCC_APB1LENR_I2C3 (1U << 23)
#define RCC_APB2ENR REG32(0x580244F0U)
#define RCC_APB2ENR_USART1 (1U << 4)
#define RCC_APB4ENR REG32(0x580244F4U)
#define RCC_APB4ENR_SYSCFG (1U << 1)

/* RM 12.4: GPIO; a pin is numbered port * 32 + pin. */
#define GPIO_BASE(pin) (0x58020000U + 0x400U * ((pin) / 32U))
#define GPIO_MODER(pin) REG32(GPIO_BASE(pin) + 0x00U)
#define GPIO_OTYPER(pin) REG32(GPIO_BASE(pin) + 0x04U)
#define GPIO_PUPDR(pin) REG32(GPIO_BASE(pin) + 0x0CU)
#define GPIO_BSRR(pin) REG32(GPIO_BASE(pin) + 0x18U)
#define GPIO_AFR(pin) REG32(GPIO_BASE(pin) + 0x20U + 4U * (((pin) % 32U) / 8U))

/* RM 51.8: USART1 */
#define USART_CR1 REG32(0x40011000U)
#define USART_CR1_ON 1U
#define USART_CR1_SENDS (1U << 3)
#define USART_CR3 REG32(0x40011008U)
#define USART_CR3_DMA_SENDS (1U << 7)
#define USART_BRR REG32(0x4001100CU)
#define USART_TDR_ADDRESS 0x40011028U
#define USART_AF 7U

/* RM 16.5: DMA1, streams 0 (console) and 1 (sound); RM 18.6: its multiplexer */
#define DMA_LISR REG32(0x40020000U)
#define DMA_LIFCR REG32(0x40020008U)
#define DMA_S0_BITS 0x3DU
#define DMA_S0_DONE (1U << 5)
#define DMA_S0_ERROR (1U << 3)
#define DMA_S0_HALF (1U << 4)
#define DMA_S1(bits) ((bits) << 6)
#define DMA_CR(n) REG32(0x40020010U + 0x18U * (n))
#define DMA_NDTR(n) REG32(0x40020014U + 0x18U * (n))
#define DMA_PAR(n) REG32(0x40020018U + 0x18U * (n))
#define DMA_M0AR(n) REG32(0x4002001CU + 0x18U * (n))
#define DMA_ON 1U
#define DMA_IRQ_ERROR (1U << 2)
#define DMA_IRQ_HALF (1U << 3)
#define DMA_IRQ_DONE (1U << 4)
#define DMA_TO_PERIPHERAL (1U << 6)
#define DMA_CIRCULAR (1U << 8)
#define DMA_MEMORY_STEPS (1U << 10)
#define DMA_HALFWORDS ((1U << 11) | (1U << 13))
#define DMAMUX_CCR(n) REG32(0x40020800U + 4U * (n))
#define DMAMUX_ADC1 9U
#define DMAMUX_USART1_TX 42U
#define CONSOLE_STREAM 0U
#define SOUND_STREAM 1U
#define CONSOLE_IRQ 11U
#define SOUND_IRQ 12U

/* RM 43.4: TIM2, 32 bits; RM 46.4: TIM6 */
#define TIM2_CR1 REG32(0x40000000U)
#define TIM2_DIER REG32(0x4000000CU)
#define TIM2_SR REG32(0x40000010U)
#define TIM2_EGR REG32(0x40000014U)
#define TIM2_CNT REG32(0x40000024U)
#define TIM2_PSC REG32(0x40000028U)
#define TIM2_ARR REG32(0x4000002CU)
#define TIM2_CCR1 REG32(0x40000034U)
#define TIM6_CR1 REG32(0x40001000U)
#define TIM6_CR2 REG32(0x40001004U)
#define TIM6_EGR REG32(0x40001014U)
#define TIM6_PSC REG32(0x40001028U)
#define TIM6_ARR REG32(0x4000102CU)
#define TIM_ON 1U
#define TIM_UPDATE 1U
#define TIM_COMPARE1 2U
#define TIM_TRIGGER_ON_UPDATE (2U << 4)
#define TIME_IRQ 28U

/* RM 50.7: I2C3 */
#define I2C_CR1 REG32(0x40005C00U)
#define I2C_CR2 REG32(0x40005C04U)
#define I2C_TIMINGR REG32(0x40005C10U)
#define I2C_ISR REG32(0x40005C18U)
#define I2C_ICR REG32(0x40005C1CU)
#define I2C_RXDR REG32(0x40005C24U)
#define I2C_TXDR REG32(0x40005C28U)
#define I2C_ON 1U
#define I2C_READS (1U << 10)
#define I2C_START (1U << 13)
#define I2C_AUTOEND (1U << 25)
#define I2C_COUNT(n) ((uint32_t)(n) << 16)
#define I2C_ASKS (1U << 1)
#define I2C_RECEIVED (1U << 2)
#define I2C_NACKED (1U << 4)
#define I2C_STOPPED (1U << 5)
#define I2C_COMPLETE (1U << 6)
#define I2C_BUSY (1U << 15)
#define I2C_CLEAR_ALL 0x3F38U
#define I2C_400_KBPS_OF_120_MHZ ((5U << 28) | (3U << 20) | (2U << 16) | (15U << 8) | 31U) /* 20 MHz / (16 + 32 + 2) */
#define I2C_AF 4U

/* RM 26.7: ADC1 */
#define ADC_ISR REG32(0x40022000U)
#define ADC_ISR_READY 1U
#define ADC_ISR_LDO (1U << 12)
#define ADC_CR REG32(0x40022008U)
#define ADC_CR_ON 1U
#define ADC_CR_START (1U << 2)
#define ADC_CR_BOOST (3U << 8)
#define ADC_CR_LINEAR (1U << 16)
#define ADC_CR_REGULATOR (1U << 28)
#define ADC_CR_CALIBRATE (1U << 31)
#define ADC_CFGR REG32(0x4002200CU)
#define ADC_CFGR_DMA_CIRCULAR 3U
#define ADC_CFGR_TIM6 ((13U << 5) | (1U << 10)) /* EXTSEL 13: TIM6_TRGO, rising edge */
#define ADC_CFGR_OVERWRITE (1U << 12)
#define ADC_SMPR1 REG32(0x40022014U)
#define ADC_PCSEL REG32(0x4002201CU)
#define ADC_SQR1 REG32(0x40022030U)
#define ADC_DR_ADDRESS 0x40022040U
#define ADC_COMMON_CCR REG32(0x40022308U)
#define ADC_COMMON_CLOCK_HCLK_BY_4 (3U << 16)

#endif
