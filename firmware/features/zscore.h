/* SPDX-License-Identifier: Apache-2.0
 *
 * Readings scaled by the training data's mean and standard deviation, then by
 * the model's own input scale. Python twin: src/vmote/features/zscore.py. Single
 * precision throughout, one rounding an operation: built with -ffp-contract=off.
 */
#ifndef VMOTE_ZSCORE_H
#define VMOTE_ZSCORE_H

#include <stdint.h>

#include "card.h"
#include "inference.h"
#include "window.h"

/* One reading, in thousandths of its unit, as the model's int8. */
int8_t zscore_quantize(int32_t thousandths, float mean, float std, float scale, int32_t zero_point);

/* A full window of readings, in the card's layout, into the model's input. */
void zscore_window(const model_card *card, const window *readings, const inference_tensor *input);

#endif
