/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One question to Python and its answer. The guest stands still meanwhile: the virtual clock counts instructions and
   the big lock is held. */
#define _GNU_SOURCE
#include "../link/wait.h"
#include "vmote.h"
#include <stdlib.h>

enum { TIMER_BYTES = 512, MAX_IRQS = 256 };

static void *deadline_timer, *fault_timer;
static int64_t armed = -1, python_deadline = -1; /* cycles; negative: none */
static uint64_t lines[4];
static qemu_irq irqs[MAX_IRQS];
static bool fault_due;
static bool returning; /* to a snapshot: see exchange_returned */

static void ask(uint32_t op, uint64_t address, uint64_t data, uint32_t size)
{
    link_->op = op;
    link_->size = size;
    link_->address = address;
    link_->data = data;
    link_->cycle = cycles_now();
    link_->instructions = (uint64_t)q_icount_get_raw();
    link_->exchanges += op != VMOTE_OP_DONE;
    vmote_hand_over(link_, VMOTE_TURN_PYTHON, &link_->python_sleeps);
    vmote_await(link_, VMOTE_TURN_GUEST, &link_->guest_sleeps, -1);
}

static void set_lines(void)
{
    for (int i = 0; i < 4; i++) {
        uint64_t changed = link_->irq[i] ^ lines[i];
        lines[i] = link_->irq[i];
        for (; changed; changed &= changed - 1) {
            unsigned bit = (unsigned)__builtin_ctzll(changed), n = 64u * (unsigned)i + bit;
            if (n >= link_->n_irqs)
                continue;
            if (!irqs[n])
                irqs[n] = core_line(n);
            q_qemu_set_irq(irqs[n], (lines[i] >> bit) & 1);
            if ((lines[i] >> bit) & 1)
                sleep_pending();
        }
    }
}

/* One timer serves both: the earlier of what Python and SysTick wait for. */
void exchange_rearm(void)
{
    if (returning)
        return;
    int64_t next = systick_deadline();
    if (next < 0 || (python_deadline >= 0 && python_deadline < next))
        next = python_deadline;
    if (next == armed)
        return;
    armed = next;
    if (armed >= 0)
        q_timer_mod(deadline_timer, moment_of(armed));
    else
        q_timer_del(deadline_timer);
}

void exchange_anew(void)
{
    q_timer_del(deadline_timer);
    armed = -1;
    exchange_rearm();
}

uint64_t exchange(uint32_t op, uint64_t address, uint64_t data, uint32_t size, bool *refused)
{
    if (fault_due) {
        /* The fault came first; whatever the handler does can wait until Python has seen it. */
        fault_due = false;
        q_timer_del(fault_timer);
        exchange(VMOTE_OP_FAULT, 0, 0, 0, NULL);
    }
    ask(op, address, data, size);
    for (;;) {
        uint32_t command = link_->command;
        if (command == VMOTE_CMD_GO || command == VMOTE_CMD_REFUSE)
            break;
        uint64_t answer = 0;
        if (command == VMOTE_CMD_REGS)
            core_fill_registers(&link_->fault);
        else if (command == VMOTE_CMD_PEEK)
            answer = core_read((uint32_t)link_->value);
        else if (command == VMOTE_CMD_CODE)
            regions_changed(link_->value, (uint64_t)link_->deadline);
        else if (command == VMOTE_CMD_PROFILE)
            profile_fetch();
        else if (command == VMOTE_CMD_BREAK)
            stops_at((uint32_t)link_->value);
        else if (command == VMOTE_CMD_TAKE)
            answer = snapshot_take();
        else if (command == VMOTE_CMD_RETURN)
            answer = snapshot_return();
        ask(VMOTE_OP_DONE, 0, answer, 0);
    }
    if (refused)
        *refused = link_->command == VMOTE_CMD_REFUSE;
    set_lines();
    if (link_->demote) {
        link_->demote = 0;
        regions_demote();
    }
    python_deadline = link_->deadline;
    systick_follow();
    exchange_rearm();
    return link_->value;
}

static void on_deadline(void *unused)
{
    (void)unused;
    armed = -1;
    time_leapt();
    systick_sync();
    if (python_deadline >= 0 && cycles_now() >= python_deadline)
        exchange(VMOTE_OP_TIMER, 0, 0, 0, NULL);
    else
        exchange_rearm();
}

static void on_fault_timer(void *unused)
{
    (void)unused;
    if (!fault_due)
        return;
    fault_due = false;
    exchange(VMOTE_OP_FAULT, 0, 0, 0, NULL);
}

/* Called while a block executes, where the clock cannot be read: a timer that is already due makes the core leave its
   loop at the end of the block. */
void exchange_fault_soon(void)
{
    fault_due = true;
    q_timer_mod(fault_timer, 0);
}

static void returned(CPUState *cpu, void *unused)
{
    (void)cpu, (void)unused;
    returning = false;
    exchange_rearm();
}

/* Another time than a moment ago: nothing that was due is. QEMU is still calling the timers of the time that it was, and
   would go on with any that is armed now for a time before that; so the deadline is set by the core's own thread, before
   the next instruction. */
void exchange_returned(void)
{
    fault_due = false;
    q_timer_del(fault_timer);
    q_timer_del(deadline_timer);
    armed = -1;
    returning = true;
    q_async_run_on_cpu(q_qemu_get_cpu(0), returned, NULL);
}

void exchange_start(void)
{
    snapshot_keeps(lines, sizeof lines);
    deadline_timer = calloc(1, TIMER_BYTES);
    fault_timer = calloc(1, TIMER_BYTES);
    q_timer_init_full(deadline_timer, NULL, CLOCK_VIRTUAL, 1, 0, on_deadline, NULL);
    q_timer_init_full(fault_timer, NULL, CLOCK_VIRTUAL, 1, 0, on_fault_timer, NULL);
}
