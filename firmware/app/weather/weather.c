/* SPDX-License-Identifier: Apache-2.0
 *
 * A weather station that forecasts snow. Once a period (an hour) it reads
 * temperature and humidity; the last few readings, scaled, are the model's
 * input. A reading that failed breaks the window: nothing is inferred until the
 * window holds consecutive readings again.
 */
#include "app.h"
#include "card.h"
#include "decide.h"
#include "led.h"
#include "model.h"
#include "port.h"
#include "record.h"
#include "sense.h"
#include "zscore.h"

#define QUANTITIES 2
#define WINDOW_MAX 24

static model snow;
static decider decider_state;
static int32_t readings[WINDOW_MAX][QUANTITIES]; /* oldest first */
static uint32_t held;

static void say_error(sense_status status)
{
    record_begin("error");
    record_text("code", sense_status_name(status));
    record_text("sensor", sense_climate_part());
    record_time(port_now_us());
    record_end();
}

static sense_status acquire(uint32_t n, sense_climate *reading)
{
    static bool open;
    sense_status status = open ? SENSE_OK : sense_climate_open();
    if (status == SENSE_OK) {
        status = sense_climate_read(reading);
    }
    open = status == SENSE_OK; /* a part that failed may have lost its settings: begin anew */
    if (status == SENSE_OK && (vmote_config.flags & CONFIG_QUIET) == 0) {
        record_begin("sample");
        record_int("n", n);
        record_time(port_now_us());
        record_milli("temperature", reading->temperature);
        record_milli("humidity", reading->humidity);
        record_end();
    }
    return status;
}

static void window_push(const sense_climate *reading, uint32_t window)
{
    if (held == window) {
        for (uint32_t i = 1; i < window; i++) {
            readings[i - 1][0] = readings[i][0];
            readings[i - 1][1] = readings[i][1];
        }
        held--;
    }
    readings[held][0] = reading->temperature;
    readings[held][1] = reading->humidity;
    held++;
}

static void conclude(uint32_t n)
{
    int8_t *input = snow.input.data;
    zscore_window(&vmote_card, &readings[0][0], &snow.input, input);
    int8_t seen[WINDOW_MAX * QUANTITIES]; /* a run may overwrite its input */
    for (uint32_t i = 0; i < vmote_card.inputs; i++) {
        seen[i] = input[i];
    }
    if (model_run(&snow, n) != INFERENCE_OK) {
        return;
    }
    const uint64_t now = port_now_us();
    const decision d = decide(&decider_state, &vmote_card, &snow.output, now);
    record_begin("infer");
    record_int("n", n);
    record_time(now);
    record_bytes("in", seen, vmote_card.inputs);
    record_bytes("out", snow.output.data, vmote_card.outputs);
    record_text("label", vmote_card.labels[d.label]);
    record_milli("score", (int64_t)(d.score * 1000.0F + 0.5F));
    record_int("cycles", snow.cycles);
    record_end();
    led_show(d.alert);
}

static void check_card(void)
{
    const bool fits = vmote_card.features == CARD_ZSCORE && vmote_card.quantity_count == QUANTITIES &&
                      vmote_card.window >= 1 && vmote_card.window <= WINDOW_MAX &&
                      vmote_card.inputs == (uint32_t)vmote_card.window * QUANTITIES &&
                      snow.input.type == INFERENCE_INT8 && snow.output.type == INFERENCE_INT8;
    if (!fits) {
        record_begin("error");
        record_text("code", "card-features");
        record_end();
        port_stop();
    }
}

void app_main(void)
{
    model_open(&snow, "weather");
    check_card();
    decide_reset(&decider_state);
    const uint64_t period = card_period_us();
    for (uint32_t n = 0;; n++) {
        port_sleep_until_us(n * period);
        sense_climate reading;
        const sense_status status = acquire(n, &reading);
        if (status == SENSE_OK) {
            window_push(&reading, vmote_card.window);
            if (held == vmote_card.window) {
                conclude(n);
            }
        } else {
            say_error(status);
            held = 0;
        }
        model_report_stack();
    }
}
