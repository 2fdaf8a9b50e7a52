/* SPDX-License-Identifier: Apache-2.0
 *
 * Hostile models against the loader, the planner and the operators: nothing may
 * be read outside the model or written outside the arena, and everything ends.
 *
 * With libFuzzer (clang -fsanitize=fuzzer,address,undefined -DLIBFUZZER) it is
 * the fuzz target; without, a program that mutates the models of a folder:
 *
 *     fuzz_loader ROUNDS SEED MODEL...
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inference.h"

#ifndef ARENA_BYTES
#define ARENA_BYTES (32 * 1024)
#endif
enum { ARENA = ARENA_BYTES };

static unsigned opened, run;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* Memory of their own for both, so that the sanitizer sees every step outside. */
    uint8_t *exact = malloc(size + 1);
    uint8_t *arena = aligned_alloc(16, ARENA);
    memcpy(exact, data, size);
    inference nn;
    inference_status status = inference_open(&nn, exact, size, arena, ARENA);
    if (status != INFERENCE_OK) {
        if (nn.status != status || nn.detail[0] == '\0' || strchr(nn.detail, ' ') != NULL || nn.state != NULL) abort();
        if (strcmp(inference_status_name(status), "model-unknown") == 0) abort();
    } else {
        opened++;
        for (unsigned i = 0; i < inference_input_count(&nn); i++) {
            inference_tensor input;
            inference_input(&nn, i, &input);
            if (input.data != NULL && (uint8_t *)input.data >= arena && (uint8_t *)input.data < arena + ARENA) {
                memset(input.data, (int)(size + i), input.bytes);
            }
        }
        if (inference_invoke(&nn) == INFERENCE_OK) run++;
    }
    free(exact);
    free(arena);
    return 0;
}

#ifndef LIBFUZZER

static uint64_t state;

static uint32_t chance(uint32_t below) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16) % below;
}

static void mutate(uint8_t *data, size_t *size) {
    static const uint32_t interesting[] = {0, 1, 2, 4, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff};
    for (uint32_t n = 1 + chance(4); n > 0; n--) {
        size_t at = chance((uint32_t)*size);
        switch (chance(6)) {
        case 0: data[at] ^= (uint8_t)(1u << chance(8)); break;
        case 1: data[at] = (uint8_t)chance(256); break;
        case 2:
        case 3: {
            uint32_t value = interesting[chance(sizeof interesting / sizeof *interesting)];
            at &= ~(size_t)3;
            if (at + 4 <= *size) memcpy(data + at, &value, 4);
            break;
        }
        case 4: {
            uint32_t value;
            at &= ~(size_t)3;
            if (at + 4 > *size) break;
            memcpy(&value, data + at, 4);
            value += chance(33) - 16;
            memcpy(data + at, &value, 4);
            break;
        }
        default:
            if (chance(4) == 0) *size = 1 + chance((uint32_t)*size);
            break;
        }
    }
}

int main(int count, char **arguments) {
    if (count < 4) return 2;
    const unsigned rounds = (unsigned)atoi(arguments[1]);
    state = 88172645463325252u + (unsigned)atoi(arguments[2]);
    unsigned tried = 0;
    for (int i = 3; i < count; i++) {
        FILE *file = fopen(arguments[i], "rb");
        if (file == NULL) return 2;
        static uint8_t original[1 << 20], mutant[1 << 20];
        size_t size = fread(original, 1, sizeof original, file);
        fclose(file);
        LLVMFuzzerTestOneInput(original, size);
        for (size_t cut = 0; cut < size && cut < 256; cut++) LLVMFuzzerTestOneInput(original, cut * size / 256);
        for (unsigned round = 0; round < rounds; round++, tried++) {
            size_t length = size;
            memcpy(mutant, original, size);
            mutate(mutant, &length);
            LLVMFuzzerTestOneInput(mutant, length);
        }
    }
    printf("tried %u opened %u run %u\n", tried, opened, run);
    return 0;
}

#endif
