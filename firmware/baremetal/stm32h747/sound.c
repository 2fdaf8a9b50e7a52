/* SPDX-License-Identifier: Apache-2.0
 *
 * An analog microphone on ADC1, paced by TIM6 at 16 kHz, by DMA1 stream 1 into
 * both halves of a buffer in turn: RM 26, 46, 16.
 */
#include "board.h"
#include "pins.h"
#include "port.h"
#include "registers.h"
#include "ring.h"
#include "sense.h"
#include "start.h"

#define RATE_HZ 16000U
#define TIMER_HZ (BOARD_CLOCK_HZ / 2U)
#define IN_FLIGHT 1U     /* DMA has a buffer of its own: only the handler writes to the ring */
#define SETTLE_US 20000U /* the ADC's regulator takes 10 us (DS12930 table 88), the microphone's bias more */
#define MIDDLE 32768     /* silence lies in the middle of the converter's range */

__attribute__((section(".dma"), aligned(32))) static uint16_t converted[2][RING_BLOCK_SAMPLES];

static void take_over(const uint16_t *half)
{
    int16_t *block = ring_block(0);
    for (uint32_t i = 0; i < RING_BLOCK_SAMPLES; i++) {
        block[i] = (int16_t)((int32_t)half[i] - MIDDLE);
    }
    ring_filled(IN_FLIGHT);
}

void sound_dma_handler(void)
{
    const uint32_t flags = DMA_LISR;
    if ((flags & DMA_S1(DMA_S0_HALF)) != 0) {
        DMA_LIFCR = DMA_S1(DMA_S0_HALF);
        take_over(converted[0]);
    }
    if ((flags & DMA_S1(DMA_S0_DONE)) != 0) {
        DMA_LIFCR = DMA_S1(DMA_S0_DONE);
        take_over(converted[1]);
    }
    core_barrier();
}

const char *sense_sound_part(void)
{
    return "microphone";
}

static void converter_start(void)
{
    RCC_AHB1ENR |= RCC_AHB1ENR_ADC12;
    ADC_COMMON_CCR = ADC_COMMON_CLOCK_HCLK_BY_4;
    ADC_CR = ADC_CR_REGULATOR | ADC_CR_BOOST; /* clears DEEPPWD */
    port_sleep_until_us(port_now_us() + SETTLE_US);
    ADC_CR |= ADC_CR_LINEAR | ADC_CR_CALIBRATE;
    while ((ADC_CR & ADC_CR_CALIBRATE) != 0) {
    }
    ADC_PCSEL = 1U << BOARD_ADC_CHANNEL;
    ADC_SQR1 = BOARD_ADC_CHANNEL << 6;
    ADC_SMPR1 = 5U << (3U * BOARD_ADC_CHANNEL); /* 64.5 clocks of 60 MHz: 1 us for the source to settle */
    ADC_CFGR = ADC_CFGR_DMA_CIRCULAR | ADC_CFGR_TIM6 | ADC_CFGR_OVERWRITE;
    ADC_CR |= ADC_CR_ON;
    while ((ADC_ISR & ADC_ISR_READY) == 0) {
    }
}

static void dma_start(void)
{
    DMAMUX_CCR(SOUND_STREAM) = DMAMUX_ADC1;
    DMA_PAR(SOUND_STREAM) = ADC_DR_ADDRESS;
    DMA_M0AR(SOUND_STREAM) = (uint32_t)(uintptr_t)converted;
    DMA_NDTR(SOUND_STREAM) = 2U * RING_BLOCK_SAMPLES;
    DMA_CR(SOUND_STREAM) = DMA_HALFWORDS | DMA_MEMORY_STEPS | DMA_CIRCULAR | DMA_IRQ_HALF | DMA_IRQ_DONE | DMA_ON;
    core_irq_enable(SOUND_IRQ);
}

static void pace_start(void)
{
    RCC_APB1LENR |= RCC_APB1LENR_TIM6;
    TIM6_PSC = 0;
    TIM6_ARR = TIMER_HZ / RATE_HZ - 1U; /* 240 MHz / 15000 is 16 kHz exactly */
    TIM6_CR2 = TIM_TRIGGER_ON_UPDATE;
    TIM6_EGR = TIM_UPDATE;
    TIM6_CR1 = TIM_ON;
}

sense_status sense_sound_open(uint32_t *rate_hz)
{
    *rate_hz = RATE_HZ;
    static bool running;
    if (running) { /* after an overrun: the hardware goes on, the app begins anew with what comes next */
        ring_restart();
        return SENSE_OK;
    }
    running = true;
    pin_analog(BOARD_ADC_MICROPHONE);
    converter_start();
    dma_start();
    ADC_CR |= ADC_CR_START;
    pace_start();
    return SENSE_OK;
}
