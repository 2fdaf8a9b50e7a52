/* SPDX-License-Identifier: Apache-2.0
 *
 * The bus that parts are driven over. Every call ends in bounded time.
 */
#ifndef VMOTE_I2C_H
#define VMOTE_I2C_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    I2C_OK = 0,
    I2C_NACK, /* nobody answers at that address, or the byte was refused */
    I2C_BUS   /* the bus does not move */
} i2c_status;

void i2c_start(void);
i2c_status i2c_write(uint8_t address, const uint8_t *bytes, size_t count);

/* Write `reg`, then read after a repeated start. */
i2c_status i2c_read(uint8_t address, uint8_t reg, uint8_t *bytes, size_t count);

/* Clock a part out of whatever it is stuck in. */
void i2c_recover(void);

static inline i2c_status i2c_write_register(uint8_t address, uint8_t reg, uint8_t value)
{
    const uint8_t bytes[2] = {reg, value};
    return i2c_write(address, bytes, sizeof bytes);
}

#endif
