/* SPDX-License-Identifier: Apache-2.0 */
/* Python's end of the shared memory: wait for the guest, hand the turn back. Waiting spins for a short while, because
   the other side usually answers within microseconds, and then sleeps in the kernel, because cores are few. */
#define _GNU_SOURCE
#include "link.h"
#include <errno.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Returns 1 when it is Python's turn, 0 when the time is up or a signal came. */
__attribute__((visibility("default"))) int vmote_wait(struct vmote_link *link, int64_t spin_ns, int64_t timeout_ns)
{
    int64_t start = now_ns();
    for (;;) {
        for (int i = 0; i < 16; i++) {
            if (__atomic_load_n(&link->turn, __ATOMIC_ACQUIRE) == VMOTE_TURN_PYTHON)
                return 1;
            relax();
        }
        if (now_ns() - start >= spin_ns)
            break;
    }
    __atomic_store_n(&link->python_sleeps, 1, __ATOMIC_SEQ_CST);
    int mine = 0;
    for (;;) {
        if (__atomic_load_n(&link->turn, __ATOMIC_SEQ_CST) == VMOTE_TURN_PYTHON) {
            mine = 1;
            break;
        }
        int64_t left = timeout_ns - (now_ns() - start);
        if (left <= 0)
            break;
        struct timespec t = {left / 1000000000, left % 1000000000};
        if (syscall(SYS_futex, &link->turn, FUTEX_WAIT, VMOTE_TURN_GUEST, &t, NULL, 0) != 0 && errno == EINTR) {
            mine = __atomic_load_n(&link->turn, __ATOMIC_SEQ_CST) == VMOTE_TURN_PYTHON;
            break;
        }
    }
    __atomic_store_n(&link->python_sleeps, 0, __ATOMIC_SEQ_CST);
    return mine;
}

/* Hands the turn to the guest. */
__attribute__((visibility("default"))) void vmote_pass(struct vmote_link *link)
{
    __atomic_store_n(&link->turn, VMOTE_TURN_GUEST, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(&link->guest_sleeps, __ATOMIC_SEQ_CST))
        syscall(SYS_futex, &link->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Both at once: the ordinary case, one call from Python for each exchange. */
__attribute__((visibility("default"))) int vmote_turn(struct vmote_link *link, int64_t spin_ns, int64_t timeout_ns)
{
    vmote_pass(link);
    return vmote_wait(link, spin_ns, timeout_ns);
}

/* Offsets, so that Python can check that both mean the same memory. */
#define FIELD(name) offsetof(struct vmote_link, name)
__attribute__((visibility("default"))) const uint32_t vmote_offsets[] = {
    FIELD(turn),     FIELD(shift),    FIELD(op),       FIELD(address), FIELD(ns),    FIELD(command),
    FIELD(value),    FIELD(deadline), FIELD(irq),      FIELD(exchanges), FIELD(stop_address), FIELD(fault),
    FIELD(regions),  sizeof(struct vmote_link),
};
