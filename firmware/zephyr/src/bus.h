/* SPDX-License-Identifier: Apache-2.0
 *
 * Zephyr's I2C driver, in a header of its own: its names and those of i2c.h collide.
 */
#ifndef VMOTE_ZEPHYR_BUS_H
#define VMOTE_ZEPHYR_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0, or what the driver says. */
int bus_write(uint8_t address, const uint8_t *bytes, size_t count);
int bus_read(uint8_t address, uint8_t reg, uint8_t *bytes, size_t count);
void bus_recover(void);

/* Tell a bus that does not move from a part that does not answer: by the result of a transfer begun at `since` (ms). */
bool bus_is_stuck(int result, int64_t since);

#endif
