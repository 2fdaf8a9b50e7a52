/* SPDX-License-Identifier: Apache-2.0
 *
 * The places in the image that are filled after it was linked. They are erased
 * flash (0xff) here; `vmote build` and `vmote run --model` put a card and a
 * model in. Nothing in this file may be read by code in this file: the compiler
 * would take these bytes for constants.
 */
#include "card.h"

#define VMOTE_TEXT_OF(x) #x
#define VMOTE_TEXT(x) VMOTE_TEXT_OF(x)
#define SLOT(name) __attribute__((section(name), used))

SLOT(".vmote.card") const model_card vmote_card = {.magic = 0xffffffffU};

SLOT(".vmote.config") const run_config vmote_config = {.magic = CONFIG_MAGIC};

SLOT(".vmote.model") __attribute__((aligned(16))) const uint8_t vmote_model[VMOTE_MODEL_CAPACITY] = {
    [0 ... VMOTE_MODEL_CAPACITY - 1] = 0xff};

const uint32_t vmote_model_capacity = VMOTE_MODEL_CAPACITY;

/* What this image is, for whoever holds only the ELF. */
SLOT(".vmote.about") const char vmote_about[] =
    "schema=1\n"
    "board=" VMOTE_BOARD "\n"
    "app=" VMOTE_APP "\n"
    "port=" VMOTE_PORT "\n"
    "runtime=" VMOTE_RUNTIME "\n"
    "arena=" VMOTE_TEXT(VMOTE_ARENA_SIZE) "\n"
    "operators=" VMOTE_OPERATOR_NAMES "\n";
