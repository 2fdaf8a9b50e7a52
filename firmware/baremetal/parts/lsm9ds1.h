/* SPDX-License-Identifier: Apache-2.0
 *
 * ST LSM9DS1, its accelerometer by FIFO. Datasheet DocID025715 rev 3.
 */
#ifndef VMOTE_LSM9DS1_H
#define VMOTE_LSM9DS1_H

#include "sense.h"

#define LSM9DS1_RATE_HZ 119U

/* Accelerometer alone, 119 Hz, +-4 g, into the FIFO. */
sense_status lsm9ds1_open(uint8_t address);
sense_status lsm9ds1_read(uint8_t address, sense_acceleration *samples, uint32_t room, uint32_t *count);

#endif
