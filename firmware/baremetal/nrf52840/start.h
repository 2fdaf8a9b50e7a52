/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_NRF52840_START_H
#define VMOTE_NRF52840_START_H

void console_start(void);
void rtc_start(void);

#endif
