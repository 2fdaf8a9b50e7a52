/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The devices of a board inside a stock QEMU machine: this plugin adds memories, registers, interrupt lines and a timer,
   and asks Python, through shared memory, whatever has a side effect. */
#define _GNU_SOURCE
#include "vmote.h"
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

struct vmote_link *link_;
MemoryRegion *container;

enum { FILE_BYTES = 16 << 20 }; /* QEMU 10 makes itself an unnamed file for a machine's display */

static int memory_fd = -1, parent_fd = -1;
static char ready_timer[512];

/* Python holds the other end of a pipe. When it goes, however it goes, so does the emulator. */
static void *watch_parent(void *unused)
{
    char byte;
    while (read(parent_fd, &byte, 1) > 0)
        ;
    _exit(0);
    return unused;
}

/* Runs in the main loop of a machine that is complete and, by -S, not started: virtual time is 0. */
static void on_ready(void *unused)
{
    (void)unused;
    Object *armv7m = q_object_resolve_path_type("", "armv7m", NULL);
    container = armv7m ? (MemoryRegion *)q_object_resolve_path_component(armv7m, "armv7m-container[0]") : NULL;
    if (!container) {
        fprintf(stderr, "vmote: this QEMU has no armv7m container; known to work: qemu-system-arm 7.2 and 10.0\n");
        _exit(3);
    }
    core_map();
    systick_map();
    sleep_map();
    mpu_map();
    regions_map(memory_fd);
    exchange(VMOTE_OP_READY, 0, 0, 0, NULL);
    q_cpu_reset(q_qemu_get_cpu(0)); /* again, now that there is a vector table to read */
    if (!(link_->options & VMOTE_OPT_DEBUGGER)) /* a debugger says when */
        q_vm_start();
}

static void on_vcpu(qemu_plugin_id_t id, unsigned index)
{
    (void)id;
    if (index != 0)
        return;
    bool held = q_locked();
    if (!held)
        q_lock(__FILE__, __LINE__);
    time_start();
    exchange_start();
    sleep_start();
    stops_start();
    profile_start();
    q_timer_init_full(ready_timer, NULL, CLOCK_REAL, 1000000, 0, on_ready, NULL);
    q_timer_mod(ready_timer, 0);
    if (!held)
        q_unlock();
}

static void limit(int what, unsigned long amount)
{
    struct rlimit now;
    if (amount && getrlimit(what, &now) == 0) {
        now.rlim_cur = amount < now.rlim_max ? amount : now.rlim_max;
        now.rlim_max = now.rlim_cur;
        setrlimit(what, &now);
    }
}

EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc, char **argv)
{
    (void)info;
    unsigned long cpu_seconds = 0, address_space = 0;
    for (int i = 0; i < argc; i++) {
        sscanf(argv[i], "memory=%d", &memory_fd);
        sscanf(argv[i], "parent=%d", &parent_fd);
        sscanf(argv[i], "cpu=%lu", &cpu_seconds);
        sscanf(argv[i], "space=%lu", &address_space);
    }
    if (!qemu_resolve())
        return 1;
    struct stat st;
    if (memory_fd < 0 || fstat(memory_fd, &st) != 0) {
        fprintf(stderr, "vmote: the plugin was started without its shared memory\n");
        return 1;
    }
    link_ = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, memory_fd, 0);
    if (link_ == MAP_FAILED || link_->magic != VMOTE_LINK_MAGIC) {
        fprintf(stderr, "vmote: the shared memory is not laid out as this plugin expects it\n");
        return 1;
    }
    limit(RLIMIT_CPU, cpu_seconds);
    limit(RLIMIT_AS, address_space);
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    limit(RLIMIT_FSIZE, FILE_BYTES);
    pthread_t thread;
    if (parent_fd >= 0 && pthread_create(&thread, NULL, watch_parent, NULL) == 0)
        pthread_detach(thread);
    q_qemu_plugin_register_vcpu_init_cb(id, on_vcpu);
    faults_install(id);
    return 0;
}
