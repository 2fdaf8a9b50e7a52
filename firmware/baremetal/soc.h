/* SPDX-License-Identifier: Apache-2.0
 *
 * What start-up, the port and the fault handler need of a SoC.
 */
#ifndef VMOTE_SOC_H
#define VMOTE_SOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Clocks, console, time: everything the port promises to an app. */
void soc_start(void);

/* Switch every LED off, as an output. */
void soc_leds_start(void);

/* No timer wakes the core any more. */
void soc_alarms_off(void);

/* Make the console usable from a fault handler, whatever it was doing. */
void soc_console_panic(void);

/* Wait until the last byte is out, for a bounded time. */
void soc_console_drain(void);

#endif
