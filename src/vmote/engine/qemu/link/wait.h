/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for one's turn, the same on both sides. The other side mostly answers within microseconds, so spinning pays;
   but when both share a processor, or many runs share few, spinning only keeps the other from answering. So each side
   learns: a spin that was in vain though the answer came soon makes the next ones shorter, and now and then a full one
   finds out whether times have changed. */
#ifndef VMOTE_WAIT_H
#define VMOTE_WAIT_H
#include "link.h"
#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { VMOTE_SPIN_NS = 20000, VMOTE_SOON_NS = 200000, VMOTE_PROBE = 256 };

struct vmote_patience {
    int64_t spin_ns;
    uint32_t waits;
};

static inline int64_t vmote_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static inline bool vmote_is_turn(struct vmote_link *link, uint32_t turn)
{
    return __atomic_load_n(&link->turn, __ATOMIC_SEQ_CST) == turn;
}

static inline void vmote_hand_over(struct vmote_link *link, uint32_t turn, const uint32_t *sleeps)
{
    __atomic_store_n(&link->turn, turn, __ATOMIC_SEQ_CST);
    if (__atomic_load_n(sleeps, __ATOMIC_SEQ_CST))
        syscall(SYS_futex, &link->turn, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Returns whether it is `mine`; false when the time is up (never, if negative) or a signal came. */
static inline bool vmote_await(struct vmote_link *link, uint32_t mine, uint32_t *sleeps, struct vmote_patience *patience,
                               int64_t timeout_ns)
{
    int64_t start = vmote_now(), spin = patience->spin_ns;
    if (++patience->waits % VMOTE_PROBE == 0)
        spin = VMOTE_SPIN_NS;
    do {
        for (int i = 0; i < 16; i++) {
            if (vmote_is_turn(link, mine)) {
                if (spin > patience->spin_ns)
                    patience->spin_ns = spin;
                return true;
            }
#if defined(__x86_64__) || defined(__i386__)
            __builtin_ia32_pause();
#elif defined(__aarch64__)
            __asm__ volatile("yield");
#endif
        }
    } while (vmote_now() - start < spin);
    __atomic_store_n(sleeps, 1, __ATOMIC_SEQ_CST);
    bool came;
    while (!(came = vmote_is_turn(link, mine))) {
        struct timespec t, *limit = NULL;
        if (timeout_ns >= 0) {
            int64_t left = timeout_ns - (vmote_now() - start);
            if (left <= 0)
                break;
            t = (struct timespec){left / 1000000000, left % 1000000000};
            limit = &t;
        }
        if (syscall(SYS_futex, &link->turn, FUTEX_WAIT, !mine, limit, NULL, 0) != 0 && errno == EINTR && limit) {
            came = vmote_is_turn(link, mine);
            break;
        }
    }
    __atomic_store_n(sleeps, 0, __ATOMIC_SEQ_CST);
    if (came && vmote_now() - start < VMOTE_SOON_NS)
        patience->spin_ns /= 2;
    return came;
}
#endif
