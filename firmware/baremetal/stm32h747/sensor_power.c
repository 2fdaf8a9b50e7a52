/* SPDX-License-Identifier: Apache-2.0
 *
 * Parts wired to the Portenta's header: always powered, with pull-ups of their own.
 */
#include "sensor_power.h"

#include <stdbool.h>

#include "i2c.h"
#include "port.h"

#define POWER_UP_US 20000U /* since reset: the parts load their calibration */

void sensor_power_on(void)
{
    static bool started;
    if (started) {
        return;
    }
    port_sleep_until_us(POWER_UP_US);
    i2c_start();
    started = true;
}
