/* SPDX-License-Identifier: Apache-2.0
 *
 * UNIDIRECTIONAL_SEQUENCE_LSTM, int8 with an int16 cell: at each step four gates
 * look at the input and at the last output; they decide what the cell forgets,
 * takes in and shows.
 */
#include <string.h>

#include "../kernels/dense.h"
#include "../kernels/table.h"
#include "../quantize.h"

/* Numbers of the inputs; peepholes, projection and layer norm must be absent. */
enum { INPUT = 0, INPUT_WEIGHTS = 1, RECURRENT_WEIGHTS = 5, PEEPHOLES = 9, BIASES = 12, PROJECTION = 16, HIDDEN = 18, CELL = 19, NORMS = 20 };
/* The gates in the order of their weights. */
enum { TAKE_IN, FORGET, UPDATE, SHOW, GATES };

typedef struct {
    rt_factor input;
    rt_factor recurrent;
} gate;

typedef struct {
    gate gates[GATES];
    rt_factor forget; /* forget gate * cell */
    rt_factor take;   /* input gate * update */
    rt_factor show;   /* output gate * tanh(cell) */
    int32_t tanh_multiplier;
    int32_t tanh_shift;
    int32_t clip; /* 0: none */
    uint32_t batches;
    uint32_t steps;
    uint32_t depth;
    uint32_t units;
    bool time_major;
    int8_t *hidden; /* scratch: the new output, while the old one is still looked at */
} lstm;

static inference_status check_shapes(rt_opening *opening, lstm *op) {
    const rt_tensor *input = rt_in(opening, INPUT), *hidden = rt_in(opening, HIDDEN), *cell = rt_in(opening, CELL);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL && hidden != NULL && cell != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == INFERENCE_INT8 && hidden->type == INFERENCE_INT8 && output->type == INFERENCE_INT8 &&
                cell->type == INFERENCE_INT16,
            INFERENCE_MODEL_TYPE, "type");
    RT_NEED((hidden->flags & RT_VARIABLE) && (cell->flags & RT_VARIABLE), INFERENCE_MODEL_CORRUPT, "state-not-variable");
    RT_NEED(input->rank == 3 && output->rank == 3, INFERENCE_MODEL_SHAPE, "rank");
    op->time_major = fb_u8(&opening->options, 3, 0) != 0;
    op->batches = (uint32_t)input->dims[op->time_major ? 1 : 0];
    op->steps = (uint32_t)input->dims[op->time_major ? 0 : 1];
    op->depth = (uint32_t)input->dims[2];
    op->units = (uint32_t)output->dims[2];
    RT_NEED(output->dims[0] == input->dims[0] && output->dims[1] == input->dims[1], INFERENCE_MODEL_SHAPE, "output-shape");
    const uint64_t states = (uint64_t)op->batches * op->units;
    RT_NEED(rt_elements(hidden) == states && rt_elements(cell) == states, INFERENCE_MODEL_SHAPE, "state");
    for (unsigned i = 0; i < opening->node->input_count; i++) {
        const bool unwanted = (i >= PEEPHOLES && i < BIASES) || (i >= PROJECTION && i < HIDDEN) || i >= NORMS;
        RT_NEED(!unwanted || rt_in(opening, i) == NULL, INFERENCE_MODEL_OPTION, "variant");
    }
    for (unsigned g = 0; g < GATES; g++) {
        const rt_tensor *weights = rt_in(opening, INPUT_WEIGHTS + g), *recurrent = rt_in(opening, RECURRENT_WEIGHTS + g);
        const rt_tensor *bias = rt_in(opening, BIASES + g);
        RT_NEED(weights != NULL && recurrent != NULL && bias != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
        RT_NEED(weights->type == INFERENCE_INT8 && recurrent->type == INFERENCE_INT8 && bias->type == INFERENCE_INT32,
                INFERENCE_MODEL_TYPE, "weights-type");
        RT_NEED((weights->flags & recurrent->flags & bias->flags & RT_CONSTANT) != 0, INFERENCE_MODEL_OPTION,
                "weights-not-constant");
        RT_NEED(weights->rank == 2 && (uint32_t)weights->dims[0] == op->units && (uint32_t)weights->dims[1] == op->depth,
                INFERENCE_MODEL_SHAPE, "weights");
        RT_NEED(recurrent->rank == 2 && (uint32_t)recurrent->dims[0] == op->units && (uint32_t)recurrent->dims[1] == op->units,
                INFERENCE_MODEL_SHAPE, "recurrent-weights");
        RT_NEED(rt_elements(bias) == op->units, INFERENCE_MODEL_SHAPE, "bias");
    }
    return INFERENCE_OK;
}

static inference_status prepare(rt_opening *opening) {
    lstm *op = rt_keep(opening, sizeof *op);
    if (op == NULL) return opening->nn->status;
    opening->node->data = op;
    RT_TRY(check_shapes(opening, op));
    const rt_tensor *input = rt_in(opening, INPUT), *hidden = rt_in(opening, HIDDEN), *cell = rt_in(opening, CELL);
    RT_NEED(input->scale > 0.0f && hidden->scale > 0.0f && cell->scale > 0.0f, INFERENCE_MODEL_QUANTIZATION, "scale");
    const double gate_scale = 1.0 / 4096, shown_scale = 1.0 / 32768;
    for (unsigned g = 0; g < GATES; g++) {
        const rt_tensor *weights = rt_in(opening, INPUT_WEIGHTS + g), *recurrent = rt_in(opening, RECURRENT_WEIGHTS + g);
        RT_NEED(rt_is_symmetric(opening, weights) && rt_is_symmetric(opening, recurrent), INFERENCE_MODEL_QUANTIZATION,
                "weights-zero-point");
        int32_t axis;
        RT_NEED(rt_scales(opening, weights, &axis).count == 1 && rt_scales(opening, recurrent, &axis).count == 1,
                INFERENCE_MODEL_QUANTIZATION, "weights-scales");
        RT_TRY(rt_factor_checked(opening, (double)(input->scale * weights->scale) / gate_scale, &op->gates[g].input));
        RT_TRY(rt_factor_checked(opening, (double)(hidden->scale * recurrent->scale) / gate_scale, &op->gates[g].recurrent));
    }
    const double cell_scale = (double)cell->scale;
    RT_TRY(rt_factor_checked(opening, shown_scale * cell_scale / cell_scale, &op->forget));
    RT_TRY(rt_factor_checked(opening, shown_scale * shown_scale / cell_scale, &op->take));
    RT_TRY(rt_factor_checked(opening, shown_scale * shown_scale / (double)hidden->scale, &op->show));
    int32_t exponent = 0;
    RT_NEED(rt_is_power_of_two(cell->scale, &exponent) && exponent >= -31 && exponent <= 3, INFERENCE_MODEL_QUANTIZATION,
            "cell-scale");
    op->tanh_multiplier = exponent >= -12 ? 3 << (exponent + 12) : 3;
    op->tanh_shift = exponent >= -12 ? 0 : -12 - exponent;
    const float clip = fb_f32(&opening->options, 1, 0.0f);
    if (clip > 0.0f) {
        double bound = (double)clip / cell_scale;
        op->clip = bound < 32767.0 ? (int32_t)bound : 32767;
    }
    return rt_scratch(opening, op->units, &op->hidden);
}

static int32_t saturate16(int32_t x) {
    return rt_clamp(x, INT16_MIN, INT16_MAX);
}

/* What one gate says to one unit: a number of 12 fractional bits, before its activation. */
static int16_t gate_of(const rt_state *state, const rt_node *node, unsigned g, uint32_t unit, const int8_t *input,
                       const int8_t *hidden) {
    const lstm *op = node->data;
    const int8_t *weights = (const int8_t *)rt_input(state, node, INPUT_WEIGHTS + g)->data + unit * op->depth;
    const int8_t *recurrent = (const int8_t *)rt_input(state, node, RECURRENT_WEIGHTS + g)->data + unit * op->units;
    const int32_t bias = ((const int32_t *)(const void *)rt_input(state, node, BIASES + g)->data)[unit];
    int32_t from_input = rt_row_times(input, weights, op->depth, -rt_input(state, node, INPUT)->zero_point);
    int32_t from_hidden = rt_row_times(hidden, recurrent, op->units, -rt_input(state, node, HIDDEN)->zero_point);
    from_input = (int32_t)((uint32_t)from_input + (uint32_t)bias);
    from_input = saturate16(rt_multiply(from_input, op->gates[g].input));
    from_hidden = saturate16(rt_multiply(from_hidden, op->gates[g].recurrent));
    return (int16_t)saturate16(from_input + from_hidden);
}

static int16_t sigmoid(int16_t x) {
    return rt_table_sigmoid(rt_table_argument(x, 3, 0));
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const lstm *op = node->data;
    const rt_tensor *hidden_tensor = rt_input(state, node, HIDDEN);
    for (uint32_t batch = 0; batch < op->batches; batch++) {
        int8_t *hidden = (int8_t *)hidden_tensor->data + batch * op->units;
        int16_t *cell = (int16_t *)(void *)rt_input(state, node, CELL)->data + batch * op->units;
        for (uint32_t step = 0; step < op->steps; step++) {
            const uint32_t at = op->time_major ? step * op->batches + batch : batch * op->steps + step;
            const int8_t *input = (const int8_t *)rt_input(state, node, INPUT)->data + at * op->depth;
            for (uint32_t unit = 0; unit < op->units; unit++) {
                const int16_t forget = sigmoid(gate_of(state, node, FORGET, unit, input, hidden));
                const int16_t take = sigmoid(gate_of(state, node, TAKE_IN, unit, input, hidden));
                const int16_t update = rt_table_tanh(rt_table_argument(gate_of(state, node, UPDATE, unit, input, hidden), 3, 0));
                const int16_t show = sigmoid(gate_of(state, node, SHOW, unit, input, hidden));
                const int32_t kept = saturate16(rt_multiply(forget * cell[unit], op->forget));
                const int32_t taken = saturate16(rt_multiply(take * update, op->take));
                int32_t now = saturate16(kept + taken);
                if (op->clip > 0) now = rt_clamp(now, -op->clip, op->clip);
                cell[unit] = (int16_t)now;
                const int16_t shown = rt_table_tanh(rt_table_argument((int16_t)now, op->tanh_multiplier, op->tanh_shift));
                const int32_t y = rt_multiply(shown * show, op->show) + hidden_tensor->zero_point;
                op->hidden[unit] = (int8_t)rt_clamp(y, INT8_MIN, INT8_MAX);
            }
            memcpy(hidden, op->hidden, op->units);
            memcpy(rt_output(state, node, 0)->data + at * op->units, hidden, op->units);
        }
    }
    return INFERENCE_OK;
}

const rt_operator rt_operator_UNIDIRECTIONAL_SEQUENCE_LSTM = {"UNIDIRECTIONAL_SEQUENCE_LSTM",
                                                              RT_UNIDIRECTIONAL_SEQUENCE_LSTM, prepare, invoke, 0};
