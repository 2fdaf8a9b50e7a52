/* SPDX-License-Identifier: Apache-2.0
 *
 * Text waits in a ring and leaves by interrupts, so that an app need not wait
 * for the line. A full ring makes the writer sleep.
 */
#include <zephyr/device.h>
#include <zephyr/drivers/uart.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/ring_buffer.h>

#include "card.h"
#include "port.h"
#include "start.h"

#define RING_BYTES 4096
#define TRACE_BAUD 1000000U /* a model's whole input is kilobytes: as on bare metal */

RING_BUF_DECLARE(ring, RING_BYTES);
static K_SEM_DEFINE(room, 0, 1);
static const struct device *const uart = DEVICE_DT_GET(DT_CHOSEN(zephyr_console));
static volatile bool busy; /* the last byte has not left yet */
static bool panic;

static void on_uart(const struct device *dev, void *user)
{
    if (!uart_irq_update(dev) || !uart_irq_tx_ready(dev)) {
        return;
    }
    uint8_t *bytes;
    const uint32_t count = ring_buf_get_claim(&ring, &bytes, RING_BYTES);
    if (count == 0) {
        uart_irq_tx_disable(dev);
        busy = false;
    }
    const int sent = count > 0 ? uart_fifo_fill(dev, bytes, (int)count) : 0;
    ring_buf_get_finish(&ring, sent > 0 ? (uint32_t)sent : 0);
    k_sem_give(&room);
}

void console_start(void)
{
    struct uart_config line;
    if ((vmote_config.flags & CONFIG_TRACE) != 0 && uart_config_get(uart, &line) == 0) {
        line.baudrate = TRACE_BAUD;
        (void)uart_configure(uart, &line);
    }
    uart_irq_callback_user_data_set(uart, on_uart, NULL);
}

static void poll_out(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uart_poll_out(uart, (unsigned char)text[i]);
    }
}

void port_write(const char *text, size_t size)
{
    if (panic) {
        poll_out(text, size);
        return;
    }
    while (size > 0) {
        const unsigned int key = irq_lock();
        const uint32_t put = ring_buf_put(&ring, (const uint8_t *)text, (uint32_t)size);
        busy = true;
        irq_unlock(key);
        uart_irq_tx_enable(uart);
        text += put;
        size -= put;
        if (size > 0) {
            (void)k_sem_take(&room, K_FOREVER);
        }
    }
}

void console_drain(void)
{
    while (busy) {
        (void)k_sem_take(&room, K_FOREVER);
    }
}

void console_panic(void)
{
    panic = true;
    uart_irq_tx_disable(uart);
    uint8_t byte;
    while (ring_buf_get(&ring, &byte, 1) == 1) {
        uart_poll_out(uart, byte);
    }
}
