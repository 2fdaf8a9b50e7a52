/* SPDX-License-Identifier: Apache-2.0
 *
 * What an app needs of the world it runs in. `baremetal/` and `zephyr/` each
 * implement it; an app includes this and knows neither.
 */
#ifndef VMOTE_PORT_H
#define VMOTE_PORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Virtual microseconds since reset. Never wraps. */
uint64_t port_now_us(void);

/* Sleep, with the core stopped, until that time; return at once if it is past. */
void port_sleep_until_us(uint64_t t_us);

/* Sleep until an interrupt of a sensor or that time, whichever comes first. May return early. */
void port_wait_until_us(uint64_t t_us);

/* Send text to the console. May return before the last byte is out. */
void port_write(const char *text, size_t size);

/* Switch the LED of that name in board.yaml; false if the board has none such. */
bool port_led(const char *name, bool on);

/* The core's cycle counter; wraps at 2^32. */
uint32_t port_cycles(void);

/* Stack in use at its deepest so far, and what there is; in bytes. */
void port_stack(uint32_t *used, uint32_t *size);

/* "nano33ble-sense", "baremetal". */
const char *port_board(void);
const char *port_name(void);

/* Nothing useful can be done any more: let the console drain and stop for good. */
_Noreturn void port_stop(void);

#endif
