/* SPDX-License-Identifier: Apache-2.0
 *
 * SLICE, STRIDED_SLICE, TRANSPOSE: the output is the input read from another
 * place, at other steps.
 */
#include "../kernels/move.h"

/* What to read: the first element, and the step along each dimension of the output. */
typedef struct {
    int32_t first;
    int32_t extent[INFERENCE_MAX_RANK];
    int32_t step[INFERENCE_MAX_RANK];
} reading;

/* Refuses a reading that leaves the input; `begin` and `stride` count along the input's dimensions. */
static inference_status reading_of(rt_opening *opening, const rt_tensor *input, const int32_t *begin,
                                   const int32_t *stride, const int32_t *extent, reading *out) {
    int32_t step = 1;
    out->first = 0;
    for (unsigned d = input->rank; d-- > 0;) {
        int64_t last = begin[d] + (int64_t)(extent[d] - 1) * stride[d];
        RT_NEED(extent[d] > 0 && begin[d] >= 0 && begin[d] < input->dims[d] && last >= 0 && last < input->dims[d],
                INFERENCE_MODEL_OPTION, "bounds");
        out->first += begin[d] * step;
        out->extent[d] = extent[d];
        /* A step never taken may be anything; a plain one lets rows be moved whole. */
        out->step[d] = extent[d] == 1 ? step : step * stride[d];
        step *= input->dims[d];
    }
    return INFERENCE_OK;
}

static inference_status slice_reading(rt_opening *opening, reading *out) {
    const rt_tensor *input = rt_in(opening, 0), *begins = rt_in(opening, 1), *sizes = rt_in(opening, 2);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(input->rank == output->rank, INFERENCE_MODEL_SHAPE, "rank");
    RT_TRY(rt_need_integers(opening, begins, input->rank, input->rank));
    RT_TRY(rt_need_integers(opening, sizes, input->rank, input->rank));
    int32_t begin[INFERENCE_MAX_RANK], stride[INFERENCE_MAX_RANK];
    for (unsigned d = 0; d < input->rank; d++) {
        begin[d] = rt_integer(begins, d);
        stride[d] = 1;
        int64_t size = rt_integer(sizes, d);
        if (size == -1) size = (int64_t)input->dims[d] - begin[d];
        RT_NEED(size == output->dims[d], INFERENCE_MODEL_SHAPE, "output-shape");
    }
    return reading_of(opening, input, begin, stride, output->dims, out);
}

static int32_t clamp(int64_t x, int64_t low, int64_t high) {
    return (int32_t)(x < low ? low : x > high ? high : x);
}

static inference_status strided_slice_reading(rt_opening *opening, reading *out) {
    const rt_tensor *input = rt_in(opening, 0), *output = rt_out(opening, 0);
    const rt_tensor *begins = rt_in(opening, 1), *ends = rt_in(opening, 2), *strides = rt_in(opening, 3);
    const fb_table *options = &opening->options;
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_TRY(rt_need_integers(opening, begins, input->rank, input->rank));
    RT_TRY(rt_need_integers(opening, ends, input->rank, input->rank));
    RT_TRY(rt_need_integers(opening, strides, input->rank, input->rank));
    const int32_t begin_mask = fb_i32(options, 0, 0), end_mask = fb_i32(options, 1, 0);
    const int32_t shrink_mask = fb_i32(options, 4, 0);
    const bool relative = fb_u8(options, 5, 0) != 0;
    RT_NEED(fb_i32(options, 2, 0) == 0, INFERENCE_MODEL_OPTION, "ellipsis-mask");
    RT_NEED(fb_i32(options, 3, 0) == 0, INFERENCE_MODEL_OPTION, "new-axis-mask");
    int32_t begin[INFERENCE_MAX_RANK], stride[INFERENCE_MAX_RANK], extent[INFERENCE_MAX_RANK];
    uint64_t elements = 1;
    for (unsigned d = 0; d < input->rank; d++) {
        const int32_t size = input->dims[d];
        stride[d] = rt_integer(strides, d);
        RT_NEED(stride[d] != 0, INFERENCE_MODEL_OPTION, "stride");
        const bool forward = stride[d] > 0;
        const int64_t low = forward ? 0 : -1, high = forward ? size : size - 1;
        int64_t from = rt_integer(begins, d), to = rt_integer(ends, d);
        if (from < 0) from += size;
        from = clamp(from, low, high);
        if (begin_mask >> d & 1) from = forward ? 0 : size - 1;
        if (relative) to += from;
        if (to < 0) to += size;
        to = clamp(to, low, high);
        if (end_mask >> d & 1) to = forward ? size : -1;
        if (shrink_mask >> d & 1) to = from + 1, stride[d] = 1;
        int64_t distance = stride[d] > 0 ? to - from : from - to;
        int64_t pace = stride[d] > 0 ? stride[d] : -(int64_t)stride[d];
        begin[d] = (int32_t)from;
        extent[d] = distance > 0 ? (int32_t)((distance + pace - 1) / pace) : 0;
        elements *= (uint32_t)extent[d];
    }
    RT_NEED(elements == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    return reading_of(opening, input, begin, stride, extent, out);
}

static inference_status transpose_reading(rt_opening *opening, reading *out) {
    const rt_tensor *input = rt_in(opening, 0), *order = rt_in(opening, 1), *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(input->rank == output->rank, INFERENCE_MODEL_SHAPE, "rank");
    RT_TRY(rt_need_integers(opening, order, input->rank, input->rank));
    const rt_box whole = rt_whole(input);
    unsigned seen = 0;
    out->first = 0;
    for (unsigned d = 0; d < input->rank; d++) {
        unsigned from = 0;
        RT_TRY(rt_axis_number(opening, rt_integer(order, d), input->rank, &from));
        seen |= 1u << from;
        RT_NEED(output->dims[d] == input->dims[from], INFERENCE_MODEL_SHAPE, "output-shape");
        out->extent[d] = output->dims[d];
        out->step[d] = whole.step[from];
    }
    RT_NEED(seen + 1 == 1u << input->rank, INFERENCE_MODEL_OPTION, "permutation");
    return INFERENCE_OK;
}

/* The numbers that invoke needs, no more of them than the rank. */
typedef struct {
    int32_t first;
    int32_t pairs[]; /* extent, step, extent, step, ... */
} kept;

static inference_status keep(rt_opening *opening, inference_status (*make)(rt_opening *, reading *)) {
    reading reading;
    RT_TRY(make(opening, &reading));
    const unsigned rank = rt_in(opening, 0)->rank;
    kept *op = rt_keep(opening, (uint32_t)(sizeof *op + 2 * rank * sizeof op->pairs[0]));
    if (op == NULL) return opening->nn->status;
    op->first = reading.first;
    for (unsigned d = 0; d < rank; d++) {
        op->pairs[2 * d] = reading.extent[d];
        op->pairs[2 * d + 1] = reading.step[d];
    }
    opening->node->data = op;
    return INFERENCE_OK;
}

static inference_status prepare_slice(rt_opening *opening) {
    return keep(opening, slice_reading);
}

static inference_status prepare_strided_slice(rt_opening *opening) {
    return keep(opening, strided_slice_reading);
}

static inference_status prepare_transpose(rt_opening *opening) {
    return keep(opening, transpose_reading);
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const kept *op = node->data;
    const rt_tensor *input = rt_input(state, node, 0), *output = rt_output(state, node, 0);
    const uint32_t bytes = rt_type_size(input->type);
    rt_box from = {.at = input->data + (uint32_t)op->first * bytes}, to = {.at = output->data};
    int32_t extent[INFERENCE_MAX_RANK], step = 1;
    for (unsigned d = input->rank; d-- > 0;) {
        extent[d] = op->pairs[2 * d];
        from.step[d] = op->pairs[2 * d + 1];
        to.step[d] = step;
        step *= extent[d];
    }
    rt_move(&to, &from, extent, input->rank, bytes);
    return INFERENCE_OK;
}

const rt_operator rt_operator_SLICE = {"SLICE", RT_SLICE, prepare_slice, invoke, 0};
const rt_operator rt_operator_STRIDED_SLICE = {"STRIDED_SLICE", RT_STRIDED_SLICE, prepare_strided_slice, invoke, 0};
const rt_operator rt_operator_TRANSPOSE = {"TRANSPOSE", RT_TRANSPOSE, prepare_transpose, invoke, 0};
