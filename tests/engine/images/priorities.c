/* SPDX-License-Identifier: Apache-2.0 */
/* How many bits of priority the core has. */
#include "kit.h"
volatile uint32_t line, system;
int main(void)
{
    *(volatile uint8_t *)0xE000E400 = 0xFF;
    line = *(volatile uint8_t *)0xE000E400;
    *(volatile uint8_t *)0xE000ED1F = 0xFF; /* SVC */
    system = R32(0xE000ED1C);
    return 0;
}
