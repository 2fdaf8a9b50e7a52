/* SPDX-License-Identifier: Apache-2.0 */
#define DT_DRV_COMPAT st_lsm9ds1_ag

#include "part.h"

#include <errno.h>
#include <string.h>
#include <zephyr/device.h>
#include <zephyr/drivers/i2c.h>
#include <zephyr/drivers/i2c_emul.h>
#include <zephyr/sys/util.h>

#define WHO_AM_I 0x0f
#define CTRL_REG8 0x22
#define CTRL_REG9 0x23
#define OUT_X_XL 0x28
#define FIFO_CTRL 0x2e
#define FIFO_SRC 0x2f

static void reset(struct part *part)
{
	memset(part->registers, 0, sizeof(part->registers));
	part->registers[WHO_AM_I] = 0x68;
	part->registers[0x1f] = 0x38; /* CTRL_REG5_XL */
	part->registers[CTRL_REG8] = 0x04; /* IF_ADD_INC */
	part->level = 0;
	part->overrun = false;
}

void part_measures(const struct emul *target, int16_t x, int16_t y, int16_t z)
{
	struct part *part = target->data;
	const bool continuous = part->registers[FIFO_CTRL] >> 5 == 6;

	if (!continuous || (part->registers[CTRL_REG9] & 0x02) == 0) {
		return;
	}
	if (part->level == PART_FIFO) {
		part->first = (part->first + 1) % PART_FIFO;
		part->level--;
		part->overrun = true;
	}
	int16_t *sample = part->fifo[(part->first + part->level++) % PART_FIFO];

	sample[0] = x;
	sample[1] = y;
	sample[2] = z;
}

static void write_register(struct part *part, uint8_t reg, uint8_t value)
{
	if (reg == CTRL_REG8 && (value & 0x01) != 0) {
		part->resets++;
		reset(part);
		return;
	}
	if (reg == FIFO_CTRL && value >> 5 == 0) {
		part->level = 0;
		part->overrun = false;
	}
	part->registers[reg] = value;
}

static int read_registers(struct part *part, uint8_t reg, uint8_t *bytes, uint32_t count)
{
	if (reg == FIFO_SRC && count == 1) {
		bytes[0] = part->level | (part->overrun ? 0x40 : 0);
		return 0;
	}
	if (reg == OUT_X_XL && count == 6 && (part->registers[CTRL_REG8] & 0x04) != 0) {
		if (part->level == 0) {
			return -EIO; /* the driver must not read what is not there */
		}
		for (int i = 0; i < 3; i++) {
			bytes[2 * i] = (uint8_t)part->fifo[part->first][i];
			bytes[2 * i + 1] = (uint8_t)((uint16_t)part->fifo[part->first][i] >> 8);
		}
		part->first = (part->first + 1) % PART_FIFO;
		part->level--;
		return 0;
	}
	for (uint32_t i = 0; i < count; i++) {
		bytes[i] = part->registers[(reg + i) % sizeof(part->registers)];
	}
	return 0;
}

static int transfer(const struct emul *target, struct i2c_msg *msgs, int count, int address)
{
	struct part *part = target->data;

	ARG_UNUSED(address);
	if (part->absent) {
		return -EIO;
	}
	if (count == 1 && (msgs[0].flags & I2C_MSG_READ) == 0 && msgs[0].len == 2) {
		write_register(part, msgs[0].buf[0], msgs[0].buf[1]);
		return 0;
	}
	if (count == 2 && msgs[0].len == 1 && (msgs[1].flags & I2C_MSG_READ) != 0) {
		return read_registers(part, msgs[0].buf[0], msgs[1].buf, msgs[1].len);
	}
	return -EIO;
}

static int part_init(const struct emul *target, const struct device *parent)
{
	ARG_UNUSED(parent);
	reset(target->data);
	return 0;
}

static struct i2c_emul_api bus_api = {.transfer = transfer};

#define PART(inst)                                                                                                     \
	static struct part part_##inst;                                                                                \
	EMUL_DT_INST_DEFINE(inst, part_init, &part_##inst, NULL, &bus_api, NULL)

DT_INST_FOREACH_STATUS_OKAY(PART)
