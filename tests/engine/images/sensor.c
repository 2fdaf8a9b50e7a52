/* SPDX-License-Identifier: Apache-2.0 */
/* Talks to the HTS221 through both I2C register interfaces. */
#include "kit.h"
enum { TWI = 0x40003000 };

static void pins(void)
{
    R32(0x50000738) = 0x600; /* P0.14, P0.15: standard 0, disconnect 1 */
    R32(0x5000073C) = 0x600;
    R32(TWI + 0x508) = 15;
    R32(TWI + 0x50C) = 14;
    R32(TWI + 0x524) = 0x01980000; /* 100 kHz */
    R32(TWI + 0x588) = 0x5F;
}

static void supply(void)
{
    R32(0x50000518) = 1 << 22;
    R32(0x50000508) = 1 << 22;
}

static void pull_up(void)
{
    R32(0x50000818) = 1 << 0;
    R32(0x50000808) = 1 << 0;
}

static uint32_t wait(uint32_t event)
{
    while (!R32(TWI + event) && !R32(TWI + 0x124))
        ;
    uint32_t failed = R32(TWI + 0x124);
    R32(TWI + event) = R32(TWI + 0x124) = 0;
    return failed;
}

static void stop(void)
{
    R32(TWI + 0x104) = 0;
    R32(TWI + 0x014) = 1;
    while (!R32(TWI + 0x104))
        ;
}

static uint32_t write(uint8_t reg, uint8_t value)
{
    R32(TWI + 0x200) = 0;
    R32(TWI + 0x008) = 1;
    R32(TWI + 0x51C) = reg;
    uint32_t failed = wait(0x11C);
    if (!failed) {
        R32(TWI + 0x51C) = value;
        failed = wait(0x11C);
    }
    stop();
    return failed;
}

static uint32_t read(uint8_t reg, uint8_t *to, uint32_t count)
{
    R32(TWI + 0x200) = 0;
    R32(TWI + 0x008) = 1;
    R32(TWI + 0x51C) = reg | (count > 1 ? 0x80 : 0);
    if (wait(0x11C)) {
        stop();
        return 1;
    }
    R32(TWI + 0x200) = count == 1 ? 2 : 1; /* BB to STOP, or to SUSPEND */
    R32(TWI + 0x104) = 0;
    R32(TWI + 0x000) = 1;
    for (uint32_t n = 0; n < count; n++) {
        if (wait(0x108))
            return 1;
        to[n] = (uint8_t)R32(TWI + 0x518);
        if (n + 2 == count)
            R32(TWI + 0x200) = 2;
        if (n + 1 < count)
            R32(TWI + 0x020) = 1;
    }
    while (!R32(TWI + 0x104))
        ;
    return 0;
}

static uint8_t out[2], in[16];
static uint32_t dma_read(uint8_t reg, uint32_t count)
{
    out[0] = reg | 0x80;
    R32(TWI + 0x544) = (uint32_t)out;
    R32(TWI + 0x548) = 1;
    R32(TWI + 0x534) = (uint32_t)in;
    R32(TWI + 0x538) = count;
    R32(TWI + 0x200) = 1 << 7 | 1 << 12; /* LASTTX to STARTRX, LASTRX to STOP */
    R32(TWI + 0x104) = 0;
    R32(TWI + 0x008) = 1;
    return wait(0x104);
}

int main(void)
{
    uint8_t byte = 0, cal[16], data[4];
    pins();
    R32(TWI + 0x500) = 5;
    cycle_counter();
    say("unpowered", write(0x20, 0));
    say("errorsrc", R32(TWI + 0x4C4));
    R32(TWI + 0x4C4) = 7;
    supply();
    say("no-pull-up", write(0x20, 0));
    pull_up();
    uint32_t from = CYCCNT;
    say("who", read(0x0F, &byte, 1) ? 999 : byte);
    say("who-cycles", CYCCNT - from);
    write(0x20, 0x84); /* on, block update */
    write(0x21, 0x01); /* one shot */
    do
        read(0x27, &byte, 1);
    while ((byte & 3) != 3);
    read(0x30, cal, 16);
    read(0x28, data, 4);
    int32_t t0 = cal[2] | (cal[5] & 3) << 8, t1 = cal[3] | (cal[5] & 12) << 6;
    int32_t t0o = (int16_t)(cal[12] | cal[13] << 8), t1o = (int16_t)(cal[14] | cal[15] << 8);
    int32_t h0o = (int16_t)(cal[6] | cal[7] << 8), h1o = (int16_t)(cal[10] | cal[11] << 8);
    int32_t t = (int16_t)(data[2] | data[3] << 8), h = (int16_t)(data[0] | data[1] << 8);
    say("centidegrees", (uint32_t)(100 * t0 / 8 + (t - t0o) * (t1 - t0) * 100 / 8 / (t1o - t0o)));
    say("centipercent", (uint32_t)(50 * cal[0] + (h - h0o) * 50 * (cal[1] - cal[0]) / (h1o - h0o)));
    read(0x27, &byte, 1);
    say("status-after", byte);
    R32(TWI + 0x500) = 0;
    R32(TWI + 0x500) = 6;
    say("dma", dma_read(0x30, 16));
    uint32_t same = 1;
    for (int n = 0; n < 16; n++)
        same &= in[n] == cal[n];
    say("same", same);
    return 0;
}
