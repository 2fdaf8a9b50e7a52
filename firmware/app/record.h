/* SPDX-License-Identifier: Apache-2.0
 *
 * The device's words: lines `@kind key=value key=value`. Fields are gathered
 * and leave as one line; a line that grows too long is cut and says so with `cut=1`.
 */
#ifndef VMOTE_RECORD_H
#define VMOTE_RECORD_H

#include <stddef.h>
#include <stdint.h>

void record_begin(const char *kind);
void record_text(const char *key, const char *value);
void record_int(const char *key, int64_t value);
void record_ratio(const char *key, uint32_t used, uint32_t size); /* used/size */
void record_hex(const char *key, uint32_t value);                 /* 8 digits */
void record_milli(const char *key, int64_t thousandths);          /* 3 decimals */
void record_time(uint64_t t_us);                                  /* t=seconds, 3 decimals */
void record_shape(const char *key, const int32_t *dims, unsigned rank); /* 1x49x10x8 */
void record_bytes(const char *key, const int8_t *values, size_t count);
void record_hex_bytes(const char *key, const uint8_t *values, size_t count);
void record_end(void);

#endif
