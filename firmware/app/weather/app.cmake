# SPDX-License-Identifier: Apache-2.0
set(APP_SOURCES weather.c)
set(APP_SENSORS climate)
set(APP_FEATURES zscore)
set(APP_MODEL snow) # what the image carries unless told otherwise
set(APP_MODEL_CAPACITY 16384) # bytes of flash that a model may take
set(APP_ARENA_SIZE 4096)
set(APP_STACK_SIZE 4096)
