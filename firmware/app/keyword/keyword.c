/* SPDX-License-Identifier: Apache-2.0
 *
 * Keyword spotting. The microphone fills blocks by itself; each block adds a
 * frame of 40 numbers to a spectrogram of about a second, and every few frames
 * the model is asked what was said. When an inference takes longer than the time
 * to the next, that next one is left out and counted (`late`); no sound is. Sound
 * that was lost all the same breaks the spectrogram: it fills anew. A microphone
 * that gives one and the same value for a whole spectrogram is not there: nothing
 * is concluded from it.
 */
#include "app.h"
#include "card.h"
#include "conclude.h"
#include "hearing.h"
#include "logmel.h"
#include "port.h"
#include "record.h"
#include "sense.h"

#define BANDS LOGMEL_BANDS
#define FRAMES_MAX 64U
#define PENDING_MAX LOGMEL_WINDOW

static model words;
static decider decider_state;
static int8_t frames[FRAMES_MAX][BANDS]; /* a ring */
static uint32_t next_frame, held_frames, since_last;
static int16_t pending[PENDING_MAX]; /* samples that still belong to a frame to come */
static uint32_t pending_count;
static int32_t multiplier;
static uint32_t window_count, late;
static uint32_t sound_samples, sound_crc; /* since the sound began, or began anew */

static void say_error(sense_status status)
{
    record_begin("error");
    record_text("code", sense_status_name(status));
    record_text("sensor", sense_sound_part());
    record_time(port_now_us());
    record_end();
    decide_reset(&decider_state);
}

static void lose_sound(sense_status status)
{
    say_error(status);
    pending_count = 0;
    held_frames = 0;
    since_last = 0;
    sound_samples = 0;
    sound_crc = 0;
}

/* Whether all that the spectrogram holds is one value. Said once, until something moves again. */
static bool deaf(void)
{
    static bool said;
    const bool now = hearing_still() >= (vmote_card.window - 1U) * LOGMEL_STRIDE + LOGMEL_WINDOW;
    if (now && !said) {
        say_error(SENSE_FLAT);
    }
    said = now;
    return now;
}

static void fill_input(void)
{
    int8_t *out = words.input.data;
    uint32_t row = (next_frame + vmote_card.window - held_frames) % vmote_card.window; /* the oldest */
    for (uint32_t i = 0; i < vmote_card.window; i++) {
        for (uint32_t band = 0; band < BANDS; band++) {
            *out++ = frames[row][band];
        }
        row = row + 1 == vmote_card.window ? 0 : row + 1;
    }
}

static void add_frame(const int16_t *samples)
{
    int16_t logs[BANDS];
    logmel_frame(samples, logs);
    for (uint32_t band = 0; band < BANDS; band++) {
        frames[next_frame][band] = logmel_quantize(logs[band], multiplier, words.input.zero_point);
    }
    next_frame = next_frame + 1U == vmote_card.window ? 0 : next_frame + 1U;
    held_frames = held_frames < vmote_card.window ? held_frames + 1U : vmote_card.window;
    since_last++;
}

/* For a host that wants to know at which stage the two of us part. */
static void tell_sound(uint32_t n)
{
    if ((vmote_config.flags & CONFIG_CHECKSUMS) == 0) {
        return;
    }
    record_begin("pcm");
    record_int("n", n);
    record_int("samples", sound_samples);
    record_hex("crc", sound_crc);
    record_end();
}

static void take_block(const int16_t *samples, uint32_t count)
{
    if ((vmote_config.flags & CONFIG_CHECKSUMS) != 0) {
        sound_samples += count;
        sound_crc = crc32_onward(sound_crc, samples, count * (uint32_t)sizeof *samples);
    }
    for (uint32_t i = 0; i < count; i++) {
        pending[pending_count++] = samples[i];
        if (pending_count == LOGMEL_WINDOW) {
            add_frame(pending);
            pending_count -= LOGMEL_STRIDE;
            for (uint32_t k = 0; k < pending_count; k++) {
                pending[k] = pending[k + LOGMEL_STRIDE];
            }
        }
    }
}

static void consider(uint32_t behind)
{
    if (held_frames < vmote_card.window || since_last < vmote_card.stride) {
        return;
    }
    since_last = 0;
    if (deaf()) {
        window_count++;
        return;
    }
    if (behind >= vmote_card.stride) { /* the next inference is due already: catch up first */
        late++;
        window_count++;
        return;
    }
    tell_sound(window_count);
    fill_input();
    conclude(&words, &decider_state, window_count++, late);
}

static void check_card(void)
{
    const bool fits = vmote_card.features == CARD_LOG_MEL && logmel_suits(vmote_card.parameters) &&
                      vmote_card.window >= 1 && vmote_card.window <= FRAMES_MAX && vmote_card.stride >= 1 &&
                      vmote_card.inputs == vmote_card.window * (uint32_t)BANDS && words.input.scale > 0.0F &&
                      words.input.type == INFERENCE_INT8 && words.output.type == INFERENCE_INT8;
    if (!fits) {
        conclude_wrong_card("keyword");
    }
    multiplier = logmel_multiplier(words.input.scale);
}

void app_main(void)
{
    model_open(&words, "keyword");
    check_card();
    decide_reset(&decider_state);
    uint32_t rate = 0;
    sense_status status = sense_sound_open(&rate);
    for (;;) {
        const int16_t *samples;
        uint32_t count;
        uint32_t behind;
        if (status == SENSE_OK) {
            status = sense_sound_borrow(&samples, &count, &behind);
        }
        if (status != SENSE_OK) {
            lose_sound(status);
            status = sense_sound_open(&rate);
            continue;
        }
        hearing_listen(samples, count, rate);
        take_block(samples, count);
        sense_sound_return();
        consider(behind);
    }
}
