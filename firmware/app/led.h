/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_LED_H
#define VMOTE_LED_H

#include <stdbool.h>

/* Switch an LED and say so, when that is a change. */
void led_show(bool on);

#endif
