/* SPDX-License-Identifier: Apache-2.0
 *
 * An LSM9DS1 as far as its accelerometer's driver can tell, after the
 * datasheet DocID025715 rev 3, not after the driver.
 */
#ifndef PART_H
#define PART_H

#include <stdbool.h>
#include <stdint.h>
#include <zephyr/drivers/emul.h>

#define PART_FIFO 32

struct part {
	uint8_t registers[128];
	int16_t fifo[PART_FIFO][3];
	uint8_t first;
	uint8_t level;
	bool overrun;
	bool absent; /* answers nothing */
	unsigned int resets;
};

/* One sample is measured; the oldest goes when there is no room. */
void part_measures(const struct emul *target, int16_t x, int16_t y, int16_t z);

#endif
