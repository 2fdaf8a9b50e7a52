/* SPDX-License-Identifier: Apache-2.0 */
/* Tells why it began and what it remembers, then switches the SoC off. OFF says what is to wake it. */
#include "kit.h"
static uint32_t kept __attribute__((section(".keep")));
int main(void)
{
    uint32_t reason = R32(0x40000400);
    say("reason", reason);
    say("retained", R32(0x4000051C));
    say("kept", kept);
    say("lit", R32(0x50000504) >> 13 & 1);
    say("latch", R32(0x50000820) >> 11 & 1); /* P1 */
    R32(0x40000400) = reason;
    R32(0x4000051C) = R32(0x4000051C) + 1;
    kept = kept + 1;
    R32(0x50000820) = ~0u;
#if OFF == 3 /* a pin that is low already: no sleep at all */
    R32(0x50000700) = 3u << 16;
#endif
#if OFF == 1 || OFF == 2 || OFF == 4 /* the button, which pulls P1.11 low */
    R32(0x5000072C + 0x300) = 3u << 2 | 3u << 16;
    R32(0x50000518) = R32(0x50000508) = 1 << 13; /* an LED stays on meanwhile */
#endif
#if OFF == 1 || OFF == 2 /* not before it is let go */
    while (!(R32(0x50000810) >> 11 & 1))
        ;
    R32(0x50000820) = ~0u;
#endif
#if OFF == 2 /* all RAM is retained */
    for (uint32_t n = 0; n < 9; n++)
        R32(0x40000904 + 16 * n) = 0x3Fu << 16;
#endif
    R32(0x40000500) = 1;
    text("never said\n");
    return 0;
}
