/* SPDX-License-Identifier: Apache-2.0
 *
 * Temperature and humidity on the Arduino Nano 33 BLE Sense, revision 1: an
 * HTS221 whose supply and whose bus pull-ups are switched by pins.
 */
#include "board.h"
#include "gpio.h"
#include "hts221.h"
#include "i2c.h"
#include "port.h"
#include "sense.h"

#define POWER_UP_US 20000U /* the supply rises and the parts load their calibration; HTS221 boots in 5 ms */

const char *sense_climate_part(void)
{
    return "hts221";
}

sense_status sense_climate_open(void)
{
    static bool powered;
    if (!powered) {
        gpio_output(BOARD_PIN_SENSOR_SUPPLY, BOARD_PIN_SENSOR_SUPPLY_ACTIVE);
        gpio_output(BOARD_PIN_I2C_PULLUP, BOARD_PIN_I2C_PULLUP_ACTIVE);
        port_sleep_until_us(port_now_us() + POWER_UP_US);
        i2c_start();
        powered = true;
    }
    return hts221_open(BOARD_HTS221_ADDRESS);
}

sense_status sense_climate_read(sense_climate *reading)
{
    return hts221_read(BOARD_HTS221_ADDRESS, reading);
}
