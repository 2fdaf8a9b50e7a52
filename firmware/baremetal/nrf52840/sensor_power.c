/* SPDX-License-Identifier: Apache-2.0
 *
 * Arduino Nano 33 BLE Sense: the parts' supply and the bus pull-ups hang on
 * pins (Arduino schematic NANO33BLE_V2.0).
 */
#include "sensor_power.h"

#include "board.h"
#include "gpio.h"
#include "i2c.h"
#include "port.h"

#define POWER_UP_US 20000U /* the supply rises and the parts load their calibration */

void sensor_power_on(void)
{
    static bool powered;
    if (powered) {
        return;
    }
    gpio_output(BOARD_PIN_SENSOR_SUPPLY, BOARD_PIN_SENSOR_SUPPLY_ACTIVE);
    gpio_output(BOARD_PIN_I2C_PULLUP, BOARD_PIN_I2C_PULLUP_ACTIVE);
    port_sleep_until_us(port_now_us() + POWER_UP_US);
    i2c_start();
    powered = true;
}
