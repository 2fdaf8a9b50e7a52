/* SPDX-License-Identifier: Apache-2.0
 *
 * The LEDs that the devicetree names under zephyr,user, by the board's own names.
 */
#include <string.h>

#include <zephyr/drivers/gpio.h>

#include "board.h"
#include "port.h"
#include "start.h"

#define LED(name) {#name, GPIO_DT_SPEC_GET_OR(VMOTE_USER, name##_gpios, {0})}

static const struct {
    const char *name;
    struct gpio_dt_spec pin;
} leds[] = {LED(builtin), LED(red), LED(green), LED(blue), LED(power)};

void leds_start(void)
{
    for (size_t i = 0; i < ARRAY_SIZE(leds); i++) {
        if (leds[i].pin.port != NULL) {
            (void)gpio_pin_configure_dt(&leds[i].pin, GPIO_OUTPUT_INACTIVE);
        }
    }
}

bool port_led(const char *name, bool on)
{
    for (size_t i = 0; i < ARRAY_SIZE(leds); i++) {
        if (leds[i].pin.port != NULL && strcmp(leds[i].name, name) == 0) {
            return gpio_pin_set_dt(&leds[i].pin, on) == 0;
        }
    }
    return false;
}
