/* SPDX-License-Identifier: Apache-2.0
 *
 * Zephyr's regulator and board code have switched the parts and the pull-ups
 * on before main(); they may need a moment yet.
 */
#include "sensor_power.h"

#include "port.h"

#define POWER_UP_US 20000U /* the supply rises and the parts load their calibration */

void sensor_power_on(void)
{
    port_sleep_until_us(POWER_UP_US);
}
