/* SPDX-License-Identifier: Apache-2.0 */
/* A start-up and a few words for test images on the nRF52840: small enough to see that nothing is hidden in it. */
#ifndef KIT_H
#define KIT_H
#include <stdint.h>

#define R32(address) (*(volatile uint32_t *)(address))

extern uint32_t _stack_top, _data_load, _data_start, _data_end, _bss_start, _bss_end;
int main(void);

/* --- UARTE0 through EasyDMA, polled --- */
static inline void send(const char *text, uint32_t length)
{
    R32(0x40002544) = (uint32_t)text;
    R32(0x40002548) = length;
    R32(0x40002120) = 0;
    R32(0x40002008) = 1;
    while (!R32(0x40002120))
        ;
}

static inline void console(void)
{
    R32(0x4000250C) = 35; /* P1.03 */
    R32(0x40002524) = 0x01D60000;
    R32(0x40002500) = 8;
}

static inline void text(const char *from)
{
    static char buffer[64];
    uint32_t n = 0;
    for (; from[n] && n < sizeof buffer; n++)
        buffer[n] = from[n];
    send(buffer, n);
}

/* name=value, value in decimal */
static inline void say(const char *name, uint32_t value)
{
    char buffer[48], digits[10];
    uint32_t n = 0, d = 0;
    for (; name[n] && n < 30; n++)
        buffer[n] = name[n];
    buffer[n++] = '=';
    do
        digits[d++] = (char)('0' + value % 10);
    while (value /= 10);
    while (d)
        buffer[n++] = digits[--d];
    buffer[n++] = '\n';
    send(buffer, n);
}

static inline void lfclk(void)
{
    R32(0x40000518) = 0;
    R32(0x40000104) = 0;
    R32(0x40000008) = 1;
    while (!R32(0x40000104))
        ;
}

#define DWT_CTRL R32(0xE0001000)
#define CYCCNT R32(0xE0001004)
#define DEMCR R32(0xE000EDFC)
static inline void cycle_counter(void)
{
    DEMCR |= 1u << 24;
    CYCCNT = 0;
    DWT_CTRL |= 1;
}
#endif
