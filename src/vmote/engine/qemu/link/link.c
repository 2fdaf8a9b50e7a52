/* SPDX-License-Identifier: Apache-2.0 */
/* Python's end of the shared memory: wait for the guest, hand the turn back. */
#define _GNU_SOURCE
#include "wait.h"

/* Returns 1 when it is Python's turn, 0 when the time is up or a signal came. */
__attribute__((visibility("default"))) int vmote_wait(struct vmote_link *link, int64_t timeout_ns)
{
    return vmote_await(link, VMOTE_TURN_PYTHON, &link->python_sleeps, timeout_ns);
}

/* Hands the turn to the guest and waits until it comes back: the ordinary case, one call for each exchange. */
__attribute__((visibility("default"))) int vmote_turn(struct vmote_link *link, int64_t timeout_ns)
{
    vmote_hand_over(link, VMOTE_TURN_GUEST, &link->guest_sleeps);
    return vmote_wait(link, timeout_ns);
}

/* Offsets, so that Python can check that both mean the same memory. */
#define FIELD(name) offsetof(struct vmote_link, name)
__attribute__((visibility("default"))) const uint32_t vmote_offsets[] = {
    FIELD(turn),     FIELD(shift),    FIELD(op),       FIELD(address), FIELD(cycle), FIELD(command),
    FIELD(value),    FIELD(deadline), FIELD(irq),      FIELD(exchanges), FIELD(profile), FIELD(fault),
    FIELD(patience), FIELD(regions),  sizeof(struct vmote_link),
};
