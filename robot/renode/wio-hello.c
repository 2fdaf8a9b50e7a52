// SPDX-License-Identifier: Apache-2.0
// Prints a line by SERCOM2. Registers: SAM D5x/E5x datasheet DS60001507, 34.7 (SERCOM USART).
#include <stdint.h>

#define SERCOM2 0x41012000u
#define CTRLA (*(volatile uint32_t *)(SERCOM2 + 0x00))
#define CTRLB (*(volatile uint32_t *)(SERCOM2 + 0x04))
#define INTFLAG (*(volatile uint8_t *)(SERCOM2 + 0x18))
#define DATA (*(volatile uint8_t *)(SERCOM2 + 0x28))

void start(void);

__attribute__((section(".vectors"), used)) void *const vectors[] = {(void *)0x20030000, (void *)start};

void start(void)
{
    CTRLA = 1u << 2 | 1u << 30;  // internal clock, least significant bit first
    CTRLB = 1u << 16;            // the transmitter
    CTRLA |= 2u;
    for (const char *next = "hello from SERCOM2\r\n"; *next != '\0'; next++) {
        while ((INTFLAG & 1u) == 0) {
        }
        DATA = (uint8_t)*next;
    }
    for (;;) {
        __asm volatile("wfi");
    }
}
