/* SPDX-License-Identifier: Apache-2.0 */
/* Talks to an HS300x at 0x44, whose address alone is a command: starts, fetches, sets a resolution. */
#include "kit.h"
enum { TWI = 0x40003000 };
static uint8_t out[4], in[6];

static uint32_t transfer(uint32_t task, uint32_t last)
{
    R32(TWI + 0x104) = R32(TWI + 0x124) = 0;
    R32(TWI + 0x200) = last; /* LASTTX or LASTRX to STOP */
    R32(TWI + task) = 1;
    while (!R32(TWI + 0x104) && !R32(TWI + 0x124))
        ;
    uint32_t failed = R32(TWI + 0x124);
    R32(TWI + 0x4C4) = 7;
    if (failed) {
        R32(TWI + 0x014) = 1;
        while (!R32(TWI + 0x104))
            ;
    }
    return failed;
}

static uint32_t write(uint32_t count)
{
    R32(TWI + 0x544) = (uint32_t)out;
    R32(TWI + 0x548) = count;
    return transfer(0x008, 1 << 9);
}

static uint32_t read(uint32_t count)
{
    for (uint32_t n = 0; n < sizeof in; n++)
        in[n] = 0;
    R32(TWI + 0x534) = (uint32_t)in;
    R32(TWI + 0x538) = count;
    return transfer(0x000, 1 << 12);
}

static uint32_t command(uint8_t what, uint8_t high, uint8_t low)
{
    out[0] = what;
    out[1] = high;
    out[2] = low;
    return write(3);
}

static void wait(uint32_t microseconds)
{
    uint32_t turns = microseconds * 32; /* of two instructions, at 64 MHz */
    __asm volatile("1: subs %0, %0, #1\n bne 1b" : "+r"(turns)::"cc");
}

static void fetch(void)
{
    if (read(4)) {
        text("nack\n");
        return;
    }
    say("status", in[0] >> 6);
    say("humidity", (in[0] & 0x3Fu) << 8 | in[1]);
    say("temperature", (uint32_t)in[2] << 6 | in[3] >> 2);
    say("last-bits", in[3] & 3);
}

static void answer(void)
{
    say("answered", read(6));
    say("done", in[0]);
    say("word", (uint32_t)in[1] << 8 | in[2]);
    say("beyond", in[3]);
}

int main(void)
{
    R32(0x50000738) = R32(0x5000073C) = 0x600; /* P0.14, P0.15: standard 0, disconnect 1 */
    R32(TWI + 0x508) = 15;
    R32(TWI + 0x50C) = 14;
    R32(TWI + 0x524) = 0x06400000; /* 400 kHz */
    R32(TWI + 0x588) = 0x44;
    R32(TWI + 0x500) = 6;
    R32(0x50000818) = R32(0x50000808) = 1 << 0; /* the pull-ups */
    say("unpowered", write(0));
    R32(0x50000518) = R32(0x50000508) = 1 << 22; /* the supply */
    say("nothing-yet", read(4));
    say("status", in[0] >> 6);

    command(0xA0, 0, 0);
    command(0x1E, 0, 0);
    answer();
    command(0x46, 0x04, 0x00); /* humidity: 10 bits */
    answer();
    command(0x2A, 0, 0); /* none that there is */
    command(0x80, 0, 0);
    write(0);
    wait(18200); /* 0.1 + 1.31 + 16.9 ms */
    fetch();
    wait(200);
    fetch();
    fetch(); /* read before */

    R32(0x5000050C) = 1 << 22; /* without supply, and again with it */
    say("unpowered", write(0));
    R32(0x50000508) = 1 << 22;
    wait(11000); /* the programming mode's window is over */
    command(0xA0, 0, 0); /* so this only starts a measurement */
    wait(20000);
    fetch(); /* the resolution outlived the supply */

    for (uint32_t round = 0; round < 24; round++) { /* through whatever the world does */
        write(0);
        wait(40000);
        fetch();
    }
    text("end\n");
    return 0;
}
