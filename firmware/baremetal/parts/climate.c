/* SPDX-License-Identifier: Apache-2.0
 *
 * Temperature and humidity: an HTS221 on the board's I2C bus.
 */
#include "board.h"
#include "hts221.h"
#include "sense.h"
#include "sensor_power.h"

const char *sense_climate_part(void)
{
    return "hts221";
}

sense_status sense_climate_open(void)
{
    sensor_power_on();
    return hts221_open(BOARD_HTS221_ADDRESS);
}

sense_status sense_climate_read(sense_climate *reading)
{
    return hts221_read(BOARD_HTS221_ADDRESS, reading);
}
