/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "qemu.h"
#include <dlfcn.h>
#include <stdio.h>

#define DEFINE(type, name, args) type(*q_##name) args;
QEMU_FUNCTIONS(DEFINE)
#undef DEFINE
bool (*q_locked)(void);
void (*q_lock)(const char *, int);
void (*q_unlock)(void);

/* QEMU reads this before it calls anything: each of its versions accepts a range, and none accepts them all. */
EXPORT int qemu_plugin_version = 1;
__attribute__((constructor)) static void choose_version(void)
{
    if (dlsym(RTLD_DEFAULT, "qemu_plugin_scoreboard_new"))
        qemu_plugin_version = 3;
}

static void *either(const char *now, const char *before)
{
    void *found = dlsym(RTLD_DEFAULT, now);
    return found ? found : dlsym(RTLD_DEFAULT, before);
}

static bool missing(const char *name)
{
    fprintf(stderr, "vmote: this QEMU does not export %s; known to work: qemu-system-arm 7.2 and 10.0 of Debian\n", name);
    return false;
}

bool qemu_resolve(void)
{
#define RESOLVE(type, name, args) \
    if (!(q_##name = (type(*) args)dlsym(RTLD_DEFAULT, #name))) \
        return missing(#name);
    QEMU_FUNCTIONS(RESOLVE)
#undef RESOLVE
    q_locked = either("bql_locked", "qemu_mutex_iothread_locked");
    q_lock = either("bql_lock_impl", "qemu_mutex_lock_iothread_impl");
    q_unlock = either("bql_unlock", "qemu_mutex_unlock_iothread");
    if (!q_locked || !q_lock || !q_unlock)
        return missing("bql_lock_impl");
    return true;
}
