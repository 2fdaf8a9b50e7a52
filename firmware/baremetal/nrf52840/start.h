/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_NRF52840_START_H
#define VMOTE_NRF52840_START_H

#include <stdbool.h>
#include <stdint.h>

void rtc_start(void);

/* Interrupt handlers, for the vector table. */
void rtc_handler(void);
void uarte_handler(void);
void pdm_handler(void); /* only in images that hear */

/* Wake the core after that many ticks (of 1/1024 s) at the latest, whatever it waits for. Interrupts are off when
 * it is asked whether that time has passed; with interrupts on, the deadline lapses unseen. */
void rtc_deadline_set(uint32_t ticks);
bool rtc_deadline_passed(void);

#endif
