/* SPDX-License-Identifier: Apache-2.0
 *
 * Registers: LSM9DS1 datasheet DocID025715 rev 3, section 7.
 */
#include "lsm9ds1.h"

#include "i2c.h"
#include "port.h"

#define WHO_AM_I 0x0f
#define IDENTITY 0x68
#define CTRL_REG5_XL 0x1f
#define CTRL_REG6_XL 0x20
#define CTRL_REG8 0x22
#define CTRL_REG9 0x23
#define OUT_X_XL 0x28 /* six bytes; IF_ADD_INC carries the address on */
#define FIFO_CTRL 0x2e
#define FIFO_SRC 0x2f

#define RESET_AND_INCREMENT 0x05        /* 7.24: SW_RESET, IF_ADD_INC */
#define BLOCK_UPDATE_AND_INCREMENT 0x44 /* 7.24: BDU, IF_ADD_INC */
#define ALL_AXES 0x38                   /* 7.21 */
#define RATE_119_RANGE_4G 0x70          /* 7.22: ODR_XL 011, FS_XL 10 */
#define FIFO_ENABLE 0x02                /* 7.25 */
#define FIFO_BYPASS 0x00                /* 7.33: empties it */
#define FIFO_CONTINUOUS 0xc0            /* 7.33: FMODE 110 */
#define FIFO_OVERRUN 0x40               /* 7.34: OVRN */
#define FIFO_LEVEL 0x3f                 /* 7.34: FSS */
#define MICRO_G_PER_STEP 122            /* table 3: LA_So at +-4 g, 0.122 mg */
#define RESET_US 10000U

static sense_status from_bus(i2c_status status)
{
    if (status == I2C_BUS) {
        i2c_recover();
    }
    return status == I2C_OK ? SENSE_OK : status == I2C_NACK ? SENSE_NACK : SENSE_BUS;
}

sense_status lsm9ds1_open(uint8_t address)
{
    static const uint8_t settings[][2] = {
        {CTRL_REG8, BLOCK_UPDATE_AND_INCREMENT}, {CTRL_REG5_XL, ALL_AXES},  {CTRL_REG9, FIFO_ENABLE},
        {FIFO_CTRL, FIFO_BYPASS},                {FIFO_CTRL, FIFO_CONTINUOUS}, {CTRL_REG6_XL, RATE_119_RANGE_4G},
    };
    uint8_t identity;
    i2c_status status = i2c_read(address, WHO_AM_I, &identity, 1);
    if (status == I2C_OK && identity != IDENTITY) {
        return SENSE_IDENTITY;
    }
    if (status == I2C_OK) {
        status = i2c_write_register(address, CTRL_REG8, RESET_AND_INCREMENT);
        port_sleep_until_us(port_now_us() + RESET_US);
    }
    for (unsigned i = 0; status == I2C_OK && i < sizeof settings / sizeof settings[0]; i++) {
        status = i2c_write_register(address, settings[i][0], settings[i][1]);
    }
    return from_bus(status);
}

static int32_t micro_g(const uint8_t *bytes)
{
    return (int16_t)((uint16_t)bytes[0] | (uint16_t)((uint16_t)bytes[1] << 8)) * MICRO_G_PER_STEP;
}

sense_status lsm9ds1_read(uint8_t address, sense_acceleration *samples, uint32_t room, uint32_t *count)
{
    *count = 0;
    uint8_t source;
    i2c_status status = i2c_read(address, FIFO_SRC, &source, 1);
    if (status == I2C_OK && (source & FIFO_OVERRUN) != 0) {
        return SENSE_OVERRUN;
    }
    const uint32_t waiting = source & FIFO_LEVEL;
    while (status == I2C_OK && *count < waiting && *count < room) {
        uint8_t raw[6];
        status = i2c_read(address, OUT_X_XL, raw, sizeof raw);
        for (unsigned i = 0; status == I2C_OK && i < 3; i++) {
            samples[*count].axis[i] = micro_g(&raw[2 * i]);
        }
        *count += status == I2C_OK;
    }
    return from_bus(status);
}
