/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether what the microphone gives is sound at all. Says so when it changes:
 * `@sound state=flat`, `clipped`, `offset`, `good`.
 */
#ifndef VMOTE_HEARING_H
#define VMOTE_HEARING_H

#include <stdint.h>

void hearing_listen(const int16_t *samples, uint32_t count, uint32_t rate_hz);

/* How many samples in a row, up to the last one heard, were one and the same. */
uint32_t hearing_still(void);

#endif
