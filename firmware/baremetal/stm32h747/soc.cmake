# SPDX-License-Identifier: Apache-2.0
set(here ${CMAKE_CURRENT_LIST_DIR})
set(parts ${CMAKE_CURRENT_LIST_DIR}/../parts)
set(SOC_SOURCES ${here}/vectors.c ${here}/soc.c ${here}/uart.c ${here}/time.c ${here}/gpio.c)
set(bus ${here}/sensor_power.c ${here}/i2c.c)
set(SENSOR_climate_SOURCES ${parts}/climate.c ${parts}/hts221.c ${bus})
set(SENSOR_acceleration_SOURCES ${parts}/acceleration.c ${parts}/lsm9ds1.c ${bus})
set(SENSOR_sound_SOURCES ${here}/sound.c ${parts}/ring.c)
