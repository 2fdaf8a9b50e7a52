/* SPDX-License-Identifier: Apache-2.0
 *
 * From a sensor's rate to a model's: sample k belongs to period k * to / from,
 * and a period's row is the average of its samples. Python twin:
 * src/vmote/features/decimate.py.
 */
#ifndef VMOTE_DECIMATE_H
#define VMOTE_DECIMATE_H

#include <stdbool.h>
#include <stdint.h>

#define DECIMATE_AXES 3

typedef struct {
    uint32_t from;
    uint32_t to;
    uint32_t phase;
    int32_t count;
    int64_t sum[DECIMATE_AXES];
} decimator;

void decimate_start(decimator *d, uint32_t from_hz, uint32_t to_hz);

/* Take a sample in millionths; true when it completes a row, in thousandths, halves rounded away from zero. */
bool decimate_push(decimator *d, const int32_t millionths[DECIMATE_AXES], int32_t row[DECIMATE_AXES]);

#endif
