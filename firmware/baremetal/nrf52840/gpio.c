/* SPDX-License-Identifier: Apache-2.0 */
#include "gpio.h"

#include "registers.h"

void gpio_set(uint32_t pin, bool level)
{
    if (level) {
        GPIO_OUTSET(pin) = GPIO_BIT(pin);
    } else {
        GPIO_OUTCLR(pin) = GPIO_BIT(pin);
    }
}

void gpio_output(uint32_t pin, bool level)
{
    gpio_set(pin, level); /* the level first: no glitch when the pin becomes an output */
    GPIO_CNF(pin) = GPIO_CNF_HIGH_DRIVE; /* supply pins feed whole parts */
    GPIO_DIRSET(pin) = GPIO_BIT(pin);
}
