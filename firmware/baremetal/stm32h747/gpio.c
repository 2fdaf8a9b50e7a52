/* SPDX-License-Identifier: Apache-2.0 */
#include "gpio.h"

#include "pins.h"
#include "registers.h"

#define MODE_OUTPUT 1U
#define MODE_ALTERNATE 2U
#define MODE_ANALOG 3U

static void set_field(volatile uint32_t *where, uint32_t width, uint32_t index, uint32_t value)
{
    const uint32_t mask = ((1U << width) - 1U) << (width * index);
    *where = (*where & ~mask) | (value << (width * index));
}

void gpio_set(uint32_t pin, bool level)
{
    GPIO_BSRR(pin) = 1U << (pin % 32U + (level ? 0U : 16U));
}

void gpio_output(uint32_t pin, bool level)
{
    gpio_set(pin, level); /* the level first: no glitch when the pin becomes an output */
    set_field(&GPIO_MODER(pin), 2, pin % 32U, MODE_OUTPUT);
}

void pin_alternate(uint32_t pin, uint32_t function, bool open_drain)
{
    set_field(&GPIO_OTYPER(pin), 1, pin % 32U, open_drain);
    set_field(&GPIO_PUPDR(pin), 2, pin % 32U, open_drain ? 1U : 0U);
    set_field(&GPIO_AFR(pin), 4, pin % 8U, function);
    set_field(&GPIO_MODER(pin), 2, pin % 32U, MODE_ALTERNATE);
}

void pin_open_drain_output(uint32_t pin)
{
    gpio_set(pin, true);
    set_field(&GPIO_OTYPER(pin), 1, pin % 32U, 1U);
    set_field(&GPIO_MODER(pin), 2, pin % 32U, MODE_OUTPUT);
}

void pin_analog(uint32_t pin)
{
    set_field(&GPIO_MODER(pin), 2, pin % 32U, MODE_ANALOG);
}
