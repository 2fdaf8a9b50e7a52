/* SPDX-License-Identifier: Apache-2.0 */
#include "decimate.h"

static void clear(decimator *d)
{
    d->count = 0;
    for (unsigned i = 0; i < DECIMATE_AXES; i++) {
        d->sum[i] = 0;
    }
}

void decimate_start(decimator *d, uint32_t from_hz, uint32_t to_hz)
{
    d->from = from_hz;
    d->to = to_hz < from_hz ? to_hz : from_hz;
    d->phase = 0;
    clear(d);
}

bool decimate_push(decimator *d, const int32_t millionths[DECIMATE_AXES], int32_t row[DECIMATE_AXES])
{
    for (unsigned i = 0; i < DECIMATE_AXES; i++) {
        d->sum[i] += millionths[i];
    }
    d->count++;
    d->phase += d->to;
    if (d->phase < d->from) {
        return false;
    }
    d->phase -= d->from;
    const int64_t divisor = (int64_t)d->count * 1000;
    for (unsigned i = 0; i < DECIMATE_AXES; i++) {
        const int64_t half = d->sum[i] < 0 ? -divisor / 2 : divisor / 2;
        row[i] = (int32_t)((d->sum[i] + half) / divisor);
    }
    clear(d);
    return true;
}
