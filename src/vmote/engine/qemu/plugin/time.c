/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seam between QEMU's time and the board's. Everything else, SysTick, CYCCNT, the deadlines and Python's clock, counts
   cycles of the board and asks here. QEMU's virtual clock counts instructions, 1 << shift nanoseconds each, and leaps while
   the core sleeps; a cycle is one such step for now. A timing model changes these two functions: the cycles that blocks
   cost beyond one for each instruction are added in the first and taken off in the second. */
#include "vmote.h"

/* QEMU takes a core that a debugger has stopped for an idle one and lets its clock leap to the next timer, as it does for
   one that sleeps. The board's time stands still then: the leap is taken off again before anything is told of it. One that
   was due, of a core that slept when the debugger came, is made again when it goes on. */
static int64_t slept;  /* what QEMU's clock was ahead of its instructions when it was looked at last */
static int64_t undone; /* what of it was a debugger's doing */

static int64_t clock_now(void)
{
    return q_qemu_clock_get_ns(CLOCK_VIRTUAL);
}

int64_t cycles_now(void)
{
    return (clock_now() - undone) >> link_->shift;
}

/* The moment of QEMU's clock at which a cycle begins. */
int64_t moment_of(int64_t cycle)
{
    return (cycle << link_->shift) + undone;
}

static int64_t leapt(void)
{
    int64_t before = slept;
    slept = clock_now() - (q_icount_get_raw() << link_->shift);
    return slept - before;
}

/* Each leap leads to a timer, and this is said there. */
void time_leapt(void)
{
    leapt();
}

static void on_change(void *unused, bool running, int state)
{
    (void)unused, (void)state;
    if (running)
        return;
    undone += leapt();
    exchange_anew();
}

void time_start(void)
{
    if (link_->options & VMOTE_OPT_DEBUGGER)
        q_qemu_add_vm_change_state_handler(on_change, NULL);
}
