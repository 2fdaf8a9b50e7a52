/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Stops where Python asks: when an instruction is about to be executed. QEMU's own breakpoints would let virtual time leap
   under `-icount sleep=off`; so the core's registers are taken down at the instruction, and the core stops at the end of
   the block that begins there. */
#include "vmote.h"
#include <stdlib.h>

static void *told_timer;
static uint32_t wanted;
static bool due;

static void tell(void *unused)
{
    (void)unused;
    due = false;
    exchange(VMOTE_OP_STOP, wanted, 0, 0, NULL);
}

static void on_reached(unsigned vcpu, void *insns)
{
    (void)vcpu;
    if (!wanted || due)
        return;
    core_fill_registers(&link_->fault);
    link_->fault.r[15] = wanted;
    link_->fault.tb_insns = (uint32_t)(uintptr_t)insns;
    due = true;
    q_timer_mod(told_timer, 0);
}

void stops_translate(struct qemu_plugin_tb *tb)
{
    size_t count = wanted ? q_qemu_plugin_tb_n_insns(tb) : 0;
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = q_qemu_plugin_tb_get_insn(tb, i);
        if ((uint32_t)q_qemu_plugin_insn_vaddr(insn) == wanted)
            q_qemu_plugin_register_vcpu_insn_exec_cb(insn, on_reached, 1, (void *)(uintptr_t)(count - i));
    }
}

void stops_at(uint32_t address)
{
    wanted = address;
    due = false;
    q_timer_del(told_timer);
    if (address) /* what is translated already knows nothing of it */
        q_tb_flush(q_qemu_get_cpu(0));
}

void stops_start(void)
{
    told_timer = calloc(1, 512);
    q_timer_init_full(told_timer, NULL, CLOCK_VIRTUAL, 1, 0, tell, NULL);
}
