/* SPDX-License-Identifier: Apache-2.0 */
#include "decide.h"

#include <string.h>

void decide_reset(decider *d)
{
    memset(d, 0, sizeof *d);
    d->candidate = CARD_NO_LABEL;
    d->heard = CARD_NO_LABEL;
}

static float real_value(const inference_tensor *tensor, unsigned index)
{
    if (tensor->type == INFERENCE_FLOAT32) {
        return ((const float *)tensor->data)[index];
    }
    const int32_t stored = ((const int8_t *)tensor->data)[index];
    return tensor->scale * (float)(stored - tensor->zero_point);
}

decision decide(decider *d, const model_card *card, const inference_tensor *output, uint64_t now_us)
{
    const unsigned labels = card->label_count;
    float *slot = d->past[d->next];
    if (card->decision == CARD_THRESHOLD) {
        slot[1] = real_value(output, 0);
        slot[0] = 1.0F - slot[1];
    } else {
        for (unsigned i = 0; i < labels; i++) {
            slot[i] = real_value(output, i);
        }
    }
    const uint32_t average = card->average < 1 ? 1 : card->average > DECIDE_AVERAGE_MAX ? DECIDE_AVERAGE_MAX : card->average;
    d->next = (d->next + 1) % average;
    d->count = d->count < average ? d->count + 1 : average;

    float score[CARD_LABELS];
    uint8_t best = 0;
    for (unsigned i = 0; i < labels; i++) {
        score[i] = 0.0F;
        for (uint32_t k = 0; k < d->count; k++) { /* oldest first: the order of a sum shows in its last bit */
            score[i] += d->past[(d->next + average - d->count + k) % average][i];
        }
        score[i] /= (float)d->count;
        if (score[i] > score[best]) {
            best = (uint8_t)i;
        }
    }
    if (card->decision == CARD_THRESHOLD) {
        best = score[1] >= card->threshold ? 1 : 0;
    } else if (score[best] < card->threshold && card->unsure != CARD_NO_LABEL) {
        best = card->unsure;
    }

    d->agreed = best == d->candidate ? d->agreed + 1 : 1;
    d->candidate = best;
    decision result = {.label = best, .score = score[best]};
    result.decided = d->agreed >= card->hold && now_us >= d->quiet_until_us;
    if (result.decided && best != d->heard) {
        result.fresh = true;
        d->heard = best;
        if ((card->alert >> best & 1U) != 0) {
            d->quiet_until_us = now_us + (uint64_t)card->refractory_ms * 1000U;
        }
    }
    result.alert = d->heard != CARD_NO_LABEL && (card->alert >> d->heard & 1U) != 0;
    return result;
}
