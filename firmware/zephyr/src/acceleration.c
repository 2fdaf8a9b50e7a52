/* SPDX-License-Identifier: Apache-2.0
 *
 * Acceleration through Zephyr's sensor interface.
 */
#include <errno.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/kernel.h>

#include "bus.h"
#include "sense.h"
#include "sensor_power.h"

#define RATE_HZ 119

static const struct device *const part = DEVICE_DT_GET(DT_NODELABEL(lsm9ds1_ag));

static sense_status judge(int result, int64_t since)
{
    switch (result) {
    case 0:
        return SENSE_OK;
    case -EOVERFLOW:
        return SENSE_OVERRUN;
    case -ENODEV:
        return SENSE_IDENTITY;
    default:
        if (bus_is_stuck(result, since)) {
            bus_recover();
            return SENSE_BUS;
        }
        return SENSE_NACK;
    }
}

const char *sense_acceleration_part(void)
{
    return "lsm9ds1-ag";
}

sense_status sense_acceleration_open(uint32_t *rate_hz)
{
    const struct sensor_value rate = {.val1 = RATE_HZ};
    *rate_hz = RATE_HZ;
    sensor_power_on();
    if (!device_is_ready(part)) {
        return SENSE_BUS;
    }
    const int64_t since = k_uptime_get();
    return judge(sensor_attr_set(part, SENSOR_CHAN_ACCEL_XYZ, SENSOR_ATTR_SAMPLING_FREQUENCY, &rate), since);
}

/* To the nearest, where Zephyr's sensor_ms2_to_ug() cuts off and would lose a millionth of g. */
static int32_t micro_g(const struct sensor_value *value)
{
    const int64_t scaled = (value->val1 * 1000000LL + value->val2) * 1000000LL;
    return (int32_t)((scaled + (scaled < 0 ? -SENSOR_G : SENSOR_G) / 2) / SENSOR_G);
}

sense_status sense_acceleration_read(sense_acceleration *samples, uint32_t room, uint32_t *count)
{
    for (*count = 0; *count < room; (*count)++) {
        const int64_t since = k_uptime_get();
        const int result = sensor_sample_fetch(part);
        if (result == -EAGAIN) {
            break;
        }
        struct sensor_value axes[3];
        if (result != 0 || sensor_channel_get(part, SENSOR_CHAN_ACCEL_XYZ, axes) != 0) {
            return judge(result, since);
        }
        for (unsigned i = 0; i < 3; i++) {
            samples[*count].axis[i] = micro_g(&axes[i]);
        }
    }
    return SENSE_OK;
}
