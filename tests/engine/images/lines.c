/* SPDX-License-Identifier: Apache-2.0 */
/* Enables every interrupt line and writes down which one came. */
#include "kit.h"
volatile uint32_t came, times;
void irq(void);
void irq(void)
{
    uint32_t exception;
    __asm volatile("mrs %0, ipsr" : "=r"(exception));
    came = exception - 16;
    times++;
    R32(0xE000E180 + 4 * (came / 32)) = 1u << (came % 32);
}
int main(void)
{
    for (int n = 0; n < 5; n++)
        R32(0xE000E100 + 4 * n) = ~0u;
    for (;;)
        __asm volatile("wfi");
}
