/* SPDX-License-Identifier: Apache-2.0
 *
 * An nRF52840 from reset to work.
 */
#include "soc.h"

#include "port.h"
#include "registers.h"
#include "start.h"
#include "uart.h"

#define CRYSTAL_US 2000U /* HFXO starts in 360 us: PS 5.4.4.1 */

static void clocks_start(void)
{
    CLOCK_HFCLKSTART = 1; /* the crystal: the UART's and the microphone's timing need it */
    CLOCK_LFCLKSRC = CLOCK_LFCLKSRC_XTAL;
    CLOCK_LFCLKSTART = 1; /* runs on the RC oscillator until the crystal is up: PS 5.4.2 */
}

void soc_start(void)
{
    clocks_start();
    rtc_start();
    port_sleep_until_us(CRYSTAL_US); /* rather than ask for its event thousands of times */
    uart_start();
    soc_leds_start();
}

void soc_alarms_off(void)
{
    RTC_INTENCLR = RTC_BIT_COMPARE0;
}
