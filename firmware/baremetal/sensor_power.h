/* SPDX-License-Identifier: Apache-2.0
 *
 * The board's switches for its sensors.
 */
#ifndef VMOTE_SENSOR_POWER_H
#define VMOTE_SENSOR_POWER_H

/* Switch on the parts on the I2C bus and its pull-ups; waits until they are ready. Does so once. */
void sensor_power_on(void);

#endif
