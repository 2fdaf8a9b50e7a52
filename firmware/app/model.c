/* SPDX-License-Identifier: Apache-2.0 */
#include "model.h"

#include "card.h"
#include "port.h"
#include "record.h"

/* In a section of its own, so that its size shows in the ELF. */
__attribute__((section(".bss.vmote_arena"))) static uint8_t vmote_arena[VMOTE_ARENA_SIZE] INFERENCE_ARENA_ALIGNED;

static uint32_t profile_n;
static uint32_t operator_start;
static uint32_t told_cycles; /* spent in telling: not the model's */

static void operator_begin(void *user, const inference_step *step)
{
    (void)user;
    (void)step;
    operator_start = port_cycles();
}

static void tell_cost(const inference_step *step, uint32_t cycles)
{
    record_shape("shape", step->dims, step->rank);
    record_int("macs", (int64_t)step->macs);
    record_int("cycles", (int64_t)cycles);
    if (step->macs > 0) {
        record_milli("per_mac", (int64_t)cycles * 1000 / step->macs);
    }
}

static void operator_end(void *user, const inference_step *step)
{
    (void)user;
    const uint32_t now = port_cycles();
    record_begin("operator");
    record_int("n", profile_n);
    record_int("index", (int64_t)step->index);
    record_text("name", step->name);
    if ((vmote_config.flags & CONFIG_PROFILE) != 0) {
        tell_cost(step, now - operator_start);
    }
    if ((vmote_config.flags & CONFIG_CHECKSUMS) != 0 && step->data != NULL) {
        record_hex("crc", crc32_of(step->data, (uint32_t)step->bytes));
    }
    record_end();
    told_cycles += port_cycles() - now;
}

static const inference_profiler profiler = {.begin = operator_begin, .end = operator_end, .user = NULL};

_Noreturn static void refuse(const char *code, const char *detail)
{
    record_begin("error");
    record_text("code", code);
    record_text("detail", detail[0] != '\0' ? detail : "none");
    record_time(port_now_us());
    record_end();
    port_stop();
}

static void check_tensor(const char *which, const inference_tensor *tensor, uint32_t elements, uint8_t type)
{
    uint32_t count = 1;
    for (unsigned i = 0; i < tensor->rank; i++) {
        count *= (uint32_t)tensor->dims[i];
    }
    if (count != elements) {
        refuse("model-shape", which);
    }
    if ((uint8_t)tensor->type != type) {
        refuse("model-type", which);
    }
}

void model_open(model *m, const char *app)
{
    const char *problem = card_problem(app);
    if (problem != NULL) {
        refuse(problem, app);
    }
    const inference_status status =
        inference_open(&m->nn, vmote_model, vmote_card.model_size, vmote_arena, sizeof vmote_arena);
    if (status != INFERENCE_OK) {
        refuse(inference_status_name(status), m->nn.detail);
    }
    if (inference_input(&m->nn, 0, &m->input) != INFERENCE_OK) {
        refuse("model-tensor", "input");
    }
    if (inference_output(&m->nn, 0, &m->output) != INFERENCE_OK) {
        refuse("model-tensor", "output");
    }
    check_tensor("input", &m->input, vmote_card.inputs, vmote_card.input_type);
    check_tensor("output", &m->output, vmote_card.outputs, vmote_card.output_type);
    if ((vmote_config.flags & (CONFIG_PROFILE | CONFIG_CHECKSUMS)) != 0) {
        inference_set_profiler(&m->nn, &profiler);
    }

    const uint8_t *sha = vmote_card.sha256;
    record_begin("boot");
    record_text("app", app);
    record_text("board", port_board());
    record_text("port", port_name());
    record_text("runtime", inference_runtime());
    record_text("model", vmote_card.name);
    record_hex("sha", (uint32_t)sha[0] << 24 | (uint32_t)sha[1] << 16 | (uint32_t)sha[2] << 8 | sha[3]);
    record_ratio("arena", (uint32_t)m->nn.arena_used, sizeof vmote_arena);
    record_int("period_us", (int64_t)card_period_us());
    record_end();
}

inference_status model_run(model *m, uint32_t n)
{
    profile_n = n;
    told_cycles = 0;
    const uint32_t start = port_cycles();
    const inference_status status = inference_invoke(&m->nn);
    m->cycles = port_cycles() - start - told_cycles;
    if (status != INFERENCE_OK) {
        record_begin("error");
        record_text("code", inference_status_name(status));
        record_text("detail", m->nn.detail);
        record_time(port_now_us());
        record_end();
    }
    return status;
}

void model_report_stack(void)
{
    static uint32_t deepest;
    uint32_t used;
    uint32_t size;
    port_stack(&used, &size);
    if (used > deepest) {
        deepest = used;
        record_begin("stack");
        record_ratio("used", used, size);
        record_end();
    }
}
