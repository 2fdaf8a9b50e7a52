/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers: HTS221 datasheet DocID026333 rev 4, section 7; calibration and
 * interpolation: section 8 and ST technical note TN1218.
 */
#include "hts221.h"

#include "i2c.h"
#include "port.h"

#define WHO_AM_I 0x0f
#define IDENTITY 0xbc
#define AV_CONF 0x10
#define CTRL_REG1 0x20
#define CTRL_REG2 0x21
#define STATUS_REG 0x27
#define HUMIDITY_OUT 0x28 /* then TEMP_OUT */
#define CALIBRATION 0x30
#define CALIBRATION_BYTES 16
#define AUTO_INCREMENT 0x80 /* 5.1.1: the sub-address' top bit */

#define AVERAGE_T16_H32 0x1b       /* 7.2: the power-up default */
#define POWER_ON_BLOCK_UPDATE 0x84 /* 7.3: PD, BDU; ODR 00: one shot */
#define POWER_DOWN 0x00
#define ONE_SHOT 0x01
#define BOTH_READY 0x03

#define POLL_US 4000U
#define POLLS 25U /* 100 ms; a conversion takes a few */

/* 4.1 of the datasheet: what the part can measure. A little more is an offset, much more is a fault. */
#define TEMPERATURE_MIN (-40000)
#define TEMPERATURE_MAX 120000
#define HUMIDITY_FULL 100000
#define HUMIDITY_SLACK 10000

static struct {
    int32_t t0_x8, t1_x8, t0_out, t1_out; /* degC × 8 at two outputs */
    int32_t h0_x2, h1_x2, h0_out, h1_out; /* %RH × 2 at two outputs */
} calibration;

static sense_status from_bus(i2c_status status)
{
    if (status == I2C_BUS) {
        i2c_recover();
    }
    return status == I2C_OK ? SENSE_OK : status == I2C_NACK ? SENSE_NACK : SENSE_BUS;
}

static int32_t word(const uint8_t *bytes)
{
    return (int16_t)((uint16_t)bytes[0] | (uint16_t)((uint16_t)bytes[1] << 8));
}

sense_status hts221_open(uint8_t address)
{
    uint8_t identity;
    i2c_status status = i2c_read(address, WHO_AM_I, &identity, 1);
    if (status != I2C_OK) {
        return from_bus(status);
    }
    if (identity != IDENTITY) {
        return SENSE_IDENTITY;
    }
    uint8_t c[CALIBRATION_BYTES];
    status = i2c_read(address, CALIBRATION | AUTO_INCREMENT, c, sizeof c);
    if (status == I2C_OK) {
        status = i2c_write_register(address, AV_CONF, AVERAGE_T16_H32);
    }
    if (status != I2C_OK) {
        return from_bus(status);
    }
    calibration.h0_x2 = c[0x0];
    calibration.h1_x2 = c[0x1];
    calibration.t0_x8 = c[0x2] | (c[0x5] & 0x03) << 8;
    calibration.t1_x8 = c[0x3] | (c[0x5] & 0x0c) << 6;
    calibration.h0_out = word(&c[0x6]);
    calibration.h1_out = word(&c[0xa]);
    calibration.t0_out = word(&c[0xc]);
    calibration.t1_out = word(&c[0xe]);
    const bool usable = calibration.h0_out != calibration.h1_out && calibration.t0_out != calibration.t1_out;
    return usable ? SENSE_OK : SENSE_IDENTITY;
}

/* The line through two calibration points, rounded to the nearest thousandth. */
static int32_t interpolate(int32_t out, int32_t out0, int32_t out1, int32_t y0, int32_t y1, int32_t unit)
{
    const int64_t span = out1 - out0;
    int64_t scaled = (int64_t)(out - out0) * (y1 - y0) * unit;
    scaled += ((scaled < 0) == (span < 0) ? span : -span) / 2;
    return (int32_t)(y0 * unit + scaled / span);
}

static i2c_status convert(uint8_t address, uint8_t out[4], bool *ready)
{
    *ready = false;
    i2c_status status = i2c_write_register(address, CTRL_REG1, POWER_ON_BLOCK_UPDATE);
    if (status == I2C_OK) {
        status = i2c_write_register(address, CTRL_REG2, ONE_SHOT);
    }
    for (unsigned i = 0; status == I2C_OK && !*ready && i < POLLS; i++) {
        port_sleep_until_us(port_now_us() + POLL_US);
        uint8_t flags = 0;
        status = i2c_read(address, STATUS_REG, &flags, 1);
        *ready = (flags & BOTH_READY) == BOTH_READY;
    }
    if (status == I2C_OK && *ready) {
        status = i2c_read(address, HUMIDITY_OUT | AUTO_INCREMENT, out, 4);
    }
    return status;
}

sense_status hts221_read(uint8_t address, sense_climate *reading)
{
    uint8_t out[4];
    bool ready;
    i2c_status status = convert(address, out, &ready);
    if (status == I2C_OK) {
        status = i2c_write_register(address, CTRL_REG1, POWER_DOWN);
    }
    if (status != I2C_OK) {
        return from_bus(status);
    }
    if (!ready) {
        return SENSE_TIMEOUT;
    }
    const int32_t humidity = interpolate(word(&out[0]), calibration.h0_out, calibration.h1_out, calibration.h0_x2,
                                         calibration.h1_x2, 500);
    const int32_t temperature = interpolate(word(&out[2]), calibration.t0_out, calibration.t1_out, calibration.t0_x8,
                                            calibration.t1_x8, 125);
    if (temperature < TEMPERATURE_MIN || temperature > TEMPERATURE_MAX || humidity < -HUMIDITY_SLACK ||
        humidity > HUMIDITY_FULL + HUMIDITY_SLACK) {
        return SENSE_RANGE;
    }
    reading->temperature = temperature;
    reading->humidity = humidity < 0 ? 0 : humidity > HUMIDITY_FULL ? HUMIDITY_FULL : humidity;
    return SENSE_OK;
}
