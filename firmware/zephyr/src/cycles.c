/* SPDX-License-Identifier: Apache-2.0
 *
 * The core's own cycle counter. Zephyr's k_cycle_get_32() is the system timer,
 * which on an nRF counts at 32 kHz.
 */
#include <soc.h>

#include "port.h"
#include "start.h"

void cycles_start(void)
{
    CoreDebug->DEMCR |= CoreDebug_DEMCR_TRCENA_Msk;
    DWT->CYCCNT = 0;
    DWT->CTRL |= DWT_CTRL_CYCCNTENA_Msk;
}

uint32_t port_cycles(void)
{
    return DWT->CYCCNT;
}
