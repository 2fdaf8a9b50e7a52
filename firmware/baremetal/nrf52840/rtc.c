/* SPDX-License-Identifier: Apache-2.0
 *
 * Time since reset from RTC1 at 1024 Hz, and sleep. The counter has 24 bits
 * (4.5 hours); it is widened by reading it at least every two hours, rather than
 * by its overflow event, which not every model of the part has.
 */
#include "port.h"
#include "registers.h"
#include "start.h"

#define PRESCALER 31U /* 32768 Hz / 32 */
#define COUNTER_MASK 0xFFFFFFU
#define LONGEST_SLEEP 0x800000U /* half the counter: 2.3 hours */
#define NEAREST_COMPARE 2U      /* PS 6.22.6: a compare at N or N+1 may be missed */

static uint64_t ticks;
static uint32_t last;

void rtc_start(void)
{
    RTC_PRESCALER = PRESCALER;
    RTC_CLEAR = 1;
    RTC_EVTENSET = RTC_BIT_COMPARE0 | RTC_BIT_COMPARE1;
    RTC_INTENSET = RTC_BIT_COMPARE1;
    core_irq_enable(RTC_IRQ);
    RTC_START = 1;
}

/* The compare has done its work by waking the core. A deadline that nobody waits for any more ends here too. */
void rtc_handler(void)
{
    if (RTC_COMPARE0 != 0) {
        RTC_COMPARE0 = 0;
        RTC_INTENCLR = RTC_BIT_COMPARE0;
    }
    if (RTC_COMPARE1 != 0) {
        RTC_COMPARE1 = 0;
    }
    core_barrier(); /* the write must arrive before the handler ends, or it runs twice */
}

static uint64_t now_ticks(void)
{
    const uint32_t counter = RTC_COUNTER;
    ticks += (counter - last) & COUNTER_MASK;
    last = counter;
    return ticks;
}

uint64_t port_now_us(void)
{
    return now_ticks() * 15625U / 16U; /* 10^6 / 1024 */
}

static uint64_t ticks_at_least(uint64_t t_us)
{
    return (t_us * 16U + 15624U) / 15625U;
}

static void sleep_ticks(uint64_t now, uint64_t until)
{
    const uint64_t left = until - now;
    const uint32_t step = left > LONGEST_SLEEP ? LONGEST_SLEEP : left < NEAREST_COMPARE ? NEAREST_COMPARE : (uint32_t)left;
    RTC_COMPARE0 = 0;
    RTC_CC0 = ((uint32_t)now + step) & COUNTER_MASK;
    core_irq_off(); /* an interrupt between the test and WFI must not be slept through */
    RTC_INTENSET = RTC_BIT_COMPARE0;
    core_wait_for_interrupt();
    core_irq_on();
}

void port_sleep_until_us(uint64_t t_us)
{
    const uint64_t until = ticks_at_least(t_us);
    for (uint64_t now = now_ticks(); now < until; now = now_ticks()) {
        sleep_ticks(now, until);
    }
}

void port_wait_until_us(uint64_t t_us)
{
    const uint64_t until = ticks_at_least(t_us);
    const uint64_t now = now_ticks();
    if (now < until) {
        sleep_ticks(now, until);
    }
}

void rtc_deadline_set(uint32_t wait)
{
    RTC_CC1 = (RTC_COUNTER + wait + NEAREST_COMPARE) & COUNTER_MASK;
}

bool rtc_deadline_passed(void)
{
    return RTC_COMPARE1 != 0;
}
