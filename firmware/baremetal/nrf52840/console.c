/* SPDX-License-Identifier: Apache-2.0
 *
 * UARTE0 by EasyDMA: text waits in a ring and leaves while the app goes on. A
 * writer that finds the ring full sleeps until there is room; nothing is lost.
 */
#include "board.h"
#include "card.h"
#include "port.h"
#include "registers.h"
#include "soc.h"
#include "start.h"

#define RING_BYTES 2048U /* a power of two: positions run on and wrap by themselves */
#define NOT_CONNECTED 0xFFFFFFFFU
#define POLLS_PER_BYTE 2000U /* 87 us a byte at 115200 baud; a poll takes some 10 cycles of 64 MHz: double that */

static uint8_t ring[RING_BYTES]; /* EasyDMA reads RAM only: PS 6.34.1 */
static volatile uint32_t written;
static volatile uint32_t sent;
static volatile uint32_t sending; /* bytes under way, from `sent` on */
static bool panic;

void console_start(void)
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

static void send_next(void)
{
    const uint32_t at = sent % RING_BYTES;
    const uint32_t waiting = written - sent;
    const uint32_t to_end = RING_BYTES - at;
    sending = waiting < to_end ? waiting : to_end;
    if (sending > 0) {
        UARTE_TXD_PTR = (uint32_t)(uintptr_t)&ring[at];
        UARTE_TXD_MAXCNT = sending;
        __asm volatile("dmb" ::: "memory");
        UARTE_STARTTX = 1;
    }
}

void uarte_handler(void)
{
    if (UARTE_ENDTX != 0) {
        UARTE_ENDTX = 0;
        sent += sending;
        send_next();
    }
}

/* Let one piece leave: asleep until its interrupt, or polling where no interrupt can come. */
static void wait_for_piece(void)
{
    if (!panic) {
        core_irq_off();
        if (sending > 0 && UARTE_ENDTX == 0) {
            core_wait_for_interrupt();
        }
        core_irq_on();
        return;
    }
    for (uint32_t polls = sending * POLLS_PER_BYTE; polls > 0 && UARTE_ENDTX == 0; polls--) {
    }
    UARTE_ENDTX = 1; /* out of patience: what does not leave must not stop the rest */
    uarte_handler();
}

void port_write(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        while (written - sent == RING_BYTES) {
            wait_for_piece();
        }
        ring[written % RING_BYTES] = (uint8_t)text[i];
        written++;
    }
    core_irq_off();
    if (sending == 0) {
        send_next();
    }
    if (!panic) {
        core_irq_on();
    }
}

void soc_console_drain(void)
{
    while (sent != written) {
        wait_for_piece();
    }
}

void soc_console_panic(void)
{
    panic = true;
    if (UARTE_ENABLE != UARTE_ON) {
        console_start();
        sending = 0;
    }
}
