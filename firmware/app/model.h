/* SPDX-License-Identifier: Apache-2.0
 *
 * The image's model, made ready, and one inference told to the console.
 */
#ifndef VMOTE_MODEL_H
#define VMOTE_MODEL_H

#include "inference.h"

typedef struct {
    inference nn;
    inference_tensor input;
    inference_tensor output;
    uint32_t cycles; /* of the last inference */
} model;

/* Check the card, open the model, say @boot. Does not return when the model cannot be used. */
void model_open(model *m, const char *app);

/* Run once over what lies in the input. */
inference_status model_run(model *m, uint32_t n);

/* Say how deep the stack has been, when that is news. */
void model_report_stack(void);

#endif
