/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The seam between QEMU's time and the board's. Everything else, SysTick, CYCCNT, the deadlines and Python's clock, counts
   cycles of the board and asks here. QEMU's virtual clock counts instructions, 1 << shift nanoseconds each, and leaps while
   the core sleeps; a cycle is one such step for now. A timing model changes these two functions: the cycles that blocks
   cost beyond one for each instruction are added in the first and taken off in the second. */
#include "vmote.h"

int64_t cycles_now(void)
{
    return q_qemu_clock_get_ns(CLOCK_VIRTUAL) >> link_->shift;
}

/* The moment of QEMU's clock at which a cycle begins. */
int64_t moment_of(int64_t cycle)
{
    return cycle << link_->shift;
}
