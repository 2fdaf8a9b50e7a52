/* SPDX-License-Identifier: Apache-2.0
 *
 * Reading a flatbuffer that nobody vouches for. Every step checks that what it
 * is about to read lies inside the buffer; the first violation is remembered in
 * `bad`, and from there on reads answer with the field's default. So code can
 * read straight on and ask once at the end.
 *
 * Format: FlatBuffers internals, https://flatbuffers.dev/internals. A table
 * begins with a signed distance to its vtable; the vtable holds its own size,
 * the table's size, and one 16-bit position per field (0: absent).
 */
#ifndef VMOTE_NATIVE_FLATBUFFER_H
#define VMOTE_NATIVE_FLATBUFFER_H

#include <stdbool.h>
#include <stdint.h>

typedef enum { FB_GOOD = 0, FB_BEYOND_END, FB_CORRUPT } fb_fault;

typedef struct {
    const uint8_t *bytes;
    uint32_t size;
    fb_fault bad;
} fb_buffer;

typedef struct {
    fb_buffer *buffer;
    uint32_t at; /* 0: no such table; every field then has its default */
    uint32_t vtable;
    uint16_t vtable_size;
    uint16_t size;
} fb_table;

typedef struct {
    fb_buffer *buffer;
    uint32_t at; /* of the first element; 0: absent */
    uint32_t count;
} fb_vector;

fb_table fb_root(fb_buffer *buffer);

int32_t fb_i32(const fb_table *table, unsigned field, int32_t otherwise);
uint32_t fb_u32(const fb_table *table, unsigned field, uint32_t otherwise);
int8_t fb_i8(const fb_table *table, unsigned field, int8_t otherwise);
uint8_t fb_u8(const fb_table *table, unsigned field, uint8_t otherwise);
uint64_t fb_u64(const fb_table *table, unsigned field, uint64_t otherwise);
float fb_f32(const fb_table *table, unsigned field, float otherwise);

fb_table fb_subtable(const fb_table *table, unsigned field);
fb_vector fb_vector_of(const fb_table *table, unsigned field, uint32_t element_size);
fb_table fb_table_in(const fb_vector *vector, uint32_t index);

/* Elements of vectors that fb_vector_of has accepted; the index is the caller's promise. */
int32_t fb_i32_in(const fb_vector *vector, uint32_t index);
int64_t fb_i64_in(const fb_vector *vector, uint32_t index);
float fb_f32_in(const fb_vector *vector, uint32_t index);

#endif
