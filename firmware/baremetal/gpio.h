/* SPDX-License-Identifier: Apache-2.0
 *
 * Pins, numbered port * 32 + pin as in board.h.
 */
#ifndef VMOTE_GPIO_H
#define VMOTE_GPIO_H

#include <stdbool.h>
#include <stdint.h>

void gpio_output(uint32_t pin, bool level);
void gpio_set(uint32_t pin, bool level);

#endif
