/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notices that any image, however built, enters a fault handler, or reaches an address that was asked for. */
#define _GNU_SOURCE
#include "vmote.h"
#include <signal.h>
#include <string.h>

enum { VTOR = 0xE000ED08, FIRST_FAULT = 3, LAST_FAULT = 6, IPSR_MASK = 0x1FF };

static bool seen; /* the first fault is told, what follows from it is not */

static void on_handler(unsigned vcpu, void *insns)
{
    (void)vcpu;
    if (seen || !(link_->options & VMOTE_OPT_CATCH_FAULTS))
        return;
    struct vmote_fault *fault = &link_->fault;
    core_fill_registers(fault);
    uint32_t vector = fault->xpsr & IPSR_MASK;
    if (vector < FIRST_FAULT || vector > LAST_FAULT)
        return; /* a handler shared with other exceptions */
    seen = true;
    fault->vector = vector;
    fault->tb_insns = (uint32_t)(uintptr_t)insns;
    fault->pc = fault->r[15];
    exchange_fault_soon();
}

static void on_translate(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
    (void)id;
    if (!sysregs)
        return;
    sleep_translate(tb);
    profile_translate(tb);
    stops_translate(tb);
    uint32_t start = (uint32_t)q_qemu_plugin_tb_vaddr(tb);
    const uint32_t *table = host_pointer(core_read(VTOR), 4 * (LAST_FAULT + 1));
    for (int n = FIRST_FAULT; table && n <= LAST_FAULT; n++) {
        if ((table[n] & ~1u) == start) {
            size_t insns = q_qemu_plugin_tb_n_insns(tb);
            q_qemu_plugin_register_vcpu_insn_exec_cb(q_qemu_plugin_tb_get_insn(tb, 0), on_handler, 1,
                                                     (void *)(uintptr_t)insns);
            break;
        }
    }
}

/* QEMU gives up with abort() when a core locks up: leave the registers behind for Python first. */
static void on_abort(int signal_number)
{
    signal(signal_number, SIG_DFL);
    static bool once;
    if (!once) {
        once = true;
        if (!seen)
            core_fill_registers(&link_->fault);
        link_->op = VMOTE_OP_LOCKUP;
    }
    raise(signal_number);
}

void faults_install(qemu_plugin_id_t id)
{
    snapshot_keeps(&seen, sizeof seen);
    q_qemu_plugin_register_vcpu_tb_trans_cb(id, on_translate);
    signal(SIGABRT, on_abort);
}
