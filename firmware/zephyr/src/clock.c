/* SPDX-License-Identifier: Apache-2.0
 *
 * Time: Zephyr's uptime, whose grain is a tick.
 */
#include <zephyr/kernel.h>

#include "port.h"

uint64_t port_now_us(void)
{
    return k_ticks_to_us_floor64((uint64_t)k_uptime_ticks());
}

void port_sleep_until_us(uint64_t t_us)
{
    while (port_now_us() < t_us) {
        (void)k_sleep(K_TIMEOUT_ABS_TICKS(k_us_to_ticks_ceil64(t_us)));
    }
}

void port_wait_until_us(uint64_t t_us)
{
    port_sleep_until_us(t_us);
}
