/* SPDX-License-Identifier: Apache-2.0 */
#include "sense.h"

const char *sense_status_name(sense_status status)
{
    switch (status) {
    case SENSE_OK: return "ok";
    case SENSE_NACK: return "sensor-nack";
    case SENSE_BUS: return "sensor-bus";
    case SENSE_IDENTITY: return "sensor-identity";
    case SENSE_TIMEOUT: return "sensor-timeout";
    case SENSE_RANGE: return "sensor-range";
    case SENSE_OVERRUN: return "sensor-overrun";
    case SENSE_FLAT: return "sensor-flat";
    }
    return "sensor-unknown";
}
