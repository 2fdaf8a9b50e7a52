/* SPDX-License-Identifier: Apache-2.0
 *
 * What the board's parts tell an app. Values are in fixed units, so that no app
 * knows which part gave them.
 */
#ifndef VMOTE_SENSE_H
#define VMOTE_SENSE_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
    SENSE_OK = 0,
    SENSE_NACK,     /* sensor-nack: the part does not answer to its address */
    SENSE_BUS,      /* sensor-bus: the bus does not move: a part holds it, or the pull-ups are off */
    SENSE_IDENTITY, /* sensor-identity: another part answers at this address */
    SENSE_TIMEOUT,  /* sensor-timeout: the part answers but never has data ready */
    SENSE_RANGE,    /* sensor-range: a value that the part cannot measure */
    SENSE_OVERRUN,  /* sensor-overrun: samples were lost before they were read */
    SENSE_FLAT      /* sensor-flat: the part gives one and the same value: nothing is measured */
} sense_status;

const char *sense_status_name(sense_status status);

/* Temperature and humidity in thousandths of degC and %RH. */
typedef struct {
    int32_t temperature;
    int32_t humidity;
} sense_climate;

/* Name of the part, as in board.yaml: "hts221". */
const char *sense_climate_part(void);

/* Switch the part on and read its calibration. Call again after an error. */
sense_status sense_climate_open(void);

/* Take one measurement; the part is idle before and after. */
sense_status sense_climate_read(sense_climate *reading);

/* Acceleration in millionths of g, gravity included. */
typedef struct {
    int32_t axis[3];
} sense_acceleration;

/* "lsm9ds1-ag". */
const char *sense_acceleration_part(void);

/* Switch the part on; from now on it samples by itself, `rate_hz` times a second. Call again after an error. */
sense_status sense_acceleration_open(uint32_t *rate_hz);

/* Fetch what was sampled since, oldest first, at most `room`. SENSE_OVERRUN: some of it is lost. */
sense_status sense_acceleration_read(sense_acceleration *samples, uint32_t room, uint32_t *count);

/* "microphone". */
const char *sense_sound_part(void);

/* Switch the microphone on; from now on sound is gathered, one channel of 16 bits. Call again after an error. */
sense_status sense_sound_open(uint32_t *rate_hz);

/* Sleep until a block of samples is there and borrow it. `behind` says how many more wait after it.
 * SENSE_OVERRUN: sound was lost, what comes next does not join on to what was there. */
sense_status sense_sound_borrow(const int16_t **samples, uint32_t *count, uint32_t *behind);

/* Give the borrowed block back. */
void sense_sound_return(void);

#endif
