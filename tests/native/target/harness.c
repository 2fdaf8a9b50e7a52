/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs many models, one after the other, and writes down what came out.
 *
 * In: for each case  u32 runs (0 ends), u32 model bytes, u32 input count, u32 profile; the model;
 *     for each input u32 bytes; the bytes. Everything padded to 16.
 * Out: for each case u32 status, 56 bytes detail, u32 arena used, u32 output count;
 *     for each run u32 status, for each output u32 bytes, the bytes; then u32 ticks of
 *     the last run, u32 number of operators profiled, u32 ticks of each.
 */
#include <string.h>

#include "inference.h"
#include "target.h"

#ifdef CASES_AT
#define ARENA 8192
static uint8_t arena[ARENA] INFERENCE_ARENA_ALIGNED;
#else
#define ARENA (1024 * 1024)
static uint8_t arena[ARENA] INFERENCE_ARENA_ALIGNED __attribute__((section(".big")));
static uint8_t cases[12 * 1024 * 1024] __attribute__((section(".big"), aligned(16)));
#endif

/* SysTick: counts down; QEMU's icount makes it tick with executed instructions. */
#define SYST_CSR (*(volatile uint32_t *)0xE000E010)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018)

static const uint8_t *padded(const uint8_t *at, uint32_t bytes) {
    return at + ((bytes + 15) & ~15u);
}

static uint32_t out;
static uint32_t last_cycles[64];
static uint32_t steps;
static uint32_t begun;

static void put(uint32_t value) {
    host_write(out, &value, 4);
}

static void begin(void *user, const inference_step *step) {
    (void)user, (void)step;
    begun = SYST_CVR;
}

static void end(void *user, const inference_step *step) {
    (void)user;
    uint32_t now = SYST_CVR;
    if (step->index < 64) last_cycles[step->index] = (begun - now) & 0xffffff, steps = step->index + 1;
}

int main(void) {
#ifdef CASES_AT
    const uint8_t *at = (const uint8_t *)CASES_AT;
#else
    uint32_t in = host_open("cases.bin", 1);
    host_read(in, cases, sizeof cases);
    const uint8_t *at = cases;
#endif
    out = host_open("results.bin", 5);
    SYST_RVR = 0xffffff;
    SYST_CVR = 0;
    SYST_CSR = 5; /* the core's clock, no interrupt */
    for (;;) {
        uint32_t head[4];
        memcpy(head, at, sizeof head);
        if (head[0] == 0) return 0;
        const uint8_t *model = padded(at, 16), *data = padded(model, head[1]);
        static inference nn;
        inference_status status = inference_open(&nn, model, head[1], arena, ARENA);
        uint32_t ticks = 0;
        const uint8_t *inputs = data;
        for (uint32_t i = 0; i < head[2]; i++) {
            uint32_t bytes;
            memcpy(&bytes, data, 4);
            data = padded(data + 16, bytes);
        }
        put((uint32_t)status);
        host_write(out, nn.detail, sizeof nn.detail);
        put((uint32_t)nn.arena_used);
        put(status == INFERENCE_OK ? inference_output_count(&nn) : 0);
        for (uint32_t run = 0; run < head[0] && status == INFERENCE_OK; run++) {
            const uint8_t *input = inputs;
            for (uint32_t i = 0; i < head[2]; i++) {
                inference_tensor view;
                uint32_t bytes;
                memcpy(&bytes, input, 4);
                inference_input(&nn, i, &view);
                memcpy(view.data, input + 16, view.bytes);
                input = padded(input + 16, bytes);
            }
            uint32_t before = SYST_CVR;
            put((uint32_t)inference_invoke(&nn));
            uint32_t after = SYST_CVR;
            ticks = (before - after) & 0xffffff;
            for (uint32_t i = 0; i < inference_output_count(&nn); i++) {
                inference_tensor view;
                inference_output(&nn, i, &view);
                put((uint32_t)view.bytes);
                host_write(out, view.data, (uint32_t)view.bytes);
            }
        }
        put(ticks);
        /* Once more with the profiler, when a single big model is measured. */
        if (status == INFERENCE_OK && head[3] != 0) {
            static const inference_profiler profiler = {begin, end, 0};
            inference_set_profiler(&nn, &profiler);
            inference_invoke(&nn);
            put(steps);
            host_write(out, last_cycles, steps * 4);
        } else {
            put(0);
        }
        at = data;
    }
}
