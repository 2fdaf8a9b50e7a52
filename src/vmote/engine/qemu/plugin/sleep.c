/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sleep. QEMU lets WFE pass, so that firmware which waits with it would spin through hours of virtual time. The core is
   halted as WFI halts it, unless the event register is set. That is set by SEV, by every exception that is taken, and with
   SCR.SEVONPEND by every interrupt that becomes pending, enabled or not (ARMv7-M ARM B1.5.18). An enabled interrupt that
   PRIMASK keeps back ends a sleep too, for QEMU does not tell WFE from WFI; the architecture allows waking without reason. */
#include "vmote.h"
#include <stdlib.h>

enum {
    WFE = 0xBF20,
    WFI = 0xBF30,
    SEV = 0xBF40,
    INTERRUPT_EXITTB = 0x4,
    INTERRUPT_HALT = 0x20,
    SCR = 0xE000ED10,
    SEVONPEND = 1 << 4,
    VTOR = 0xE000ED08,
    NMI = 2, /* the first exception with a handler */
    ISPR = 0xE000E200,
    ISPR_BYTES = 32, /* 256 lines */
};

static void *halt_timer;
static bool event, asleep;

/* With no core awake, virtual time leaps to the next deadline. QEMU's main loop would see to that, two changes of thread
   later; a piece of work for the core's own thread does it at once. */
static void leap(CPUState *cpu, void *unused)
{
    (void)cpu, (void)unused;
    q_icount_start_warp_timer();
}

static void on_wfi(unsigned vcpu, void *unused)
{
    (void)vcpu, (void)unused;
    asleep = false;
    q_async_run_on_cpu(q_qemu_get_cpu(0), leap, NULL);
}

static void on_sev(unsigned vcpu, void *unused)
{
    (void)vcpu, (void)unused;
    event = true;
}

/* While a block executes no core may be halted: have it done by a timer that is due when the block ends, which it
   does with this instruction. */
static void on_wfe(unsigned vcpu, void *unused)
{
    (void)vcpu, (void)unused;
    asleep = false;
    if (event)
        event = false;
    else
        q_timer_mod(halt_timer, 0);
}

static void halt(void *unused)
{
    (void)unused;
    if (event) {
        event = false;
        return;
    }
    asleep = true;
    q_cpu_interrupt(q_qemu_get_cpu(0), INTERRUPT_HALT);
}

static void set_event(void)
{
    event = true;
    if (asleep) {
        asleep = false;
        q_cpu_interrupt(q_qemu_get_cpu(0), INTERRUPT_EXITTB);
    }
}

void sleep_pending(void)
{
    if (core_read(SCR) & SEVONPEND)
        set_event();
}

static void on_taken(unsigned vcpu, void *unused)
{
    (void)vcpu, (void)unused;
    event = true;
    asleep = false;
}

/* --- interrupts that software makes pending --- */

static uint64_t ispr_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque, (void)size;
    return core_read((uint32_t)(ISPR + offset));
}

static void ispr_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    (void)opaque, (void)size;
    uint64_t added = value & ~(uint64_t)core_read((uint32_t)(ISPR + offset));
    q_memory_region_dispatch_write(sysregs, sysregs_at + (ISPR & 0xFFF) + offset, value, MEMOP_32, 0);
    if ((uint32_t)added)
        sleep_pending();
}

static const MemoryRegionOps ispr_ops = {
    .read = ispr_read,
    .write = ispr_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 1, .max = 4},
    .impl = {.min = 4, .max = 4},
};

void sleep_map(void)
{
    add_io(ISPR, ISPR_BYTES, &ispr_ops, NULL, 10);
}

/* A block at which a handler begins; the vectors as they are now. */
static bool handles(uint32_t start)
{
    const uint32_t *table = host_pointer(core_read(VTOR), 4 * (16 + link_->n_irqs));
    for (uint32_t n = NMI; table && n < 16 + link_->n_irqs; n++)
        if ((table[n] & ~1u) == start)
            return true;
    return false;
}

void sleep_translate(struct qemu_plugin_tb *tb)
{
    size_t count = q_qemu_plugin_tb_n_insns(tb);
    if (handles((uint32_t)q_qemu_plugin_tb_vaddr(tb)))
        q_qemu_plugin_register_vcpu_insn_exec_cb(q_qemu_plugin_tb_get_insn(tb, 0), on_taken, 0, NULL);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = q_qemu_plugin_tb_get_insn(tb, i);
        const uint16_t *code = host_pointer((uint32_t)q_qemu_plugin_insn_vaddr(insn), 2);
        if (!code)
            return;
        if (*code == WFE)
            q_qemu_plugin_register_vcpu_insn_exec_cb(insn, on_wfe, 0, NULL);
        else if (*code == WFI)
            q_qemu_plugin_register_vcpu_insn_exec_cb(insn, on_wfi, 0, NULL);
        else if (*code == SEV)
            q_qemu_plugin_register_vcpu_insn_exec_cb(insn, on_sev, 0, NULL);
    }
}

/* The core is where it was; a halt that was on its way to another one is not. */
void sleep_returned(void)
{
    q_timer_del(halt_timer);
}

void sleep_start(void)
{
    snapshot_keeps(&event, sizeof event);
    snapshot_keeps(&asleep, sizeof asleep);
    halt_timer = calloc(1, 512);
    q_timer_init_full(halt_timer, NULL, CLOCK_VIRTUAL, 1, 0, halt, NULL);
}
