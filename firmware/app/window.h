/* SPDX-License-Identifier: Apache-2.0
 *
 * The last readings, in a ring: a new one takes the oldest one's place and
 * nothing is moved.
 */
#ifndef VMOTE_WINDOW_H
#define VMOTE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    int32_t *cells; /* rows * width, the caller's */
    uint32_t rows;
    uint32_t width;
    uint32_t next; /* the row that is written next */
    uint32_t held;
} window;

static inline void window_clear(window *w)
{
    w->held = 0;
}

static inline bool window_full(const window *w)
{
    return w->held == w->rows;
}

void window_push(window *w, const int32_t *row);

/* A row by its age: 0 is the oldest that is held. */
const int32_t *window_row(const window *w, uint32_t index);

#endif
