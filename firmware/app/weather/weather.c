/* SPDX-License-Identifier: Apache-2.0
 *
 * A weather station that forecasts. Once a period (an hour) it reads
 * temperature and humidity; the last few readings, scaled, are the model's
 * input. A reading that failed breaks the window: nothing is inferred until the
 * window holds consecutive readings again.
 */
#include "app.h"
#include "card.h"
#include "conclude.h"
#include "port.h"
#include "record.h"
#include "sense.h"
#include "window.h"
#include "zscore.h"

#define QUANTITIES 2
#define WINDOW_MAX 24

static model forecast;
static decider decider_state;
static int32_t cells[WINDOW_MAX * QUANTITIES];
static window readings = {.cells = cells, .width = QUANTITIES};

static void say_error(sense_status status)
{
    record_begin("error");
    record_text("code", sense_status_name(status));
    record_text("sensor", sense_climate_part());
    record_time(port_now_us());
    record_end();
}

static void say_sample(uint32_t n, const sense_climate *reading)
{
    if ((vmote_config.flags & CONFIG_QUIET) != 0) {
        return;
    }
    record_begin("sample");
    record_int("n", n);
    record_time(port_now_us());
    record_milli("temperature", reading->temperature);
    record_milli("humidity", reading->humidity);
    record_end();
}

static sense_status acquire(sense_climate *reading)
{
    static bool open;
    sense_status status = open ? SENSE_OK : sense_climate_open();
    if (status == SENSE_OK) {
        status = sense_climate_read(reading);
    }
    open = status == SENSE_OK; /* a part that failed may have lost its settings: begin anew */
    return status;
}

static void check_card(void)
{
    const bool fits = vmote_card.features == CARD_ZSCORE && vmote_card.quantity_count == QUANTITIES &&
                      vmote_card.window >= 1 && vmote_card.window <= WINDOW_MAX &&
                      vmote_card.inputs == (uint32_t)vmote_card.window * QUANTITIES &&
                      forecast.input.type == INFERENCE_INT8 && forecast.output.type == INFERENCE_INT8;
    if (!fits) {
        conclude_wrong_card("weather");
    }
    readings.rows = vmote_card.window;
}

void app_main(void)
{
    model_open(&forecast, "weather");
    check_card();
    decide_reset(&decider_state);
    const uint64_t period = card_period_us();
    uint32_t late = 0;
    for (uint32_t n = 0;; n++) {
        port_sleep_until_us(n * period);
        sense_climate reading;
        const sense_status status = acquire(&reading);
        if (status != SENSE_OK) {
            say_error(status);
            window_clear(&readings);
            decide_reset(&decider_state);
            continue;
        }
        say_sample(n, &reading);
        window_push(&readings, (const int32_t[QUANTITIES]){reading.temperature, reading.humidity});
        late += port_now_us() > (n + 1) * period;
        if (window_full(&readings)) {
            zscore_window(&vmote_card, &readings, &forecast.input);
            conclude(&forecast, &decider_state, n, late);
        }
    }
}
