/* SPDX-License-Identifier: Apache-2.0
 *
 * CONCATENATION and PACK put tensors side by side along an axis; SPLIT, SPLIT_V
 * and UNPACK take them apart again.
 */
#include "../kernels/move.h"

/* The whole is seen as `outer` rows; each part owns `its extent * inner` elements of every row. */
typedef struct {
    uint32_t outer;
    uint32_t inner;
    uint32_t row; /* elements of a row of the whole */
} joint;

static inference_status joint_of(rt_opening *opening, const rt_tensor *whole, unsigned axis) {
    joint *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    op->outer = op->inner = 1;
    for (unsigned d = 0; d < axis; d++) op->outer *= (uint32_t)whole->dims[d];
    for (unsigned d = axis + 1; d < whole->rank; d++) op->inner *= (uint32_t)whole->dims[d];
    op->row = (uint32_t)whole->dims[axis] * op->inner;
    opening->node->data = op;
    return INFERENCE_OK;
}

/* A part must equal the whole but along the axis, which a packed part lacks. */
static inference_status part_fits(rt_opening *opening, const rt_tensor *part, const rt_tensor *whole, unsigned axis,
                                  bool packed, int64_t *sum) {
    RT_NEED(part->type == whole->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(part->rank + (packed ? 1u : 0u) == whole->rank, INFERENCE_MODEL_SHAPE, "rank");
    for (unsigned d = 0, p = 0; d < whole->rank; d++) {
        if (d == axis) {
            *sum += packed ? 1 : part->dims[p];
            if (!packed) p++;
            continue;
        }
        RT_NEED(part->dims[p] == whole->dims[d], INFERENCE_MODEL_SHAPE, "shapes");
        p++;
    }
    return INFERENCE_OK;
}

static inference_status join(rt_opening *opening, int32_t given_axis, bool packed) {
    const rt_tensor *whole = rt_out(opening, 0);
    const rt_node *node = opening->node;
    unsigned axis = 0;
    RT_TRY(rt_axis_number(opening, given_axis, whole->rank, &axis));
    int64_t sum = 0;
    for (unsigned i = 0; i < node->input_count; i++) {
        const rt_tensor *part = rt_in(opening, i);
        RT_NEED(part != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
        RT_TRY(part_fits(opening, part, whole, axis, packed, &sum));
        if (!packed && whole->type == INFERENCE_INT8) {
            RT_NEED(part->scale == whole->scale && part->zero_point == whole->zero_point,
                    INFERENCE_MODEL_QUANTIZATION, "scales-differ");
        }
    }
    RT_NEED(sum == whole->dims[axis], INFERENCE_MODEL_SHAPE, "shapes");
    return joint_of(opening, whole, axis);
}

static inference_status take_apart(rt_opening *opening, const rt_tensor *whole, int32_t given_axis, bool packed) {
    const rt_node *node = opening->node;
    unsigned axis = 0;
    RT_NEED(whole != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_TRY(rt_axis_number(opening, given_axis, whole->rank, &axis));
    int64_t sum = 0;
    for (unsigned i = 0; i < node->output_count; i++) {
        RT_TRY(part_fits(opening, rt_out(opening, i), whole, axis, packed, &sum));
    }
    RT_NEED(sum == whole->dims[axis], INFERENCE_MODEL_SHAPE, "shapes");
    return joint_of(opening, whole, axis);
}

/* Copy one part to or from its place in the rows of the whole. */
static uint32_t transfer(const joint *op, const rt_tensor *part, const rt_tensor *whole, uint32_t place, bool in) {
    const uint32_t bytes = rt_type_size(whole->type);
    const uint32_t elements = rt_elements(part) / op->outer;
    rt_box own = {.at = part->data, .step = {(int32_t)elements, 1}};
    rt_box row = {.at = whole->data + place * bytes, .step = {(int32_t)op->row, 1}};
    const int32_t extent[2] = {(int32_t)op->outer, (int32_t)elements};
    if (in) rt_move(&row, &own, extent, 2, bytes);
    else rt_move(&own, &row, extent, 2, bytes);
    return place + elements;
}

static inference_status invoke_join(const rt_state *state, const rt_node *node) {
    uint32_t place = 0;
    for (unsigned i = 0; i < node->input_count; i++) {
        place = transfer(node->data, rt_input(state, node, i), rt_output(state, node, 0), place, true);
    }
    return INFERENCE_OK;
}

static inference_status apart(const rt_state *state, const rt_node *node, unsigned from) {
    uint32_t place = 0;
    for (unsigned i = 0; i < node->output_count; i++) {
        place = transfer(node->data, rt_output(state, node, i), rt_input(state, node, from), place, false);
    }
    return INFERENCE_OK;
}

static inference_status prepare_concatenation(rt_opening *opening) {
    RT_NEED(fb_i8(&opening->options, 1, 0) == 0, INFERENCE_MODEL_OPTION, "fused-activation");
    return join(opening, fb_i32(&opening->options, 0, 0), false);
}

static inference_status prepare_pack(rt_opening *opening) {
    return join(opening, fb_i32(&opening->options, 1, 0), true);
}

static inference_status prepare_unpack(rt_opening *opening) {
    return take_apart(opening, rt_in(opening, 0), fb_i32(&opening->options, 1, 0), true);
}

static inference_status prepare_split(rt_opening *opening) {
    RT_TRY(rt_need_integers(opening, rt_in(opening, 0), 1, 1));
    return take_apart(opening, rt_in(opening, 1), rt_integer(rt_in(opening, 0), 0), false);
}

static inference_status prepare_split_v(rt_opening *opening) {
    /* The sizes to split into (input 1) are those of the outputs. */
    RT_TRY(rt_need_integers(opening, rt_in(opening, 2), 1, 1));
    return take_apart(opening, rt_in(opening, 0), rt_integer(rt_in(opening, 2), 0), false);
}

static inference_status invoke_split(const rt_state *state, const rt_node *node) {
    return apart(state, node, 1);
}

static inference_status invoke_apart(const rt_state *state, const rt_node *node) {
    return apart(state, node, 0);
}

const rt_operator rt_operator_CONCATENATION = {"CONCATENATION", RT_CONCATENATION, prepare_concatenation, invoke_join, 0};
const rt_operator rt_operator_PACK = {"PACK", RT_PACK, prepare_pack, invoke_join, 0};
const rt_operator rt_operator_UNPACK = {"UNPACK", RT_UNPACK, prepare_unpack, invoke_apart, 0};
const rt_operator rt_operator_SPLIT = {"SPLIT", RT_SPLIT, prepare_split, invoke_split, 0};
const rt_operator rt_operator_SPLIT_V = {"SPLIT_V", RT_SPLIT_V, prepare_split_v, invoke_apart, 0};
