/* SPDX-License-Identifier: Apache-2.0 */
#include "conclude.h"

#include "card.h"
#include "led.h"
#include "port.h"
#include "record.h"

#define SHORT_INPUT 64U  /* fits into the record itself */
#define LONG_INPUT 1024U /* longer ones are told when the run wishes it: they take longer to say than to sense */
#define PIECE 240U

/* Before the run, which may overwrite the input. */
static void tell_features(uint32_t n, const int8_t *input, uint32_t size)
{
    for (uint32_t at = 0; at < size; at += PIECE) {
        record_begin("features");
        record_int("n", n);
        record_int("at", at);
        record_hex_bytes("hex", (const uint8_t *)input + at, size - at < PIECE ? size - at : PIECE);
        record_end();
    }
}

static void tell_heard(const decision *d, uint64_t now)
{
    record_begin("heard");
    record_time(now);
    record_text("label", vmote_card.labels[d->label]);
    record_milli("score", (int64_t)(d->score * 1000.0F + 0.5F));
    record_end();
}

void conclude(model *m, decider *d, uint32_t n, uint32_t late)
{
    const uint32_t size = (uint32_t)m->input.bytes;
    int8_t seen[SHORT_INPUT];
    uint32_t seen_crc = 0;
    if (size <= SHORT_INPUT) {
        for (uint32_t i = 0; i < size; i++) {
            seen[i] = ((const int8_t *)m->input.data)[i];
        }
    } else if (size <= LONG_INPUT || (vmote_config.flags & CONFIG_TRACE) != 0) {
        tell_features(n, m->input.data, size);
    }
    if (size > SHORT_INPUT) {
        seen_crc = crc32_of(m->input.data, size);
    }
    if (model_run(m, n) != INFERENCE_OK) {
        return;
    }
    const uint64_t now = port_now_us();
    const decision decided = decide(d, &vmote_card, &m->output, now);
    record_begin("infer");
    record_int("n", n);
    record_time(now);
    if (size <= SHORT_INPUT) {
        record_bytes("in", seen, size);
    } else {
        record_hex("in_crc", seen_crc);
    }
    record_bytes("out", m->output.data, m->output.bytes);
    record_text("label", vmote_card.labels[decided.label]);
    record_milli("score", (int64_t)(decided.score * 1000.0F + 0.5F));
    record_int("cycles", m->cycles);
    record_int("late", late);
    record_end();
    if (decided.fresh) {
        tell_heard(&decided, now);
    }
    led_show(decided.alert);
    model_report_stack();
}

void conclude_wrong_card(const char *detail)
{
    record_begin("error");
    record_text("code", "card-features");
    record_text("detail", detail);
    record_end();
    port_stop();
}
