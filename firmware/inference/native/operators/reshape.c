/* SPDX-License-Identifier: Apache-2.0
 *
 * RESHAPE, SQUEEZE, EXPAND_DIMS: the same bytes under another shape, which the
 * model states in the output tensor. Nothing moves where memory is shared.
 */
#include <string.h>

#include "../runtime.h"

static inference_status prepare(rt_opening *opening) {
    const rt_tensor *input = rt_in(opening, 0);
    const rt_tensor *output = rt_out(opening, 0);
    RT_NEED(input != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(input->type == output->type, INFERENCE_MODEL_TYPE, "output-type");
    RT_NEED(rt_elements(input) == rt_elements(output), INFERENCE_MODEL_SHAPE, "output-shape");
    rt_share(opening, 0, 0);
    return INFERENCE_OK;
}

static inference_status invoke(const rt_state *state, const rt_node *node) {
    const rt_tensor *input = rt_input(state, node, 0);
    const rt_tensor *output = rt_output(state, node, 0);
    if (input->data != output->data) memcpy(output->data, input->data, rt_bytes(output));
    return INFERENCE_OK;
}

const rt_operator rt_operator_RESHAPE = {"RESHAPE", RT_RESHAPE, prepare, invoke, 0};
const rt_operator rt_operator_SQUEEZE = {"SQUEEZE", RT_SQUEEZE, prepare, invoke, 0};
const rt_operator rt_operator_EXPAND_DIMS = {"EXPAND_DIMS", RT_EXPAND_DIMS, prepare, invoke, 0};
