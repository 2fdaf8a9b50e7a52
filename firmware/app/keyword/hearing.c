/* SPDX-License-Identifier: Apache-2.0 */
#include "hearing.h"

#include "port.h"
#include "record.h"

#define FULL_SCALE 32767
#define CLIPPED_SHARE 100 /* one sample in a hundred at the rails: what the model hears is distorted */
#define OFFSET_SHARE 8    /* of full scale, in the mean */

static struct {
    int32_t lowest, highest;
    int64_t sum;
    uint32_t clipped, count;
} second;

static struct {
    int32_t value;
    uint32_t count;
} still;

uint32_t hearing_still(void)
{
    return still.count;
}

static void notice(int32_t x)
{
    if (x != still.value) {
        still.value = x;
        still.count = 0;
    }
    still.count += still.count < UINT32_MAX;
}

static const char *judge(void)
{
    const int32_t mean = (int32_t)(second.sum / second.count);
    if (second.lowest == second.highest) {
        return "flat"; /* a live microphone always hisses */
    }
    if (second.clipped * CLIPPED_SHARE > second.count) {
        return "clipped";
    }
    return mean > FULL_SCALE / OFFSET_SHARE || mean < -FULL_SCALE / OFFSET_SHARE ? "offset" : "good";
}

void hearing_listen(const int16_t *samples, uint32_t count, uint32_t rate_hz)
{
    static const char *said = "good";
    for (uint32_t i = 0; i < count; i++) {
        const int32_t x = samples[i];
        notice(x);
        if (second.count == 0) {
            second.lowest = x;
            second.highest = x;
        }
        second.lowest = x < second.lowest ? x : second.lowest;
        second.highest = x > second.highest ? x : second.highest;
        second.clipped += x >= FULL_SCALE || x <= -FULL_SCALE;
        second.sum += x;
        second.count++;
    }
    if (second.count < rate_hz) {
        return;
    }
    const char *state = judge();
    if (state != said) {
        said = state;
        record_begin("sound");
        record_time(port_now_us());
        record_text("state", state);
        record_end();
    }
    second.sum = 0;
    second.clipped = 0;
    second.count = 0;
}
