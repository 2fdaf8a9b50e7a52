/* SPDX-License-Identifier: Apache-2.0
 *
 * The app's thread is Zephyr's main thread.
 */
#include <zephyr/kernel.h>

#include "app.h"
#include "port.h"
#include "start.h"

const char *port_board(void)
{
    return CONFIG_VMOTE_BOARD;
}

const char *port_name(void)
{
    return "zephyr";
}

void port_stack(uint32_t *used, uint32_t *size)
{
    size_t unused = 0;
    *size = (uint32_t)k_current_get()->stack_info.size;
    (void)k_thread_stack_space_get(k_current_get(), &unused);
    *used = *size - (uint32_t)unused;
}

void port_stop(void)
{
    console_drain();
    (void)irq_lock();
    for (;;) {
        k_cpu_idle(); /* wakes for a pending interrupt even when locked: sleep again */
        (void)irq_lock();
    }
}

void main(void)
{
    cycles_start();
    leds_start();
    console_start();
    app_main();
}
