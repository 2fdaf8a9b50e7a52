/* SPDX-License-Identifier: Apache-2.0
 *
 * The second half of every app: infer, decide, report. What went into the model
 * is told with what came out, so that a host can run the same numbers.
 */
#ifndef VMOTE_CONCLUDE_H
#define VMOTE_CONCLUDE_H

#include <stdint.h>

#include "decide.h"
#include "model.h"

/* Run the model on what its input holds. `n` numbers the window, `late` counts
 * the windows so far whose turn came too late. */
void conclude(model *m, decider *d, uint32_t n, uint32_t late);

/* Say that the card is not of this app's kind, and stop. */
_Noreturn void conclude_wrong_card(const char *detail);

#endif
