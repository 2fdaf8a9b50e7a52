/* SPDX-License-Identifier: Apache-2.0 */
#include "flatbuffer.h"

#include <string.h>

#include "small.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "flatbuffers are little-endian, and so must the target be"
#endif

static void fault(fb_buffer *buffer, fb_fault kind) {
    if (buffer->bad == FB_GOOD) buffer->bad = kind;
}

static bool inside(fb_buffer *buffer, uint32_t at, uint32_t length) {
    if (at <= buffer->size && length <= buffer->size - at) return true;
    fault(buffer, FB_BEYOND_END);
    return false;
}

static uint16_t load16(const fb_buffer *buffer, uint32_t at) {
    uint16_t value;
    memcpy(&value, buffer->bytes + at, sizeof value);
    return value;
}

static uint32_t load32(const fb_buffer *buffer, uint32_t at) {
    uint32_t value;
    memcpy(&value, buffer->bytes + at, sizeof value);
    return value;
}

/* Follow the unsigned offset stored at `at`; 0 when it leads nowhere. */
static uint32_t follow(fb_buffer *buffer, uint32_t at) {
    if (!inside(buffer, at, 4)) return 0;
    uint32_t distance = load32(buffer, at);
    if (distance == 0) {
        fault(buffer, FB_CORRUPT);
        return 0;
    }
    if (distance > buffer->size - at) {
        fault(buffer, FB_BEYOND_END);
        return 0;
    }
    return at + distance;
}

static fb_table table_at(fb_buffer *buffer, uint32_t at) {
    fb_table none = {buffer, 0, 0, 0, 0};
    if (at == 0 || !inside(buffer, at, 4)) return none;
    /* The distance is signed; with 32-bit wrap-around a negative one adds. */
    uint32_t vtable = at - load32(buffer, at);
    if ((at & 3) != 0 || (vtable & 1) != 0) {
        fault(buffer, FB_CORRUPT);
        return none;
    }
    if (!inside(buffer, vtable, 4)) return none;
    fb_table table = {buffer, at, vtable, load16(buffer, vtable), load16(buffer, vtable + 2)};
    if (table.vtable_size < 4 || (table.vtable_size & 1) != 0 || table.size < 4) {
        fault(buffer, FB_CORRUPT);
        return none;
    }
    if (!inside(buffer, vtable, table.vtable_size) || !inside(buffer, at, table.size)) return none;
    return table;
}

/* Where field number `field` lies, or 0 when the table does not hold it. */
static uint32_t field_at(const fb_table *table, unsigned field, uint32_t width) {
    uint32_t slot = 4 + 2 * (uint32_t)field;
    if (table->at == 0 || slot + 2 > table->vtable_size) return 0;
    uint16_t position = load16(table->buffer, table->vtable + slot);
    if (position == 0) return 0;
    if (position < 4 || (uint32_t)position + width > table->size) {
        fault(table->buffer, FB_CORRUPT);
        return 0;
    }
    return table->at + position;
}

fb_table fb_root(fb_buffer *buffer) {
    return table_at(buffer, follow(buffer, 0));
}

uint32_t fb_u32(const fb_table *table, unsigned field, uint32_t otherwise) {
    uint32_t at = field_at(table, field, 4);
    return at != 0 ? load32(table->buffer, at) : otherwise;
}

int32_t fb_i32(const fb_table *table, unsigned field, int32_t otherwise) {
    return (int32_t)fb_u32(table, field, (uint32_t)otherwise);
}

uint8_t fb_u8(const fb_table *table, unsigned field, uint8_t otherwise) {
    uint32_t at = field_at(table, field, 1);
    return at != 0 ? table->buffer->bytes[at] : otherwise;
}

int8_t fb_i8(const fb_table *table, unsigned field, int8_t otherwise) {
    return (int8_t)fb_u8(table, field, (uint8_t)otherwise);
}

uint64_t fb_u64(const fb_table *table, unsigned field, uint64_t otherwise) {
    uint32_t at = field_at(table, field, 8);
    if (at == 0) return otherwise;
    return load32(table->buffer, at) | (uint64_t)load32(table->buffer, at + 4) << 32;
}

float fb_f32(const fb_table *table, unsigned field, float otherwise) {
    uint32_t at = field_at(table, field, 4);
    if (at == 0) return otherwise;
    float value;
    memcpy(&value, table->buffer->bytes + at, sizeof value);
    return value;
}

fb_table fb_subtable(const fb_table *table, unsigned field) {
    uint32_t at = field_at(table, field, 4);
    fb_table none = {table->buffer, 0, 0, 0, 0};
    return at != 0 ? table_at(table->buffer, follow(table->buffer, at)) : none;
}

fb_vector fb_vector_of(const fb_table *table, unsigned field, uint32_t element_size) {
    fb_vector none = {table->buffer, 0, 0};
    fb_buffer *buffer = table->buffer;
    uint32_t at = field_at(table, field, 4);
    if (at == 0) return none;
    at = follow(buffer, at);
    if (at == 0 || !inside(buffer, at, 4)) return none;
    uint32_t count = load32(buffer, at);
    at += 4;
    /* Elements of four bytes and more are read in place, so they must be aligned for that. */
    if (element_size >= 4 && (at & 3) != 0) {
        fault(buffer, FB_CORRUPT);
        return none;
    }
    if (count > (buffer->size - at) / element_size) {
        fault(buffer, FB_BEYOND_END);
        return none;
    }
    fb_vector vector = {buffer, at, count};
    return vector;
}

fb_table fb_table_in(const fb_vector *vector, uint32_t index) {
    return table_at(vector->buffer, follow(vector->buffer, vector->at + 4 * index));
}

int32_t fb_i32_in(const fb_vector *vector, uint32_t index) {
    return (int32_t)load32(vector->buffer, vector->at + 4 * index);
}

int64_t fb_i64_in(const fb_vector *vector, uint32_t index) {
    int64_t value;
    memcpy(&value, vector->buffer->bytes + vector->at + 8 * index, sizeof value);
    return value;
}

float fb_f32_in(const fb_vector *vector, uint32_t index) {
    float value;
    memcpy(&value, vector->buffer->bytes + vector->at + 4 * index, sizeof value);
    return value;
}
