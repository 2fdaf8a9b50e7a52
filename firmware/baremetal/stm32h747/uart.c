/* SPDX-License-Identifier: Apache-2.0
 *
 * USART1 by DMA1 stream 0: RM 51, 16.
 */
#include "uart.h"

#include "board.h"
#include "card.h"
#include "pins.h"
#include "registers.h"
#include "start.h"

#define USART_CLOCK_HZ (BOARD_CLOCK_HZ / 4U) /* soc.c: APB2 */
#define TRACE_BAUD 1000000U

void uart_start(void)
{
    const uint32_t baud = (vmote_config.flags & CONFIG_TRACE) != 0 ? TRACE_BAUD : BOARD_UART_BAUD;
    RCC_APB2ENR |= RCC_APB2ENR_USART1;
    pin_alternate(BOARD_UART_TX, USART_AF, false);
    USART_BRR = (USART_CLOCK_HZ + baud / 2U) / baud;
    USART_CR3 = USART_CR3_DMA_SENDS;
    USART_CR1 = USART_CR1_ON | USART_CR1_SENDS;
    DMAMUX_CCR(CONSOLE_STREAM) = DMAMUX_USART1_TX;
    DMA_PAR(CONSOLE_STREAM) = USART_TDR_ADDRESS;
    core_irq_enable(CONSOLE_IRQ);
}

bool uart_started(void)
{
    return (USART_CR1 & USART_CR1_ON) != 0;
}

void uart_send(const uint8_t *piece, uint32_t size)
{
    DMA_M0AR(CONSOLE_STREAM) = (uint32_t)(uintptr_t)piece;
    DMA_NDTR(CONSOLE_STREAM) = size;
    DMA_CR(CONSOLE_STREAM) = DMA_TO_PERIPHERAL | DMA_MEMORY_STEPS | DMA_IRQ_DONE | DMA_IRQ_ERROR | DMA_ON;
}

bool uart_sent(void)
{
    return (DMA_LISR & (DMA_S0_DONE | DMA_S0_ERROR)) != 0;
}

void uart_forget(void)
{
    DMA_CR(CONSOLE_STREAM) = 0;
    DMA_LIFCR = DMA_S0_BITS;
}

void console_dma_handler(void)
{
    if (uart_sent()) {
        console_piece_sent();
    }
    core_barrier();
}
