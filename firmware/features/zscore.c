/* SPDX-License-Identifier: Apache-2.0 */
#include "zscore.h"

int8_t zscore_quantize(int32_t thousandths, float mean, float std, float scale, int32_t zero_point)
{
    const float z = ((float)thousandths / 1000.0F - mean) / std;
    const float steps = z / scale;
    /* Far outside int8 a float may not fit an int32: saturate first. */
    if (!(steps > -512.0F)) {
        return -128;
    }
    if (steps > 512.0F) {
        return 127;
    }
    const int32_t rounded = (int32_t)(steps < 0.0F ? steps - 0.5F : steps + 0.5F);
    const int32_t stored = rounded + zero_point;
    return (int8_t)(stored < -128 ? -128 : stored > 127 ? 127 : stored);
}

void zscore_window(const model_card *card, const window *readings, const inference_tensor *input)
{
    int8_t *out = input->data;
    const uint32_t quantities = readings->width;
    for (uint32_t r = 0; r < readings->rows; r++) {
        const int32_t *row = window_row(readings, r);
        for (uint32_t q = 0; q < quantities; q++) {
            const uint32_t at = card->layout == CARD_BY_TIME ? r * quantities + q : q * readings->rows + r;
            out[at] = zscore_quantize(row[q], card->mean[q], card->std[q], input->scale, input->zero_point);
        }
    }
}
