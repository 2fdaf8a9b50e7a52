/* SPDX-License-Identifier: Apache-2.0 */
#include "window.h"

void window_push(window *w, const int32_t *row)
{
    for (uint32_t i = 0; i < w->width; i++) {
        w->cells[w->next * w->width + i] = row[i];
    }
    w->next = w->next + 1 == w->rows ? 0 : w->next + 1;
    w->held = w->held < w->rows ? w->held + 1 : w->rows;
}

const int32_t *window_row(const window *w, uint32_t index)
{
    uint32_t row = w->next + w->rows - w->held + index;
    while (row >= w->rows) {
        row -= w->rows;
    }
    return &w->cells[row * w->width];
}
