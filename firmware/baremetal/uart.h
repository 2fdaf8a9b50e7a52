/* SPDX-License-Identifier: Apache-2.0
 *
 * What the console needs of a SoC's UART: pieces of memory that leave by DMA.
 * Its interrupt handler calls console_piece_sent().
 */
#ifndef VMOTE_UART_H
#define VMOTE_UART_H

#include <stdbool.h>
#include <stdint.h>

void uart_start(void);
bool uart_started(void);

/* Let a piece leave; it stays where it is until it is out. */
void uart_send(const uint8_t *piece, uint32_t size);

/* Has the piece left, its interrupt not yet served? */
bool uart_sent(void);

/* Forget that a piece has left, or that one is under way. */
void uart_forget(void);

void console_piece_sent(void);

#endif
