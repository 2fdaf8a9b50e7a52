/* SPDX-License-Identifier: Apache-2.0 */
/* Sends back what it receives. */
#include "kit.h"
int main(void)
{
    static char byte;
    for (;;) {
        R32(0x40002534) = (uint32_t)&byte;
        R32(0x40002538) = 1;
        R32(0x40002110) = 0;
        R32(0x40002000) = 1;
        while (!R32(0x40002110))
            ;
        send(&byte, 1);
    }
}
