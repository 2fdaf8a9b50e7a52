# SPDX-License-Identifier: Apache-2.0
set(APP_SOURCES keyword.c hearing.c)
set(APP_SENSORS sound)
set(APP_FEATURES logmel fft)
set(APP_MODEL keyword) # what the image carries unless told otherwise
set(APP_MODEL_CAPACITY 98304) # bytes of flash that a model may take
set(APP_ARENA_SIZE 49152)
set(APP_STACK_SIZE 8192)
