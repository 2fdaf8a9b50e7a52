/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for one's turn, the same on both sides. The other side mostly answers within microseconds, so spinning pays;
   but when both share a processor, or many programs share few, spinning only keeps the other from answering. One patience
   serves both sides: if only one of them spins, it meets a partner who must be woken first, which takes longer than any
   spin that pays, and so neither would ever find out that spinning would do. Spins in vain use the patience up, those that
   met the answer restore it. Once it is gone both sleep for a number of waits, and then both try again, with spins long
   enough to outlast a waking; each trial in vain makes the next one later. */
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

enum {
    VMOTE_SPIN_NS = 20000,
    VMOTE_TRIAL_NS = 100000,
    VMOTE_SOON_NS = 300000, /* an answer later than this had another reason than the spinning */
    VMOTE_VAIN = 2,         /* what a spin in vain costs of the patience; one that met the answer gives 1 */
    VMOTE_DOUBT_TRIAL = 12,
    VMOTE_DOUBT_MOST = 16,
    VMOTE_NAP_LEAST = 64,
    VMOTE_NAP_MOST = 4096
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

/* How long to spin this time. Whoever waits reads; only the one whose turn it is writes. */
static inline int64_t vmote_spin(const struct vmote_patience *p)
{
    if (__atomic_load_n(&p->nap, __ATOMIC_RELAXED))
        return 0;
    return __atomic_load_n(&p->trial, __ATOMIC_RELAXED) ? VMOTE_TRIAL_NS : VMOTE_SPIN_NS;
}

/* It is our turn: `met` while spinning, or asleep, and then `soon` or not. */
static inline void vmote_learn(struct vmote_patience *p, bool met, bool soon)
{
    if (p->nap) {
        if (--p->nap == 0) {
            p->trial = 1;
            p->doubt = VMOTE_DOUBT_TRIAL;
        }
    } else if (met) {
        if (p->doubt && --p->doubt == 0)
            p->trial = p->naps = 0;
    } else if (soon && (p->doubt += VMOTE_VAIN) >= VMOTE_DOUBT_MOST) {
        p->nap = VMOTE_NAP_LEAST << p->naps;
        if (p->nap < VMOTE_NAP_MOST)
            p->naps++;
    }
}

/* Returns whether it is `mine`; false when the time is up (never, if negative) or a signal came. */
static inline bool vmote_await(struct vmote_link *link, uint32_t mine, uint32_t *sleeps, int64_t timeout_ns)
{
    int64_t start = vmote_now(), spin = vmote_spin(&link->patience);
    do {
        for (int i = 0; i < 16; i++) {
            if (vmote_is_turn(link, mine)) {
                vmote_learn(&link->patience, true, true);
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
    if (came)
        vmote_learn(&link->patience, false, vmote_now() - start < VMOTE_SOON_NS);
    return came;
}
#endif
