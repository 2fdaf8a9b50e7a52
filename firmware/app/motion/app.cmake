# SPDX-License-Identifier: Apache-2.0
set(APP_SOURCES motion.c)
set(APP_SENSORS acceleration)
set(APP_FEATURES zscore decimate)
set(APP_MODEL motion) # what the image carries unless told otherwise
set(APP_MODEL_CAPACITY 32768) # bytes of flash that a model may take
set(APP_ARENA_SIZE 16384)
set(APP_STACK_SIZE 4096)
