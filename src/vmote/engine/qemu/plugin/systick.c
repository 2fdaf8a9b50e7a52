/* SPDX-License-Identifier: GPL-2.0-or-later */
/* SysTick (ARMv7-M ARM B3.3), in place of QEMU's: under `-icount sleep=off` QEMU 7.2 lets every second tick of its own
   slip by while the core sleeps. This one counts cycles of the board, and needs no exchange. */
#include "vmote.h"

enum {
    BASE = 0xE000E010,
    CTRL = 0x0,
    LOAD = 0x4,
    VAL = 0x8,
    CALIB = 0xC,
    ENABLE = 1 << 0,
    TICKINT = 1 << 1,
    CLKSOURCE = 1 << 2,
    COUNTFLAG = 1 << 16,
    NOREF = 1u << 31,
    ICSR = 0xE000ED04,
    PENDSTSET = 1 << 26,
    MASK = 0xFFFFFF,
};

static uint32_t control, reload, held;
static bool counting;
static int64_t zero_at; /* the cycle at which the count is 0 next */

static uint32_t core; /* link_->systick_core as it was taken over */

enum { ONE = 65536 };

/* Cycles of the board in one count, in 65536ths. */
static int64_t scale(void)
{
    int64_t cycle = core ? core : ONE;
    return control & CLKSOURCE || !link_->systick_divider ? cycle : cycle * link_->systick_divider;
}

static int64_t cycles_of(int64_t counts)
{
    return (counts * scale() + ONE - 1) / ONE;
}

/* Takes over what happened since it was looked at last. */
void systick_sync(void)
{
    int64_t now = cycles_now();
    if (!counting || now < zero_at)
        return;
    control |= COUNTFLAG;
    if (control & TICKINT) {
        q_memory_region_dispatch_write(sysregs, sysregs_at + (ICSR & 0xFFF), PENDSTSET, MEMOP_32, 0);
        sleep_pending();
    }
    int64_t period = cycles_of((int64_t)reload + 1);
    if (reload == 0) {
        counting = false;
        held = 0;
    } else {
        zero_at += (now - zero_at) / period * period + period;
    }
}

static uint32_t value(void)
{
    return counting ? (uint32_t)(((zero_at - cycles_now()) * ONE + scale() - 1) / scale()) : held;
}

static void count_from(uint32_t from)
{
    held = from;
    counting = (control & ENABLE) && (from || reload);
    zero_at = cycles_now() + cycles_of(from ? (int64_t)from : (int64_t)reload + 1);
}

/* The SoC may have set its core to another clock meanwhile. */
void systick_follow(void)
{
    if (core == link_->systick_core)
        return;
    systick_sync();
    uint32_t now = value();
    core = link_->systick_core;
    if (counting)
        count_from(now);
}

int64_t systick_deadline(void)
{
    return counting && (control & TICKINT) ? zero_at : -1;
}

static uint64_t systick_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque, (void)size;
    systick_sync();
    uint32_t answer = control;
    switch (offset) {
    case CTRL:
        control &= ~(uint32_t)COUNTFLAG;
        return answer;
    case LOAD:
        return reload;
    case VAL:
        return value() & MASK;
    default:
        return link_->systick_divider ? 0 : NOREF;
    }
}

static void systick_write(void *opaque, uint64_t offset, uint64_t written, unsigned size)
{
    (void)opaque, (void)size;
    systick_sync();
    uint32_t now = value();
    switch (offset) {
    case CTRL: {
        uint32_t before = control;
        control = (control & COUNTFLAG) | ((uint32_t)written & (ENABLE | TICKINT | CLKSOURCE));
        if ((before ^ control) & (ENABLE | CLKSOURCE))
            count_from(now);
        break;
    }
    case LOAD:
        reload = (uint32_t)written & MASK;
        if (!counting)
            count_from(now);
        break;
    case VAL:
        control &= ~(uint32_t)COUNTFLAG;
        count_from(0);
        break;
    default:
        break;
    }
    exchange_rearm();
}

static const MemoryRegionOps systick_ops = {
    .read = systick_read,
    .write = systick_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 4, .max = 4},
    .impl = {.min = 4, .max = 4},
};

void systick_map(void)
{
    snapshot_keeps(&control, sizeof control);
    snapshot_keeps(&reload, sizeof reload);
    snapshot_keeps(&held, sizeof held);
    snapshot_keeps(&counting, sizeof counting);
    snapshot_keeps(&zero_at, sizeof zero_at);
    snapshot_keeps(&core, sizeof core);
    add_io(BASE, 16, &systick_ops, NULL, 10);
}
