/* SPDX-License-Identifier: Apache-2.0
 *
 * Gestures. The accelerometer fills its own FIFO; the core sleeps, fetches what
 * is there, averages it down to the model's rate and keeps a sliding window,
 * gravity included. Every few rows the model is asked what the window shows.
 * Samples that were lost break the window: it fills anew before the next
 * inference.
 */
#include "app.h"
#include "card.h"
#include "conclude.h"
#include "decimate.h"
#include "port.h"
#include "record.h"
#include "sense.h"
#include "window.h"
#include "zscore.h"

#define AXES DECIMATE_AXES
#define WINDOW_MAX 256
#define FETCH_MAX 32U
#define FETCH_US 120000U   /* some 14 samples at 119 Hz: less than half of the FIFO */
#define LATE_US 200000U    /* the FIFO is about to overrun */
#define RETRY_US 1000000U  /* after an error */
#define SILENT_US 1000000U /* a part that runs has samples by then */

static model gestures;
static decider decider_state;
static int32_t cells[WINDOW_MAX * AXES];
static window rows = {.cells = cells, .width = AXES};
static decimator down;
static uint32_t row_count;    /* rows since boot */
static uint32_t since_last;   /* rows since the last inference */
static uint32_t window_count; /* windows since boot */
static uint32_t late;
static uint64_t last_data_us; /* when the part last had something, or was switched on */

static void lose_window(sense_status status)
{
    record_begin("error");
    record_text("code", sense_status_name(status));
    record_text("sensor", sense_acceleration_part());
    record_time(port_now_us());
    record_end();
    window_clear(&rows);
    decide_reset(&decider_state);
    since_last = 0;
}

static void say_row(const int32_t *row)
{
    if ((vmote_config.flags & CONFIG_QUIET) != 0) {
        return;
    }
    record_begin("sample");
    record_int("n", row_count);
    record_time(port_now_us());
    record_milli("acceleration_x", row[0]);
    record_milli("acceleration_y", row[1]);
    record_milli("acceleration_z", row[2]);
    record_end();
}

static void take_row(const int32_t *row)
{
    say_row(row);
    row_count++;
    window_push(&rows, row);
    since_last++;
    if (window_full(&rows) && since_last >= vmote_card.stride) {
        since_last = 0;
        zscore_window(&vmote_card, &rows, &gestures.input);
        conclude(&gestures, &decider_state, window_count++, late);
    }
}

static bool fetch(void)
{
    static sense_acceleration samples[FETCH_MAX];
    uint32_t count = 0;
    sense_status status = sense_acceleration_read(samples, FETCH_MAX, &count);
    const uint64_t now = port_now_us();
    if (status == SENSE_OK && count == 0 && now - last_data_us > SILENT_US) {
        status = SENSE_TIMEOUT;
    }
    if (count > 0) {
        last_data_us = now;
    }
    if (status != SENSE_OK) {
        lose_window(status);
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        int32_t row[AXES];
        if (decimate_push(&down, samples[i].axis, row)) {
            take_row(row);
        }
    }
    return true;
}

static void check_card(void)
{
    const bool fits = vmote_card.features == CARD_ZSCORE && vmote_card.quantity_count == AXES &&
                      vmote_card.window >= 1 && vmote_card.window <= WINDOW_MAX &&
                      vmote_card.inputs == (uint32_t)vmote_card.window * AXES && vmote_card.period_us > 0 &&
                      gestures.input.type == INFERENCE_INT8 && gestures.output.type == INFERENCE_INT8;
    if (!fits) {
        conclude_wrong_card("motion");
    }
    rows.rows = vmote_card.window;
}

void app_main(void)
{
    model_open(&gestures, "motion");
    check_card();
    decide_reset(&decider_state);
    const uint32_t rate = (uint32_t)((1000000U + vmote_card.period_us / 2) / vmote_card.period_us);
    bool open = false;
    uint64_t wake = 0;
    for (;;) {
        port_sleep_until_us(wake);
        if (!open) {
            uint32_t sensor_rate = 0;
            const sense_status status = sense_acceleration_open(&sensor_rate);
            open = status == SENSE_OK;
            if (!open) {
                lose_window(status);
                wake = port_now_us() + RETRY_US;
                continue;
            }
            decimate_start(&down, sensor_rate, rate);
            last_data_us = port_now_us();
        }
        open = fetch();
        const uint64_t now = port_now_us();
        late += now > wake + LATE_US && wake > 0;
        wake = open ? (now > wake + FETCH_US ? now : wake) + FETCH_US : now + RETRY_US;
    }
}
