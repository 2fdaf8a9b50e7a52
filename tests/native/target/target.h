/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>

uint32_t semihost(uint32_t operation, const void *block);
uint32_t host_open(const char *name, uint32_t mode); /* 1: read binary, 5: write binary */
void host_read(uint32_t handle, void *bytes, uint32_t count);
void host_write(uint32_t handle, const void *bytes, uint32_t count);
void host_exit(uint32_t code);

#endif
