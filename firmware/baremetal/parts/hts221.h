/* SPDX-License-Identifier: Apache-2.0
 *
 * ST HTS221, humidity and temperature. Datasheet DocID026333 rev 4.
 */
#ifndef VMOTE_HTS221_H
#define VMOTE_HTS221_H

#include "sense.h"

/* Identity and calibration; call after every power-up. */
sense_status hts221_open(uint8_t address);

/* One conversion of both; the part is powered down before and after. */
sense_status hts221_read(uint8_t address, sense_climate *reading);

#endif
