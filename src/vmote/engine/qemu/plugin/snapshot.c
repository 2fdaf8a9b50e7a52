/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One state of the machine, kept within its own process, and the way back to it. QEMU writes down its devices, the core and
   the clock itself, as it does for a migration, but into memory; memories and registers lie in the shared memory and are
   Python's to keep; what this plugin knows is registered here by those who own it. Both ways are open only where no block is
   being executed: in the callback of a timer. */
#define _GNU_SOURCE
#include "vmote.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { KEPT_MAX = 24, ROOM = 1 << 20, HEAD = 8 /* magic and version, which are not asked for again */, SEEK_START = 0 };

static struct {
    void *at, *copy;
    size_t size;
} kept[KEPT_MAX];
static unsigned kept_count;
static uint8_t *devices;
static size_t devices_size;

void snapshot_keeps(void *at, size_t size)
{
    if (kept_count == KEPT_MAX)
        abort();
    kept[kept_count].at = at;
    kept[kept_count].copy = malloc(size);
    kept[kept_count++].size = size;
}

/* Returns 0, or why not. */
uint64_t snapshot_take(void)
{
    if (!devices)
        devices = malloc(ROOM);
    q_global_state_store();
    void *channel = q_qio_channel_buffer_new(ROOM);
    void *file = q_qemu_file_new_output(channel);
    q_qemu_save_device_state(file);
    q_qemu_fflush(file);
    bool failed = q_qemu_file_get_error(file) != 0 || q_qio_channel_io_seek(channel, 0, SEEK_START, NULL) != 0;
    ssize_t size = failed ? -1 : q_qio_channel_read(channel, (char *)devices, ROOM, NULL);
    q_qemu_fclose(file);
    devices_size = size > HEAD && size < ROOM ? (size_t)size : 0;
    if (!devices_size)
        return 1;
    for (unsigned i = 0; i < kept_count; i++)
        memcpy(kept[i].copy, kept[i].at, kept[i].size);
    profile_keep();
    return 0;
}

uint64_t snapshot_return(void)
{
    if (!devices_size)
        return 1;
    void *channel = q_qio_channel_buffer_new(ROOM);
    if (q_qio_channel_write_all(channel, (const char *)devices, devices_size, NULL) != 0 ||
        q_qio_channel_io_seek(channel, HEAD, SEEK_START, NULL) != HEAD)
        return 2;
    void *file = q_qemu_file_new_input(channel);
    int failed = q_qemu_load_device_state(file);
    q_qemu_fclose(file);
    if (failed < 0)
        return 3;
    stops_at(0);
    for (unsigned i = 0; i < kept_count; i++)
        memcpy(kept[i].at, kept[i].copy, kept[i].size);
    exchange_returned();
    sleep_returned();
    regions_returned();
    profile_return();
    q_tb_flush(q_qemu_get_cpu(0)); /* code in the shared memory may be other code now */
    q_qemu_cpu_kick(q_qemu_get_cpu(0));
    return 0;
}
