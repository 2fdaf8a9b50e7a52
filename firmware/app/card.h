/* SPDX-License-Identifier: Apache-2.0
 *
 * What lies beside the code in an image and can be replaced without compiling:
 * the model, its card, and a few settings of the run. The Python twin of these
 * layouts is src/vmote/firmware/packing.py; both sides are little-endian.
 */
#ifndef VMOTE_CARD_H
#define VMOTE_CARD_H

#include <stdbool.h>
#include <stdint.h>

#define CARD_MAGIC 0x44434d56U /* "VMCD" */
#define CARD_VERSION 1
#define CARD_LABELS 12
#define CARD_NAME 16
#define CARD_QUANTITIES 8
#define CARD_PARAMETERS 16
#define CARD_NO_LABEL 0xff

enum { CARD_ZSCORE = 0, CARD_LOG_MEL = 1 };
enum { CARD_BY_QUANTITY = 0, CARD_BY_TIME = 1 };
enum { CARD_THRESHOLD = 0, CARD_ARGMAX = 1 };

typedef struct {
    uint32_t magic;
    uint16_t version;
    uint16_t size;
    uint32_t model_crc; /* CRC-32 (IEEE 802.3) of the model's bytes */
    uint32_t model_size;
    uint8_t sha256[32];
    char app[CARD_NAME];
    char name[CARD_NAME];
    char labels[CARD_LABELS][CARD_NAME];
    uint8_t label_count;
    uint8_t features;
    uint8_t layout;
    uint8_t quantity_count;
    uint16_t window; /* readings in a window, or frames */
    uint16_t stride; /* readings between two inferences */
    uint64_t period_us;
    float mean[CARD_QUANTITIES];
    float std[CARD_QUANTITIES];
    uint8_t decision;
    uint8_t unsure; /* a label's number, or CARD_NO_LABEL */
    uint8_t average;
    uint8_t hold;
    float threshold;
    uint32_t alert; /* a bit for each label */
    uint32_t refractory_ms;
    uint32_t inputs; /* numbers that go in and come out */
    uint32_t outputs;
    uint8_t input_type; /* as in inference.h */
    uint8_t output_type;
    uint16_t reserved;
    int32_t parameters[CARD_PARAMETERS]; /* of the features */
    uint8_t spare[64];
    uint32_t crc; /* of everything before it */
} model_card;

_Static_assert(sizeof(model_card) == 512, "the card's layout is shared with packing.py");

#define CONFIG_MAGIC 0x46434d56U /* "VMCF" */
#define CONFIG_PROFILE 1U        /* a record for each operator of each inference */
#define CONFIG_QUIET 2U          /* no record for each reading */
#define CONFIG_TRACE 4U          /* records for inputs of any length */
#define CONFIG_CHECKSUMS 8U      /* CRC-32 of the sound so far and of what each operator put out */

typedef struct {
    uint32_t magic;
    uint32_t flags;
    uint64_t period_us; /* between two readings; 0: what the card says */
    uint32_t reserved[12];
} run_config;

_Static_assert(sizeof(run_config) == 64, "the config's layout is shared with packing.py");

extern const model_card vmote_card;
extern const run_config vmote_config;
extern const uint8_t vmote_model[];
extern const uint32_t vmote_model_capacity;

/* Why the card in this image cannot be used, or NULL: "card-missing", "card-app", "model-crc", ... */
const char *card_problem(const char *app);

/* Time between two readings: the run's wish, or else the card's. */
uint64_t card_period_us(void);

/* CRC-32 (IEEE 802.3) of some bytes, and of bytes that follow others whose CRC is known (0: none). */
uint32_t crc32_of(const void *data, uint32_t size);
uint32_t crc32_onward(uint32_t before, const void *data, uint32_t size);

#endif
