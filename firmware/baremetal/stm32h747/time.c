/* SPDX-License-Identifier: Apache-2.0
 *
 * Time since reset from TIM2 in microseconds, and sleep. The counter has 32 bits
 * (71 minutes) and is widened by reading it at least that often.
 */
#include "board.h"
#include "port.h"
#include "registers.h"
#include "start.h"

#define TIMER_HZ (BOARD_CLOCK_HZ / 2U) /* soc.c: the timers run at AHB */
#define LONGEST_SLEEP 0x80000000U      /* half the counter: 36 minutes */
#define NEAREST_COMPARE 2U             /* the counter may move on while the compare is written */

static uint64_t now_us;
static uint32_t last;

void time_start(void)
{
    RCC_APB1LENR |= RCC_APB1LENR_TIM2;
    TIM2_PSC = TIMER_HZ / 1000000U - 1U;
    TIM2_ARR = 0xFFFFFFFFU;
    TIM2_EGR = TIM_UPDATE; /* the prescaler is taken over */
    TIM2_SR = 0;
    core_irq_enable(TIME_IRQ);
    TIM2_CR1 = TIM_ON;
}

/* The compare has done its work by waking the core. */
void time_handler(void)
{
    TIM2_DIER = 0;
    TIM2_SR = 0;
    core_barrier();
}

uint64_t port_now_us(void)
{
    const uint32_t counter = TIM2_CNT;
    now_us += counter - last;
    last = counter;
    return now_us;
}

static void sleep_us(uint64_t now, uint64_t until)
{
    const uint64_t left = until - now;
    const uint32_t step =
        left > LONGEST_SLEEP ? LONGEST_SLEEP : left < NEAREST_COMPARE ? NEAREST_COMPARE : (uint32_t)left;
    TIM2_SR = 0;
    TIM2_CCR1 = (uint32_t)now + step;
    core_irq_off(); /* an interrupt between the test and WFI must not be slept through */
    TIM2_DIER = TIM_COMPARE1;
    if (TIM2_CNT - (uint32_t)now < step) { /* else it passed before the interrupt was on */
        core_wait_for_interrupt();
    }
    core_irq_on();
}

void port_sleep_until_us(uint64_t t_us)
{
    for (uint64_t now = port_now_us(); now < t_us; now = port_now_us()) {
        sleep_us(now, t_us);
    }
}

void port_wait_until_us(uint64_t t_us)
{
    const uint64_t now = port_now_us();
    if (now < t_us) {
        sleep_us(now, t_us);
    }
}
