/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_VECTORS_H
#define VMOTE_VECTORS_H

#include <stdint.h>

typedef void (*vector)(void);

typedef union {
    vector handler;
    uint32_t *stack;
} vector_entry;

extern const vector_entry vector_table[];

_Noreturn void reset_handler(void);
void fault_handler(void);
void unexpected_handler(void);

#endif
