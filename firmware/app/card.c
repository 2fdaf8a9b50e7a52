/* SPDX-License-Identifier: Apache-2.0 */
#include "card.h"

#include <stddef.h>
#include <string.h>

uint32_t crc32_onward(uint32_t before, const void *data, uint32_t size)
{
    /* Four bits at a time: a 64-byte table instead of a kilobyte, half the speed. */
    static const uint32_t table[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
        0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
    };
    const uint8_t *bytes = data;
    uint32_t crc = ~before;
    for (uint32_t i = 0; i < size; i++) {
        crc = table[(crc ^ bytes[i]) & 15U] ^ (crc >> 4);
        crc = table[(crc ^ (bytes[i] >> 4)) & 15U] ^ (crc >> 4);
    }
    return ~crc;
}

uint32_t crc32_of(const void *data, uint32_t size)
{
    return crc32_onward(0, data, size);
}

/* What `decide` relies on: a score for each label, and no label beyond the last. */
static bool labels_suit(const model_card *card)
{
    const bool counted = (card->decision == CARD_THRESHOLD && card->label_count == 2 && card->outputs == 1) ||
                         (card->decision == CARD_ARGMAX && card->label_count >= 1 &&
                          card->label_count <= CARD_LABELS && card->outputs == card->label_count);
    return counted && (card->unsure == CARD_NO_LABEL || card->unsure < card->label_count);
}

const char *card_problem(const char *app)
{
    const model_card *card = &vmote_card;
    if (card->magic != CARD_MAGIC) {
        return "card-missing";
    }
    if (card->version != CARD_VERSION || card->size != sizeof *card) {
        return "card-version";
    }
    if (card->crc != crc32_of(card, offsetof(model_card, crc))) {
        return "card-crc";
    }
    if (strncmp(card->app, app, CARD_NAME) != 0) {
        return "card-app";
    }
    if (!labels_suit(card)) {
        return "card-labels";
    }
    if (card->model_size > vmote_model_capacity) {
        return "model-capacity";
    }
    if (card->model_crc != crc32_of(vmote_model, card->model_size)) {
        return "model-crc";
    }
    return NULL;
}

uint64_t card_period_us(void)
{
    const bool set = vmote_config.magic == CONFIG_MAGIC && vmote_config.period_us != 0;
    return set ? vmote_config.period_us : vmote_card.period_us;
}
