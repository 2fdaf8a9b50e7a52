/* SPDX-License-Identifier: Apache-2.0
 *
 * What pins of this SoC can be beside outputs.
 */
#ifndef VMOTE_STM32H747_PINS_H
#define VMOTE_STM32H747_PINS_H

#include <stdbool.h>
#include <stdint.h>

void pin_alternate(uint32_t pin, uint32_t function, bool open_drain);
void pin_open_drain_output(uint32_t pin);
void pin_analog(uint32_t pin);

#endif
