/* SPDX-License-Identifier: Apache-2.0
 *
 * EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, LOGICAL_AND,
 * LOGICAL_OR give truth values; MAXIMUM and MINIMUM one of the two elements.
 */
#include <string.h>

#include "../kernels/broadcast.h"
#include "../quantize.h"

typedef struct {
    rt_factor a;
    rt_factor b;
    int32_t offset_a;
    int32_t offset_b;
    uint8_t code;
    uint8_t type;
} comparison;

static inference_status prepare_pair(rt_opening *opening) {
    const rt_tensor *a = rt_in(opening, 0), *b = rt_in(opening, 1);
    RT_NEED(a != NULL && b != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(a->type == b->type, INFERENCE_MODEL_TYPE, "types");
    RT_TRY(rt_broadcast_check(opening, a, b, rt_out(opening, 0)));
    comparison *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    op->code = opening->node->operator->code;
    op->type = a->type;
    opening->node->data = op;
    return INFERENCE_OK;
}

static inference_status prepare_comparison(rt_opening *opening) {
    RT_TRY(prepare_pair(opening));
    const rt_tensor *a = rt_in(opening, 0), *b = rt_in(opening, 1);
    comparison *op = opening->node->data;
    RT_NEED(rt_out(opening, 0)->type == INFERENCE_BOOL, INFERENCE_MODEL_TYPE, "output-type");
    switch (a->type) {
    case INFERENCE_FLOAT32:
    case INFERENCE_INT32:
    case INFERENCE_INT64: return INFERENCE_OK;
    case INFERENCE_BOOL:
        RT_NEED(op->code == RT_EQUAL || op->code == RT_NOT_EQUAL, INFERENCE_MODEL_TYPE, "type");
        return INFERENCE_OK;
    case INFERENCE_INT16: RT_NEED(op->code == RT_GREATER, INFERENCE_MODEL_TYPE, "type"); return INFERENCE_OK;
    case INFERENCE_INT8: break;
    default: return rt_refuse(opening, INFERENCE_MODEL_TYPE, "type");
    }
    RT_NEED(a->scale > 0.0f && a->scale < 1.0f && b->scale > 0.0f && b->scale < 1.0f, INFERENCE_MODEL_QUANTIZATION,
            "scale");
    op->a = rt_factor_of((double)a->scale);
    op->b = rt_factor_of((double)b->scale);
    op->offset_a = -a->zero_point;
    op->offset_b = -b->zero_point;
    return INFERENCE_OK;
}

/* -1, 0, 1; 2 when one of them is not a number. */
static int order(const comparison *op, const uint8_t *a, const uint8_t *b) {
    switch (op->type) {
    case INFERENCE_FLOAT32: {
        float x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x < y ? -1 : x > y ? 1 : x == y ? 0 : 2;
    }
    case INFERENCE_INT64: {
        int64_t x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x < y ? -1 : x > y;
    }
    case INFERENCE_INT32: {
        int32_t x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x < y ? -1 : x > y;
    }
    case INFERENCE_INT16: {
        int16_t x, y;
        memcpy(&x, a, sizeof x);
        memcpy(&y, b, sizeof y);
        return x < y ? -1 : x > y;
    }
    case INFERENCE_BOOL: return (*a != 0) - (*b != 0);
    default: {
        /* The real values, with eight fractional bits. */
        int32_t x = rt_multiply(((int8_t)*a + op->offset_a) * (1 << 8), op->a);
        int32_t y = rt_multiply(((int8_t)*b + op->offset_b) * (1 << 8), op->b);
        return x < y ? -1 : x > y;
    }
    }
}

static inference_status compare_row(const void *op_, const void *a_, uint32_t step_a, const void *b_, uint32_t step_b,
                                    void *output_, uint32_t count) {
    const comparison *op = op_;
    const uint8_t *a = a_, *b = b_;
    uint8_t *output = output_;
    const uint32_t size = rt_type_size(op->type);
    for (; count > 0; count--, a += step_a * size, b += step_b * size) {
        int found = order(op, a, b);
        bool holds;
        switch (op->code) {
        case RT_EQUAL: holds = found == 0; break;
        case RT_NOT_EQUAL: holds = found != 0; break;
        case RT_GREATER: holds = found == 1; break;
        case RT_GREATER_EQUAL: holds = found == 0 || found == 1; break;
        case RT_LESS: holds = found == -1; break;
        default: holds = found == -1 || found == 0; break;
        }
        *output++ = holds;
    }
    return INFERENCE_OK;
}

static inference_status invoke_comparison(const rt_state *state, const rt_node *node) {
    return rt_broadcast(rt_input(state, node, 0), rt_input(state, node, 1), rt_output(state, node, 0), node->data,
                        compare_row);
}

static inference_status prepare_logical(rt_opening *opening) {
    RT_TRY(prepare_pair(opening));
    RT_NEED(rt_in(opening, 0)->type == INFERENCE_BOOL && rt_out(opening, 0)->type == INFERENCE_BOOL,
            INFERENCE_MODEL_TYPE, "types");
    return INFERENCE_OK;
}

static inference_status logical_row(const void *op_, const void *a_, uint32_t step_a, const void *b_, uint32_t step_b,
                                    void *output_, uint32_t count) {
    const comparison *op = op_;
    const uint8_t *a = a_, *b = b_;
    uint8_t *output = output_;
    for (; count > 0; count--, a += step_a, b += step_b) {
        *output++ = op->code == RT_LOGICAL_AND ? *a != 0 && *b != 0 : *a != 0 || *b != 0;
    }
    return INFERENCE_OK;
}

static inference_status invoke_logical(const rt_state *state, const rt_node *node) {
    return rt_broadcast(rt_input(state, node, 0), rt_input(state, node, 1), rt_output(state, node, 0), node->data,
                        logical_row);
}

static inference_status prepare_choice(rt_opening *opening) {
    RT_TRY(prepare_pair(opening));
    const rt_tensor *a = rt_in(opening, 0), *b = rt_in(opening, 1), *output = rt_out(opening, 0);
    RT_NEED(a->type == output->type, INFERENCE_MODEL_TYPE, "types");
    RT_NEED(a->type != INFERENCE_BOOL && a->type != INFERENCE_UINT8 && a->type != INFERENCE_UINT32,
            INFERENCE_MODEL_TYPE, "type");
    if (rt_elements(a) == rt_elements(output)) rt_share(opening, 0, 0);
    if (rt_elements(b) == rt_elements(output)) rt_share(opening, 0, 1);
    return INFERENCE_OK;
}

static inference_status choice_row(const void *op_, const void *a_, uint32_t step_a, const void *b_, uint32_t step_b,
                                   void *output_, uint32_t count) {
    const comparison *op = op_;
    const uint8_t *a = a_, *b = b_;
    uint8_t *output = output_;
    const uint32_t size = rt_type_size(op->type);
    const bool greatest = op->code == RT_MAXIMUM;
    for (; count > 0; count--, a += step_a * size, b += step_b * size, output += size) {
        int found = op->type == INFERENCE_INT8 ? (int8_t)*a - (int8_t)*b : order(op, a, b);
        /* The second where neither is the greater, as when one of them is not a number. */
        bool first = greatest ? found > 0 && found != 2 : found < 0;
        if (op->type == INFERENCE_INT8) first = greatest ? found > 0 : found < 0;
        memmove(output, first ? a : b, size);
    }
    return INFERENCE_OK;
}

static inference_status invoke_choice(const rt_state *state, const rt_node *node) {
    return rt_broadcast(rt_input(state, node, 0), rt_input(state, node, 1), rt_output(state, node, 0), node->data,
                        choice_row);
}

const rt_operator rt_operator_EQUAL = {"EQUAL", RT_EQUAL, prepare_comparison, invoke_comparison, 0};
const rt_operator rt_operator_NOT_EQUAL = {"NOT_EQUAL", RT_NOT_EQUAL, prepare_comparison, invoke_comparison, 0};
const rt_operator rt_operator_GREATER = {"GREATER", RT_GREATER, prepare_comparison, invoke_comparison, 0};
const rt_operator rt_operator_GREATER_EQUAL = {"GREATER_EQUAL", RT_GREATER_EQUAL, prepare_comparison, invoke_comparison, 0};
const rt_operator rt_operator_LESS = {"LESS", RT_LESS, prepare_comparison, invoke_comparison, 0};
const rt_operator rt_operator_LESS_EQUAL = {"LESS_EQUAL", RT_LESS_EQUAL, prepare_comparison, invoke_comparison, 0};
const rt_operator rt_operator_LOGICAL_AND = {"LOGICAL_AND", RT_LOGICAL_AND, prepare_logical, invoke_logical, 0};
const rt_operator rt_operator_LOGICAL_OR = {"LOGICAL_OR", RT_LOGICAL_OR, prepare_logical, invoke_logical, 0};
const rt_operator rt_operator_MAXIMUM = {"MAXIMUM", RT_MAXIMUM, prepare_choice, invoke_choice, 0};
const rt_operator rt_operator_MINIMUM = {"MINIMUM", RT_MINIMUM, prepare_choice, invoke_choice, 0};
