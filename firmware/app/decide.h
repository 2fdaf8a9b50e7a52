/* SPDX-License-Identifier: Apache-2.0
 *
 * From output numbers to a label, as the card says: average, threshold or
 * largest, hold, refractory time.
 */
#ifndef VMOTE_DECIDE_H
#define VMOTE_DECIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "card.h"
#include "inference.h"

#define DECIDE_AVERAGE_MAX 16

typedef struct {
    float past[DECIDE_AVERAGE_MAX][CARD_LABELS];
    uint32_t count; /* inferences remembered */
    uint32_t next;
    uint8_t candidate; /* what the last inferences agree on */
    uint32_t agreed;
    uint8_t heard; /* the label that held last */
    uint64_t quiet_until_us;
} decider;

typedef struct {
    uint8_t label;
    float score;  /* of that label, 0 ... 1 */
    bool alert;   /* the card wants the LED on */
    bool fresh;   /* the label has just begun to hold */
    bool decided; /* enough inferences agree */
} decision;

/* Forget the past: a window was lost. */
void decide_reset(decider *d);

decision decide(decider *d, const model_card *card, const inference_tensor *output, uint64_t now_us);

#endif
