/* SPDX-License-Identifier: Apache-2.0 */
#include "led.h"

#include "port.h"
#include "record.h"

#define NAME "builtin"

void led_show(bool on)
{
    static bool shown;
    if (on == shown || !port_led(NAME, on)) {
        return;
    }
    shown = on;
    record_begin("led");
    record_text("name", NAME);
    record_int("on", on);
    record_time(port_now_us());
    record_end();
}
