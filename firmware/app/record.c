/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include "port.h"

#define LINE_BYTES 1024
#define ROOM_FOR_END 8 /* " cut=1\r\n" */

static char line[LINE_BYTES];
static size_t length;
static bool cut;

static void put(const char *text, size_t size)
{
    if (cut || length + size > LINE_BYTES - ROOM_FOR_END) {
        cut = true;
        return;
    }
    for (size_t i = 0; i < size; i++) {
        line[length++] = text[i];
    }
}

static void put_text(const char *text)
{
    size_t size = 0;
    while (text[size] != '\0') {
        size++;
    }
    put(text, size);
}

static void put_digits(uint64_t value, unsigned least)
{
    char digits[20];
    unsigned count = 0;
    do {
        digits[sizeof digits - ++count] = (char)('0' + value % 10U);
        value /= 10U;
    } while (value != 0 || count < least);
    put(&digits[sizeof digits - count], count);
}

static void put_key(const char *key)
{
    put(" ", 1);
    put_text(key);
    put("=", 1);
}

static uint64_t magnitude(int64_t value)
{
    if (value >= 0) {
        return (uint64_t)value;
    }
    put("-", 1);
    return 0U - (uint64_t)value;
}

void record_begin(const char *kind)
{
    length = 0;
    cut = false;
    put("@", 1);
    put_text(kind);
}

void record_text(const char *key, const char *value)
{
    put_key(key);
    put_text(value);
}

void record_int(const char *key, int64_t value)
{
    put_key(key);
    put_digits(magnitude(value), 1);
}

void record_ratio(const char *key, uint32_t used, uint32_t size)
{
    put_key(key);
    put_digits(used, 1);
    put("/", 1);
    put_digits(size, 1);
}

void record_hex(const char *key, uint32_t value)
{
    put_key(key);
    for (int shift = 28; shift >= 0; shift -= 4) {
        put(&"0123456789abcdef"[(value >> shift) & 15U], 1);
    }
}

void record_milli(const char *key, int64_t thousandths)
{
    put_key(key);
    const uint64_t value = magnitude(thousandths);
    put_digits(value / 1000U, 1);
    put(".", 1);
    put_digits(value % 1000U, 3);
}

void record_time(uint64_t t_us)
{
    record_milli("t", (int64_t)(t_us / 1000U));
}

void record_shape(const char *key, const int32_t *dims, unsigned rank)
{
    put_key(key);
    for (unsigned i = 0; i < rank; i++) {
        if (i > 0) {
            put("x", 1);
        }
        put_digits(magnitude(dims[i]), 1);
    }
}

void record_bytes(const char *key, const int8_t *values, size_t count)
{
    put_key(key);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) {
            put(",", 1);
        }
        put_digits(magnitude(values[i]), 1);
    }
}

void record_hex_bytes(const char *key, const uint8_t *values, size_t count)
{
    put_key(key);
    for (size_t i = 0; i < count; i++) {
        put(&"0123456789abcdef"[values[i] >> 4], 1);
        put(&"0123456789abcdef"[values[i] & 15U], 1);
    }
}

void record_end(void)
{
    static const char cut_field[] = " cut=1";
    if (cut) {
        for (size_t i = 0; i < sizeof cut_field - 1; i++) {
            line[length++] = cut_field[i];
        }
    }
    line[length++] = '\r';
    line[length++] = '\n';
    port_write(line, length);
}
