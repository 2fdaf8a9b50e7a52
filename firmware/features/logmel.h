/* SPDX-License-Identifier: Apache-2.0
 *
 * A log-mel spectrogram in integers: 30 ms of sound become 40 numbers. The
 * Python reference, equal bit for bit, is src/vmote/features/logmel.py, which
 * explains each step.
 */
#ifndef VMOTE_LOGMEL_H
#define VMOTE_LOGMEL_H

#include <stdbool.h>
#include <stdint.h>

#include "logmel_tables.h"

/* What the tables were made for, in the order of the card's parameters. */
bool logmel_suits(const int32_t *parameters);

/* One frame: LOGMEL_WINDOW samples into LOGMEL_BANDS numbers, of which 256 are an octave of power. */
void logmel_frame(const int16_t *samples, int16_t *logs);

/* round(2^16 / (2048 * scale)), for logmel_quantize. */
int32_t logmel_multiplier(float scale);

int8_t logmel_quantize(int16_t log, int32_t multiplier, int32_t zero_point);

#endif
