/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stock QEMU lacks in a Cortex-M core: the cycle counter, a reset request that does not move the clock, and a way
   to look at the registers. */
#include "vmote.h"
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    DEMCR = 0xE000EDFC, /* ARMv7-M ARM C1.6.5 */
    AIRCR = 0xE000ED0C, /* ARMv7-M ARM B3.2.6 */
    DWT = 0xE0001000,   /* ARMv7-M ARM C1.8 */
    DWT_CTRL = 0x0,
    DWT_CYCCNT = 0x4,
    TRCENA = 1 << 24,
    CYCCNTENA = 1 << 0,
    SYSRESETREQ = 1 << 2,
    VECTKEY = 0x05FA,
};

MemoryRegion *sysregs;
uint64_t sysregs_at;
static uint32_t machine_lines;

/* --- DWT: what a cycle is, time.c says --- */

static uint32_t demcr, dwt_ctrl, dwt_held;
static int64_t dwt_from;
static bool dwt_runs;

static uint32_t cyccnt(void)
{
    return dwt_runs ? (uint32_t)(cycles_now() - dwt_from) : dwt_held;
}

static void cyccnt_set(uint32_t value)
{
    dwt_held = value;
    dwt_from = cycles_now() - value;
}

static void dwt_enable(void)
{
    uint32_t value = cyccnt();
    dwt_runs = (demcr & TRCENA) && (dwt_ctrl & CYCCNTENA);
    cyccnt_set(value);
}

static uint64_t dwt_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque, (void)size;
    switch (offset) {
    case DWT_CTRL:
        return 0x40000000u | dwt_ctrl; /* NUMCOMP 4, as Cortex-M4 and M7 have; the comparators are not modelled */
    case DWT_CYCCNT:
        return cyccnt();
    default:
        return 0;
    }
}

static void dwt_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    (void)opaque, (void)size;
    if (offset == DWT_CTRL) {
        dwt_ctrl = (uint32_t)value & 0x0FFFFFFF;
        dwt_enable();
    } else if (offset == DWT_CYCCNT) {
        cyccnt_set((uint32_t)value);
    }
}

static const MemoryRegionOps dwt_ops = {
    .read = dwt_read,
    .write = dwt_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 1, .max = 4},
    .impl = {.min = 4, .max = 4},
};

static uint64_t demcr_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque, (void)offset, (void)size;
    return demcr;
}

static void demcr_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    (void)opaque, (void)offset, (void)size;
    demcr = (uint32_t)value;
    dwt_enable();
}

static const MemoryRegionOps demcr_ops = {
    .read = demcr_read,
    .write = demcr_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 1, .max = 4},
    .impl = {.min = 4, .max = 4},
};

/* --- the reset request is Python's to carry out, all else goes on to QEMU --- */

static uint64_t aircr_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque, (void)offset, (void)size;
    return core_read(AIRCR);
}

static void aircr_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    (void)opaque, (void)offset, (void)size;
    if (value >> 16 == VECTKEY && (value & SYSRESETREQ))
        exchange(VMOTE_OP_RESET, AIRCR, value, 4, NULL);
    else
        q_memory_region_dispatch_write(sysregs, sysregs_at + (AIRCR & 0xFFF), value, MEMOP_32, 0);
}

static const MemoryRegionOps aircr_ops = {
    .read = aircr_read,
    .write = aircr_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 4, .max = 4},
    .impl = {.min = 4, .max = 4},
};

/* --- priorities have as many bits as the board's core implements (ARMv7-M ARM B1.5.4); QEMU's machines differ --- */

static uint64_t priority_at[2] = {0xE000E400, 0xE000ED18};

static uint64_t priority_read(void *opaque, uint64_t offset, unsigned size)
{
    uint64_t value = 0, at = *(const uint64_t *)opaque + offset;
    q_memory_region_dispatch_read(sysregs, sysregs_at + (at & 0xFFF), &value, __builtin_ctz(size), 0);
    return value;
}

static void priority_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    uint64_t at = *(const uint64_t *)opaque + offset;
    value &= link_->priority_mask * 0x01010101u;
    q_memory_region_dispatch_write(sysregs, sysregs_at + (at & 0xFFF), value, __builtin_ctz(size), 0);
}

static const MemoryRegionOps priority_ops = {
    .read = priority_read,
    .write = priority_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 1, .max = 4},
    .impl = {.min = 1, .max = 4},
};

/* What a machine fixes for its core, and a board needs otherwise. Its properties are closed once the device exists; write
   the field, if it is where it seems to be. All of this happens before the first instruction. */
static bool set_field(Object *device, const char *name, size_t size, uint64_t value)
{
    ObjectProperty *found = q_object_property_find(device, name);
    if (!found)
        return true; /* this version has no such limit */
    void *field = (uint8_t *)device + found->property->offset;
    uint64_t before = 0;
    memcpy(&before, field, size);
    if (q_object_property_get_uint(device, name, NULL) != before)
        return false;
    memcpy(field, &value, size);
    if (q_object_property_get_uint(device, name, NULL) == value)
        return true;
    memcpy(field, &before, size);
    return false;
}

static void widen(void)
{
    Object *nvic = q_object_resolve_path_type("", "armv7m_nvic", NULL);
    uint8_t bits = (uint8_t)__builtin_popcount(link_->priority_mask);
    uint64_t exceptions = nvic ? q_object_property_get_uint(nvic, "num-irq", NULL) : 0;
    machine_lines = exceptions > 16 ? (uint32_t)exceptions - 16 : 0;
    if (!nvic || !set_field(nvic, "num-prio-bits", 1, bits) ||
        (machine_lines < link_->n_irqs && !set_field(nvic, "num-irq", 4, link_->n_irqs + 16))) {
        fprintf(stderr, "vmote: this QEMU's interrupt controller is not as known; known to work: 7.2 and 10.0\n");
        _exit(3);
    }
}

/* An input line of the interrupt controller. Those that the machine did not make are copies of one that it did. */
qemu_irq core_line(uint32_t n)
{
    Object *armv7m = q_object_resolve_path_type("", "armv7m", NULL);
    if (n < machine_lines)
        return q_qdev_get_gpio_in(armv7m, (int)n);
    IRQState *made = (IRQState *)q_qdev_get_gpio_in(armv7m, 1), *copy = malloc(sizeof *copy);
    if (made->n != 1) {
        fprintf(stderr, "vmote: this QEMU's interrupt lines are not as known; known to work: 7.2 and 10.0\n");
        _exit(3);
    }
    *copy = *made;
    copy->n = (int)n;
    return (qemu_irq)copy;
}

void core_map(void)
{
    MemoryRegionSection section = q_memory_region_find(container, 0xE000ED00, 4);
    sysregs = section.mr;
    sysregs_at = section.offset_within_region - 0xD00;
    widen();
    snapshot_keeps(&demcr, sizeof demcr);
    snapshot_keeps(&dwt_ctrl, sizeof dwt_ctrl);
    snapshot_keeps(&dwt_held, sizeof dwt_held);
    snapshot_keeps(&dwt_from, sizeof dwt_from);
    snapshot_keeps(&dwt_runs, sizeof dwt_runs);
    add_io(DWT, 0x1000, &dwt_ops, NULL, 10);
    add_io(DEMCR, 4, &demcr_ops, NULL, 10);
    add_io(AIRCR, 4, &aircr_ops, NULL, 10);
    add_io(priority_at[0], 0xF0, &priority_ops, &priority_at[0], 10);
    add_io(priority_at[1], 12, &priority_ops, &priority_at[1], 10);
}

uint32_t core_read(uint32_t address)
{
    uint64_t value = 0;
    q_memory_region_dispatch_read(sysregs, sysregs_at + (address & 0xFFF), &value, MEMOP_32, 0);
    return (uint32_t)value;
}

/* --- registers --- */

static uint32_t gdb_register(CPUState *cpu, int number)
{
    static GByteArray *bytes;
    if (!bytes)
        bytes = q_g_byte_array_new();
    bytes->len = 0;
    uint32_t value = 0;
    if (q_arm_cpu_gdb_read_register(cpu, bytes, number) == 4)
        memcpy(&value, bytes->data, 4);
    return value;
}

/* QEMU 7.2 tells nobody the stack pointer that is not in use. In a fault handler it is the thread's, and the frame it
   points to still holds what r0-r3 and r12 hold: look for such a pointer among the core's own data. */
static uint32_t find_psp(CPUState *cpu, const uint32_t *r)
{
    size_t words = malloc_usable_size(cpu) / 4;
    const uint32_t *object = (const uint32_t *)cpu;
    size_t at = 0;
    for (; at + 16 < words; at++)
        if (!memcmp(object + at, r, 13 * 4))
            break;
    for (; at < words; at++) {
        uint32_t pointer = object[at];
        const uint32_t *frame = pointer & 7 ? NULL : host_pointer(pointer, 32);
        if (frame && pointer != r[13] && !memcmp(frame, r, 16) && frame[4] == r[12])
            return pointer;
    }
    return 0;
}

void core_fill_registers(struct vmote_fault *into)
{
    CPUState *cpu = q_qemu_get_cpu(0);
    for (int i = 0; i < 16; i++)
        into->r[i] = gdb_register(cpu, i);
    into->xpsr = gdb_register(cpu, 25);
    into->shcsr = core_read(0xE000ED24);
    into->cfsr = core_read(0xE000ED28);
    into->hfsr = core_read(0xE000ED2C);
    into->mmfar = core_read(0xE000ED34);
    into->bfar = core_read(0xE000ED38);
    into->psp = find_psp(cpu, into->r);
}
