/* SPDX-License-Identifier: Apache-2.0
 *
 * UARTE0 by EasyDMA: a line is copied and leaves while the app goes on.
 */
#include "board.h"
#include "port.h"
#include "registers.h"
#include "soc.h"
#include "start.h"

#define BUFFER_BYTES 1024U
#define NOT_CONNECTED 0xFFFFFFFFU
#define POLLS_PER_BYTE 2000U /* 87 us a byte at 115200 baud; a poll takes some 10 cycles of 64 MHz: double that */

static uint8_t buffer[BUFFER_BYTES]; /* EasyDMA reads RAM only: PS 6.34.1 */
static uint32_t sending;

void console_start(void)
{
    UARTE_PSEL_TXD = BOARD_UART_TX;
    UARTE_PSEL_RXD = NOT_CONNECTED;
    UARTE_PSEL_RTS = NOT_CONNECTED;
    UARTE_PSEL_CTS = NOT_CONNECTED;
    UARTE_BAUDRATE = UARTE_BAUD_115200;
    UARTE_CONFIG = 0; /* 8N1 */
    UARTE_ENABLE = UARTE_ON;
}

void soc_console_drain(void)
{
    for (uint32_t polls = sending * POLLS_PER_BYTE; polls > 0 && UARTE_ENDTX == 0; polls--) {
    }
    sending = 0;
}

void port_write(const char *text, size_t size)
{
    while (size > 0) {
        if (sending > 0) {
            soc_console_drain();
        }
        const uint32_t part = size < BUFFER_BYTES ? (uint32_t)size : BUFFER_BYTES;
        for (uint32_t i = 0; i < part; i++) {
            buffer[i] = (uint8_t)text[i];
        }
        UARTE_ENDTX = 0;
        UARTE_TXD_PTR = (uint32_t)(uintptr_t)buffer;
        UARTE_TXD_MAXCNT = part;
        __asm volatile("dmb" ::: "memory");
        sending = part;
        UARTE_STARTTX = 1;
        text += part;
        size -= part;
    }
}

void soc_console_panic(void)
{
    soc_console_drain();
    if (UARTE_ENABLE != UARTE_ON) {
        console_start();
    }
}
