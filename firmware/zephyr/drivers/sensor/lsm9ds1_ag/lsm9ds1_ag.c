/* SPDX-License-Identifier: Apache-2.0
 *
 * ST LSM9DS1, its accelerometer by FIFO. Registers: datasheet DocID025715
 * rev 3, section 7.
 *
 * Zephyr's sensor interface has no word for a FIFO: sample_fetch takes the
 * oldest sample out of it and says -EAGAIN when there is none.
 */
#define DT_DRV_COMPAT st_lsm9ds1_ag

#include <errno.h>
#include <zephyr/device.h>
#include <zephyr/devicetree.h>
#include <zephyr/drivers/i2c.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/byteorder.h>
#include <zephyr/sys/util.h>

#define WHO_AM_I 0x0f
#define CHIP_ID 0x68
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
#define FIFO_ENABLE 0x02                /* 7.25 */
#define FIFO_BYPASS 0x00                /* 7.33: empties it */
#define FIFO_CONTINUOUS 0xc0            /* 7.33: FMODE 110 */
#define FIFO_OVERRUN 0x40               /* 7.34: OVRN */
#define FIFO_LEVEL 0x3f                 /* 7.34: FSS */
#define ODR_SHIFT 5                     /* 7.22: ODR_XL */
#define SCALE_SHIFT 3                   /* 7.22: FS_XL */
#define RESET_MS 10
#define AXES 3

struct lsm9ds1_ag_config {
	struct i2c_dt_spec bus;
	uint8_t scale;          /* FS_XL */
	uint16_t ug_per_step;
};

struct lsm9ds1_ag_data {
	int16_t raw[AXES];
	uint8_t waiting; /* samples known to be in the FIFO */
};

/* 7.22, table 67: accelerometer alone. 14.9 Hz and so on are of gyroscope and accelerometer together. */
static const uint16_t rates_hz[] = {10, 50, 119, 238, 476, 952};

static int start(const struct device *dev, uint8_t odr)
{
	const struct lsm9ds1_ag_config *config = dev->config;
	struct lsm9ds1_ag_data *data = dev->data;
	const uint8_t settings[][2] = {
		{CTRL_REG8, BLOCK_UPDATE_AND_INCREMENT},
		{CTRL_REG5_XL, ALL_AXES},
		{CTRL_REG9, FIFO_ENABLE},
		{FIFO_CTRL, FIFO_BYPASS},
		{FIFO_CTRL, FIFO_CONTINUOUS},
		{CTRL_REG6_XL, (uint8_t)(odr << ODR_SHIFT | config->scale << SCALE_SHIFT)},
	};
	uint8_t identity;
	int result = i2c_reg_read_byte_dt(&config->bus, WHO_AM_I, &identity);

	data->waiting = 0;
	if (result == 0 && identity != CHIP_ID) {
		return -ENODEV;
	}
	if (result == 0) {
		result = i2c_reg_write_byte_dt(&config->bus, CTRL_REG8, RESET_AND_INCREMENT);
		k_msleep(RESET_MS);
	}
	for (size_t i = 0; result == 0 && i < ARRAY_SIZE(settings); i++) {
		result = i2c_reg_write_byte_dt(&config->bus, settings[i][0], settings[i][1]);
	}
	return result;
}

static int lsm9ds1_ag_attr_set(const struct device *dev, enum sensor_channel chan, enum sensor_attribute attr,
			       const struct sensor_value *val)
{
	if (chan != SENSOR_CHAN_ACCEL_XYZ || attr != SENSOR_ATTR_SAMPLING_FREQUENCY) {
		return -ENOTSUP;
	}
	for (size_t i = 0; i < ARRAY_SIZE(rates_hz); i++) {
		if (val->val1 == rates_hz[i] && val->val2 == 0) {
			return start(dev, (uint8_t)(i + 1));
		}
	}
	return -EINVAL;
}

static int lsm9ds1_ag_sample_fetch(const struct device *dev, enum sensor_channel chan)
{
	const struct lsm9ds1_ag_config *config = dev->config;
	struct lsm9ds1_ag_data *data = dev->data;
	uint8_t bytes[2 * AXES];
	int result;

	if (chan != SENSOR_CHAN_ALL && chan != SENSOR_CHAN_ACCEL_XYZ) {
		return -ENOTSUP;
	}
	if (data->waiting == 0) {
		uint8_t source;

		result = i2c_reg_read_byte_dt(&config->bus, FIFO_SRC, &source);
		if (result != 0) {
			return result;
		}
		if ((source & FIFO_OVERRUN) != 0) {
			return -EOVERFLOW;
		}
		data->waiting = source & FIFO_LEVEL;
		if (data->waiting == 0) {
			return -EAGAIN;
		}
	}
	result = i2c_burst_read_dt(&config->bus, OUT_X_XL, bytes, sizeof(bytes));
	if (result != 0) {
		data->waiting = 0;
		return result;
	}
	data->waiting--;
	for (size_t i = 0; i < AXES; i++) {
		data->raw[i] = (int16_t)sys_get_le16(&bytes[2 * i]);
	}
	return 0;
}

/* To the nearest millionth of a m/s2, so that the step can be told from the value again. */
static void convert(int32_t ug, struct sensor_value *val)
{
	const int64_t scaled = ug * SENSOR_G;
	const int64_t micro = (scaled + (scaled < 0 ? -500000 : 500000)) / 1000000;

	val->val1 = (int32_t)(micro / 1000000);
	val->val2 = (int32_t)(micro % 1000000);
}

static int lsm9ds1_ag_channel_get(const struct device *dev, enum sensor_channel chan, struct sensor_value *val)
{
	const struct lsm9ds1_ag_config *config = dev->config;
	const struct lsm9ds1_ag_data *data = dev->data;

	switch (chan) {
	case SENSOR_CHAN_ACCEL_X:
	case SENSOR_CHAN_ACCEL_Y:
	case SENSOR_CHAN_ACCEL_Z:
		convert(data->raw[chan - SENSOR_CHAN_ACCEL_X] * config->ug_per_step, val);
		return 0;
	case SENSOR_CHAN_ACCEL_XYZ:
		for (size_t i = 0; i < AXES; i++) {
			convert(data->raw[i] * config->ug_per_step, &val[i]);
		}
		return 0;
	default:
		return -ENOTSUP;
	}
}

/* The part may not have its supply yet, or lose it later: it is met when it is started. */
static int lsm9ds1_ag_init(const struct device *dev)
{
	const struct lsm9ds1_ag_config *config = dev->config;

	return device_is_ready(config->bus.bus) ? 0 : -ENODEV;
}

static const struct sensor_driver_api lsm9ds1_ag_api = {
	.attr_set = lsm9ds1_ag_attr_set,
	.sample_fetch = lsm9ds1_ag_sample_fetch,
	.channel_get = lsm9ds1_ag_channel_get,
};

/* 7.22: FS_XL 00 is 2 g, 10 is 4 g, 11 is 8 g, 01 is 16 g. Table 3: LA_So. */
#define SCALE(range) ((range) == 2 ? 0 : (range) == 4 ? 2 : (range) == 8 ? 3 : 1)
#define UG_PER_STEP(range) ((range) == 2 ? 61 : (range) == 4 ? 122 : (range) == 8 ? 244 : 732)

#define LSM9DS1_AG_DEFINE(inst)                                                                                        \
	static struct lsm9ds1_ag_data lsm9ds1_ag_data_##inst;                                                          \
	static const struct lsm9ds1_ag_config lsm9ds1_ag_config_##inst = {                                             \
		.bus = I2C_DT_SPEC_INST_GET(inst),                                                                     \
		.scale = SCALE(DT_INST_PROP(inst, accel_range)),                                                       \
		.ug_per_step = UG_PER_STEP(DT_INST_PROP(inst, accel_range)),                                           \
	};                                                                                                             \
	DEVICE_DT_INST_DEFINE(inst, lsm9ds1_ag_init, NULL, &lsm9ds1_ag_data_##inst, &lsm9ds1_ag_config_##inst,         \
			      POST_KERNEL, CONFIG_SENSOR_INIT_PRIORITY, &lsm9ds1_ag_api);

DT_INST_FOREACH_STATUS_OKAY(LSM9DS1_AG_DEFINE)
