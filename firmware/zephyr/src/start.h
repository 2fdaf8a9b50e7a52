/* SPDX-License-Identifier: Apache-2.0
 *
 * What main() starts, in this order, before the app.
 */
#ifndef VMOTE_ZEPHYR_START_H
#define VMOTE_ZEPHYR_START_H

void cycles_start(void);
void leds_start(void);
void console_start(void);

/* Return when the last byte has left. */
void console_drain(void);

/* From now on every byte is waited for: interrupts do not come any more. */
void console_panic(void);

#endif
