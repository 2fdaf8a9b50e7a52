/* SPDX-License-Identifier: Apache-2.0
 *
 * Acceleration: an LSM9DS1 on the board's I2C bus.
 */
#include "board.h"
#include "lsm9ds1.h"
#include "sense.h"
#include "sensor_power.h"

const char *sense_acceleration_part(void)
{
    return "lsm9ds1-ag";
}

sense_status sense_acceleration_open(uint32_t *rate_hz)
{
    sensor_power_on();
    *rate_hz = LSM9DS1_RATE_HZ;
    return lsm9ds1_open(BOARD_LSM9DS1_AG_ADDRESS);
}

sense_status sense_acceleration_read(sense_acceleration *samples, uint32_t room, uint32_t *count)
{
    return lsm9ds1_read(BOARD_LSM9DS1_AG_ADDRESS, samples, room, count);
}
