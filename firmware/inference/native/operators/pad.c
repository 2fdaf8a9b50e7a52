/* SPDX-License-Identifier: Apache-2.0
 *
 * PAD, PADV2: a border of one value. MIRROR_PAD: a border that mirrors the inside.
 */
#include <string.h>

#include "../kernels/move.h"

static inference_status check(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0), *paddings = rt_in(opening, 1), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(input->rank == output->rank, INFERENCE_MODEL_SHAPE, "rank");
    RT_TRY(rt_need_integers(opening, paddings, 2u * input->rank, 2u * input->rank));
    for (unsigned d = 0; d < input->rank; d++) {
        const int32_t before = rt_integer(paddings, 2 * d), after = rt_integer(paddings, 2 * d + 1);
        RT_NEED(before >= 0 && after >= 0 && (int64_t)input->dims[d] + before + after == output->dims[d],
                INFERENCE_MODEL_SHAPE, "output-shape");
    }
    return INFERENCE_OK;
}

static inference_status prepare_pad(rt_opening *opening) {
    RT_TRY(check(opening));
    const rt_tensor *value = rt_in(opening, 2), *output = rt_out(opening, 0);
    if (value != NULL) {
        RT_NEED(value->type == output->type, INFERENCE_MODEL_TYPE, "value-type");
        RT_NEED(rt_elements(value) == 1, INFERENCE_MODEL_SHAPE, "value-shape");
        if (output->type == INFERENCE_INT8) {
            RT_NEED(value->scale == output->scale && value->zero_point == output->zero_point,
                    INFERENCE_MODEL_QUANTIZATION, "value-scale");
        }
    }
    return INFERENCE_OK;
}

static void fill(const rt_tensor *output, const void *value) {
    const uint32_t bytes = rt_type_size(output->type);
    if (bytes == 1) {
        memset(output->data, *(const uint8_t *)value, rt_elements(output));
        return;
    }
    uint8_t *end = output->data + rt_bytes(output);
    for (uint8_t *at = output->data; at < end; at += bytes) memcpy(at, value, bytes);
}

static inference_status invoke_pad(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0), *paddings = rt_input(state, node, 1);
    const rt_tensor *output = rt_output(state, node, 0);
    const uint32_t bytes = rt_type_size(output->type);
    const int64_t zero = output->type == INFERENCE_INT8 ? output->zero_point : 0;
    const bool given = node->input_count > 2 && node->inputs[2] >= 0;
    fill(output, given ? (const void *)rt_input(state, node, 2)->data : &zero);
    rt_box to = rt_whole(output), from = rt_whole(input);
    for (unsigned d = 0; d < input->rank; d++) {
        to.at += rt_integer(paddings, 2 * d) * to.step[d] * (int32_t)bytes;
    }
    rt_move(&to, &from, input->dims, input->rank, bytes);
    return INFERENCE_OK;
}

static inference_status prepare_mirror_pad(rt_opening *opening) {
    RT_TRY(check(opening));
    const int8_t mode = fb_i8(&opening->options, 0, 0);
    RT_NEED(mode == 0 || mode == 1, INFERENCE_MODEL_OPTION, "mode");
    const rt_tensor *input = rt_in(opening, 0), *paddings = rt_in(opening, 1);
    for (unsigned d = 0; d < input->rank; d++) {
        /* REFLECT leaves the border itself out, so it has one element fewer to show. */
        const int32_t most = mode == 0 ? input->dims[d] - 1 : input->dims[d];
        RT_NEED(rt_integer(paddings, 2 * d) <= most && rt_integer(paddings, 2 * d + 1) <= most,
                INFERENCE_MODEL_OPTION, "paddings");
    }
    opening->node->data = rt_keep(opening, 1);
    if (opening->node->data == NULL) return opening->nn->status;
    *(uint8_t *)opening->node->data = mode == 0 ? 1 : 0;
    return INFERENCE_OK;
}

static inference_status invoke_mirror_pad(const rt_state *state, const rt_node *node) {
    const int32_t skip = *(const uint8_t *)node->data;
    const rt_tensor *input = rt_input(state, node, 0), *paddings = rt_input(state, node, 1);
    const rt_tensor *output = rt_output(state, node, 0);
    const uint32_t bytes = rt_type_size(output->type), elements = rt_elements(output);
    const rt_box from = rt_whole(input);
    int32_t at[INFERENCE_MAX_RANK] = {0};
    for (uint32_t i = 0; i < elements; i++) {
        int32_t source = 0;
        for (unsigned d = 0; d < input->rank; d++) {
            int32_t inside = at[d] - rt_integer(paddings, 2 * d);
            if (inside < 0) inside = -inside - 1 + skip;
            else if (inside >= input->dims[d]) inside = 2 * input->dims[d] - 1 - inside - skip;
            source += inside * from.step[d];
        }
        memcpy(output->data + i * bytes, from.at + (uint32_t)source * bytes, bytes);
        for (unsigned d = output->rank; d-- > 0;) {
            if (++at[d] < output->dims[d]) break;
            at[d] = 0;
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_PAD = {"PAD", RT_PAD, prepare_pad, invoke_pad, 0};
const rt_operator rt_operator_PADV2 = {"PADV2", RT_PADV2, prepare_pad, invoke_pad, 0};
const rt_operator rt_operator_MIRROR_PAD = {"MIRROR_PAD", RT_MIRROR_PAD, prepare_mirror_pad, invoke_mirror_pad, 0};
