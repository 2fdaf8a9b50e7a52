/* SPDX-License-Identifier: Apache-2.0
 *
 * The console: text waits in a ring and leaves while the app goes on. A writer
 * that finds the ring full sleeps until there is room; nothing is lost.
 */
#include "core.h"
#include "port.h"
#include "soc.h"
#include "uart.h"

#define RING_BYTES 2048U         /* a power of two: positions run on and wrap by themselves */
#define POLLS_PER_BYTE 20000U    /* 87 us a byte at 115200 baud, of a core of at most 480 MHz */

__attribute__((section(".dma"))) static uint8_t ring[RING_BYTES]; /* where the SoC's DMA reaches it */
static volatile uint32_t written;
static volatile uint32_t sent;
static volatile uint32_t sending; /* bytes under way, from `sent` on */
static bool panic;

static void send_next(void)
{
    const uint32_t at = sent % RING_BYTES;
    const uint32_t waiting = written - sent;
    const uint32_t to_end = RING_BYTES - at;
    sending = waiting < to_end ? waiting : to_end;
    if (sending > 0) {
        __asm volatile("dmb" ::: "memory");
        uart_send(&ring[at], sending);
    }
}

void console_piece_sent(void)
{
    uart_forget();
    sent += sending;
    send_next();
}

/* Let one piece leave: asleep until its interrupt, or polling where no interrupt can come. */
static void wait_for_piece(void)
{
    if (!panic) {
        core_irq_off();
        if (sending > 0 && !uart_sent()) {
            core_wait_for_interrupt();
        }
        core_irq_on();
        return;
    }
    for (uint32_t polls = sending * POLLS_PER_BYTE; polls > 0 && !uart_sent(); polls--) {
    }
    console_piece_sent(); /* out of patience or not: what does not leave must not stop the rest */
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
    if (!uart_started()) {
        uart_start();
        sending = 0;
    }
}
