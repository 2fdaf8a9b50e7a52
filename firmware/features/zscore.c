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

void zscore_window(const model_card *card, const int32_t *rows, const inference_tensor *tensor, int8_t *out)
{
    const uint32_t quantities = card->quantity_count;
    for (uint32_t row = 0; row < card->window; row++) {
        for (uint32_t q = 0; q < quantities; q++) {
            const uint32_t at = card->layout == CARD_BY_TIME ? row * quantities + q : q * card->window + row;
            out[at] = zscore_quantize(rows[row * quantities + q], card->mean[q], card->std[q], tensor->scale,
                                      tensor->zero_point);
        }
    }
}
