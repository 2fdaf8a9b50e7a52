/* SPDX-License-Identifier: Apache-2.0
 *
 * What the port promises, on an nRF52840.
 */
#include "soc.h"

#include "board.h"
#include "gpio.h"
#include "port.h"
#include "registers.h"
#include "start.h"

#define CRYSTAL_US 2000U /* HFXO starts in 360 us: PS 5.4.4.1 */

static const struct {
    const char *name;
    uint8_t pin;
    bool active;
} leds[] = {BOARD_LEDS};

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
    console_start();
    for (size_t i = 0; i < sizeof leds / sizeof leds[0]; i++) {
        gpio_output(leds[i].pin, !leds[i].active);
    }
}

static bool same(const char *a, const char *b)
{
    while (*a != '\0' && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool port_led(const char *name, bool on)
{
    for (size_t i = 0; i < sizeof leds / sizeof leds[0]; i++) {
        if (same(leds[i].name, name)) {
            gpio_set(leds[i].pin, on == leds[i].active);
            return true;
        }
    }
    return false;
}

uint32_t port_cycles(void)
{
    return DWT_CYCCNT;
}

void port_stack(uint32_t *used, uint32_t *size)
{
    core_stack_use(used, size);
}

const char *port_board(void)
{
    return BOARD_NAME;
}

const char *port_name(void)
{
    return "baremetal";
}

void port_stop(void)
{
    soc_console_drain();
    RTC_INTENCLR = RTC_BIT_COMPARE0;
    for (;;) {
        core_irq_off();
        core_wait_for_interrupt();
    }
}
