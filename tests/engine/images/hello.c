/* SPDX-License-Identifier: Apache-2.0 */
#include "kit.h"
volatile uint32_t answer = 42;
int main(void)
{
    text("hello\n");
    say("answer", answer);
    R32(0x50000518) = 1 << 13; /* the built-in LED */
    R32(0x50000508) = 1 << 13;
    R32(0x5000050C) = 1 << 13;
    return 0;
}
