/* SPDX-License-Identifier: Apache-2.0 */
#include "bus.h"

#include <errno.h>
#include <zephyr/drivers/i2c.h>
#include <zephyr/kernel.h>

#include "board.h"

/* Zephyr's drivers say -EIO for a missing acknowledge and for a bus that does not move alike. The first is told
 * at once; for the second the driver waits (nRF TWIM: 500 ms). */
#define STUCK_MS 50

static const struct device *const bus = DEVICE_DT_GET(VMOTE_PARTS_BUS);

int bus_write(uint8_t address, const uint8_t *bytes, size_t count)
{
    return device_is_ready(bus) ? i2c_write(bus, bytes, (uint32_t)count, address) : -ENODEV;
}

int bus_read(uint8_t address, uint8_t reg, uint8_t *bytes, size_t count)
{
    return device_is_ready(bus) ? i2c_write_read(bus, address, &reg, 1, bytes, count) : -ENODEV;
}

void bus_recover(void)
{
    (void)i2c_recover_bus(bus);
}

bool bus_is_stuck(int result, int64_t since)
{
    return result != -EIO || k_uptime_get() - since >= STUCK_MS;
}
