/* SPDX-License-Identifier: Apache-2.0
 *
 * UARTE0 by EasyDMA: PS 6.34. It reads RAM only (6.34.1).
 */
#include "uart.h"

#include "board.h"
#include "card.h"
#include "registers.h"
#include "start.h"

#define NOT_CONNECTED 0xFFFFFFFFU

void uart_start(void)
{
    UARTE_PSEL_TXD = BOARD_UART_TX;
    UARTE_PSEL_RXD = NOT_CONNECTED;
    UARTE_PSEL_RTS = NOT_CONNECTED;
    UARTE_PSEL_CTS = NOT_CONNECTED;
    UARTE_BAUDRATE = (vmote_config.flags & CONFIG_TRACE) != 0 ? UARTE_BAUD_1M : UARTE_BAUD_115200;
    UARTE_CONFIG = 0; /* 8N1 */
    UARTE_ENABLE = UARTE_ON;
    UARTE_INTENSET = UARTE_BIT_ENDTX;
    core_irq_enable(UARTE_IRQ);
}

bool uart_started(void)
{
    return UARTE_ENABLE == UARTE_ON;
}

void uart_send(const uint8_t *piece, uint32_t size)
{
    UARTE_TXD_PTR = (uint32_t)(uintptr_t)piece;
    UARTE_TXD_MAXCNT = size;
    UARTE_STARTTX = 1;
}

bool uart_sent(void)
{
    return UARTE_ENDTX != 0;
}

void uart_forget(void)
{
    UARTE_ENDTX = 0;
}

void uarte_handler(void)
{
    if (uart_sent()) {
        console_piece_sent();
    }
}
