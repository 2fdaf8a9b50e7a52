# SPDX-License-Identifier: Apache-2.0
set(here ${CMAKE_CURRENT_LIST_DIR})
set(parts ${CMAKE_CURRENT_LIST_DIR}/../parts)
set(SOC_SOURCES ${here}/vectors.c ${here}/soc.c ${here}/console.c ${here}/rtc.c ${here}/gpio.c)
set(SENSOR_climate_SOURCES ${here}/climate.c ${here}/sensor_power.c ${here}/twi.c ${parts}/hts221.c)
set(SENSOR_acceleration_SOURCES ${here}/acceleration.c ${here}/sensor_power.c ${here}/twi.c ${parts}/lsm9ds1.c)
set(SENSOR_sound_SOURCES ${here}/sound.c)
