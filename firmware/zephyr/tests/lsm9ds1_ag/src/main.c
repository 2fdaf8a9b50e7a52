/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <zephyr/device.h>
#include <zephyr/drivers/emul.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/ztest.h>

#include "part.h"

#define CTRL_REG6_XL 0x20

static const struct device *const at_4g = DEVICE_DT_GET(DT_NODELABEL(at_4g));
static const struct emul *const part_4g = EMUL_DT_GET(DT_NODELABEL(at_4g));

static int start(const struct device *dev, int32_t hz)
{
	const struct sensor_value rate = {.val1 = hz};

	return sensor_attr_set(dev, SENSOR_CHAN_ACCEL_XYZ, SENSOR_ATTR_SAMPLING_FREQUENCY, &rate);
}

static int64_t micro_ms2(const struct sensor_value *value)
{
	return value->val1 * 1000000LL + value->val2;
}

static void before(void *fixture)
{
	struct part *part = part_4g->data;

	ARG_UNUSED(fixture);
	part->absent = false;
	part->registers[0x0f] = 0x68;
	zassert_ok(start(at_4g, 119));
}

ZTEST(lsm9ds1_ag, test_is_ready_before_the_part_has_its_supply)
{
	zassert_true(device_is_ready(at_4g));
}

ZTEST(lsm9ds1_ag, test_rates)
{
	const struct part *part = part_4g->data;
	static const struct {
		int32_t hz;
		uint8_t odr;
	} known[] = {{10, 1}, {50, 2}, {119, 3}, {238, 4}, {476, 5}, {952, 6}};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		zassert_ok(start(at_4g, known[i].hz));
		zassert_equal(part->registers[CTRL_REG6_XL] >> 5, known[i].odr);
		zassert_equal(part->registers[CTRL_REG6_XL] >> 3 & 3, 2, "4 g");
	}
	zassert_equal(start(at_4g, 100), -EINVAL);
	zassert_equal(start(at_4g, 0), -EINVAL);
}

ZTEST(lsm9ds1_ag, test_samples_come_in_order_until_there_are_none)
{
	struct sensor_value axes[3];

	zassert_equal(sensor_sample_fetch(at_4g), -EAGAIN);
	part_measures(part_4g, 1, 2, 3);
	part_measures(part_4g, 4, 5, 6);
	for (int n = 0; n < 2; n++) {
		zassert_ok(sensor_sample_fetch(at_4g));
		zassert_ok(sensor_channel_get(at_4g, SENSOR_CHAN_ACCEL_XYZ, axes));
		for (int i = 0; i < 3; i++) {
			/* 0.122 mg a step is 1196.4 um/s2 */
			zassert_within(micro_ms2(&axes[i]), (3 * n + i + 1) * 11964LL / 10, 1);
		}
	}
	zassert_equal(sensor_sample_fetch(at_4g), -EAGAIN);
}

ZTEST(lsm9ds1_ag, test_every_step_can_be_told_from_its_value)
{
	struct sensor_value value;

	for (int32_t raw = INT16_MIN; raw <= INT16_MAX; raw += 7) {
		part_measures(part_4g, (int16_t)raw, 0, 0);
		zassert_ok(sensor_sample_fetch(at_4g));
		zassert_ok(sensor_channel_get(at_4g, SENSOR_CHAN_ACCEL_X, &value));
		const int64_t scaled = micro_ms2(&value) * 1000000;
		const int64_t ug = (scaled + (scaled < 0 ? -SENSOR_G : SENSOR_G) / 2) / SENSOR_G;

		zassert_equal(ug, raw * 122LL, "raw %d gives %lld", raw, ug);
		zassert_true((value.val1 >= 0 && value.val2 >= 0) || (value.val1 <= 0 && value.val2 <= 0));
	}
}

ZTEST(lsm9ds1_ag, test_lost_samples_are_told)
{
	for (int n = 0; n <= PART_FIFO; n++) {
		part_measures(part_4g, n, 0, 0);
	}
	zassert_equal(sensor_sample_fetch(at_4g), -EOVERFLOW);
	zassert_ok(start(at_4g, 119));
	zassert_equal(sensor_sample_fetch(at_4g), -EAGAIN, "a new start empties the FIFO");
}

ZTEST(lsm9ds1_ag, test_a_part_that_goes_and_comes_back)
{
	struct part *part = part_4g->data;
	const unsigned int resets = part->resets;

	part->absent = true;
	zassert_equal(sensor_sample_fetch(at_4g), -EIO);
	zassert_equal(start(at_4g, 119), -EIO);
	part->absent = false;
	zassert_ok(start(at_4g, 119));
	zassert_equal(part->resets, resets + 1);
	part_measures(part_4g, 8192, 0, 0);
	zassert_ok(sensor_sample_fetch(at_4g));
}

ZTEST(lsm9ds1_ag, test_another_part_at_its_address)
{
	struct part *part = part_4g->data;

	part->registers[0x0f] = 0x3d;
	zassert_equal(start(at_4g, 119), -ENODEV);
}

ZTEST(lsm9ds1_ag, test_full_scales)
{
	static const struct {
		const struct device *dev;
		const struct emul *part;
		uint8_t scale;
		int64_t ug;
	} known[] = {
		{DEVICE_DT_GET(DT_NODELABEL(at_2g)), EMUL_DT_GET(DT_NODELABEL(at_2g)), 0, 61},
		{DEVICE_DT_GET(DT_NODELABEL(at_8g)), EMUL_DT_GET(DT_NODELABEL(at_8g)), 3, 244},
		{DEVICE_DT_GET(DT_NODELABEL(at_16g)), EMUL_DT_GET(DT_NODELABEL(at_16g)), 1, 732},
	};

	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		const struct part *part = known[i].part->data;
		struct sensor_value value;

		zassert_ok(start(known[i].dev, 50));
		zassert_equal(part->registers[CTRL_REG6_XL] >> 3 & 3, known[i].scale);
		part_measures(known[i].part, 0, -1000, 0);
		zassert_ok(sensor_sample_fetch(known[i].dev));
		zassert_ok(sensor_channel_get(known[i].dev, SENSOR_CHAN_ACCEL_Y, &value));
		zassert_within(micro_ms2(&value), -1000 * known[i].ug * SENSOR_G / 1000000, 1);
	}
}

ZTEST(lsm9ds1_ag, test_what_it_cannot)
{
	struct sensor_value value = {.val1 = 119};

	zassert_equal(sensor_attr_set(at_4g, SENSOR_CHAN_GYRO_XYZ, SENSOR_ATTR_SAMPLING_FREQUENCY, &value), -ENOTSUP);
	zassert_equal(sensor_attr_set(at_4g, SENSOR_CHAN_ACCEL_XYZ, SENSOR_ATTR_FULL_SCALE, &value), -ENOTSUP);
	zassert_equal(sensor_sample_fetch_chan(at_4g, SENSOR_CHAN_GYRO_XYZ), -ENOTSUP);
	zassert_equal(sensor_channel_get(at_4g, SENSOR_CHAN_GYRO_X, &value), -ENOTSUP);
}

ZTEST_SUITE(lsm9ds1_ag, NULL, NULL, before, NULL, NULL);
