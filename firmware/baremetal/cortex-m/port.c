/* SPDX-License-Identifier: Apache-2.0
 *
 * What the port promises an app and no SoC does in a way of its own.
 */
#include "port.h"

#include "board.h"
#include "core.h"
#include "gpio.h"
#include "soc.h"

static const struct {
    const char *name;
    uint16_t pin;
    bool active;
} leds[] = {BOARD_LEDS};

void soc_leds_start(void)
{
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
    soc_alarms_off();
    for (;;) {
        core_irq_off();
        core_wait_for_interrupt();
    }
}
