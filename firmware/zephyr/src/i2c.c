/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts' bus over Zephyr's I2C driver.
 */
#include "i2c.h"

#include <zephyr/kernel.h>

#include "bus.h"

static i2c_status judge(int result, int64_t since)
{
    if (result == 0) {
        return I2C_OK;
    }
    return bus_is_stuck(result, since) ? I2C_BUS : I2C_NACK;
}

void i2c_start(void)
{
    /* Zephyr has started it. */
}

i2c_status i2c_write(uint8_t address, const uint8_t *bytes, size_t count)
{
    const int64_t since = k_uptime_get();
    return judge(bus_write(address, bytes, count), since);
}

i2c_status i2c_read(uint8_t address, uint8_t reg, uint8_t *bytes, size_t count)
{
    const int64_t since = k_uptime_get();
    return judge(bus_read(address, reg, bytes, count), since);
}

void i2c_recover(void)
{
    bus_recover();
}
