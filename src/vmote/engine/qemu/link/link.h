/* SPDX-License-Identifier: Apache-2.0 */
/* The memory that the emulator and Python share: one exchange slot, a table of regions, then the regions' contents.
   Python mirrors these offsets in layout.py, and the magic number changes with them. */
#ifndef VMOTE_LINK_H
#define VMOTE_LINK_H
#include <stdint.h>

#define VMOTE_LINK_MAGIC 0x564d5434u /* "VMT4" */
#define VMOTE_MAX_REGIONS 112

/* Whose turn it is. Only the side whose turn it is touches the slot. */
enum { VMOTE_TURN_GUEST = 0, VMOTE_TURN_PYTHON = 1 };

/* What the emulator asks. */
enum {
    VMOTE_OP_READY = 1,  /* regions are mapped, nothing is executed yet */
    VMOTE_OP_READ = 2,   /* the guest reads a register */
    VMOTE_OP_WRITE = 3,  /* the guest writes a register, or flash */
    VMOTE_OP_TIMER = 4,  /* the deadline is reached */
    VMOTE_OP_FAULT = 5,  /* the guest entered a fault handler: see the fault block */
    VMOTE_OP_RESET = 6,  /* the guest wrote SYSRESETREQ */
    VMOTE_OP_DONE = 7,   /* a command is carried out */
    VMOTE_OP_LOCKUP = 8, /* left behind by an emulator that is about to abort */
    VMOTE_OP_STOP = 9    /* the guest reached an address that was asked for */
};

/* What Python answers. */
enum {
    VMOTE_CMD_GO = 0,    /* go on with `value`, `deadline`, `irq` */
    VMOTE_CMD_REGS = 1,  /* fill the fault block with the core's registers; then DONE */
    VMOTE_CMD_PEEK = 2,  /* read a word of the core's own address space at `value`; then DONE */
    VMOTE_CMD_CODE = 3,  /* `value` … `deadline` was changed behind the translator's back; then DONE */
    VMOTE_CMD_REFUSE = 4,  /* like GO, but the access ends in a bus error */
    VMOTE_CMD_PROFILE = 5, /* bring the counts up to date; then DONE */
    VMOTE_CMD_BREAK = 6,   /* stop when the instruction at `value` is about to be executed (0: do not); then DONE */
    VMOTE_CMD_TAKE = 7,    /* keep the state of core, devices and clock; then DONE with 0 or why not. Only after TIMER */
    VMOTE_CMD_RETURN = 8   /* go back to that state; then DONE with 0 or why not. Only after TIMER */
};

enum {
    VMOTE_REGION_RAM = 1,
    VMOTE_REGION_FLASH = 2,   /* reads are direct, writes are asked */
    VMOTE_REGION_DEVICE = 3,  /* registers: a page of words, a byte of attributes and a write mask for each word */
    VMOTE_REGION_HOLE = 4,    /* nothing: a bus error */
    VMOTE_REGION_SPACE = 5    /* addresses of a peripheral bus without a model: everything is asked */
};

/* Attributes of a register's word. */
enum { VMOTE_PLAIN_READ = 1, VMOTE_PLAIN_WRITE = 2, VMOTE_ASK_READ = 4 };

struct vmote_region {
    uint32_t kind, base, size, priority;
    uint64_t data;  /* offset in the shared memory */
    uint64_t attrs; /* offset: size/4 bytes; the masks (size bytes) follow at attrs + size/4 */
    uint64_t profile; /* memories: offset of a 64-bit count for each halfword */
};

struct vmote_fault {
    uint32_t vector;   /* the exception's number */
    uint32_t pc;       /* of the handler */
    uint32_t r[16];
    uint32_t xpsr;
    uint32_t psp;      /* found, or 0 */
    uint32_t cfsr, hfsr, mmfar, bfar, shcsr;
    uint32_t tb_insns; /* length of the handler's first block: the time is that of its end */
};

/* How long both sides spin for the other's answer: see wait.h. All zero is the fullest patience. */
struct vmote_patience {
    uint32_t doubt; /* what spins in vain have used up */
    uint32_t nap;   /* waits that are left to sleep through without a spin */
    uint32_t naps;  /* that followed each other: each is twice as long */
    uint32_t trial; /* after a nap, until the patience is whole again */
};

struct vmote_link {
    uint32_t magic, n_regions;
    uint32_t turn;
    uint32_t python_sleeps, guest_sleeps;
    uint32_t shift;     /* one cycle of the board is 1 << shift emulator nanoseconds */
    uint32_t n_irqs;
    uint32_t options;   /* VMOTE_OPT_* */
    /* request */
    uint32_t op, size;
    uint64_t address, data;
    int64_t cycle; /* of the board, since the emulator began */
    uint64_t instructions;
    /* answer */
    uint32_t command, unused;
    uint64_t value;
    int64_t deadline; /* cycle; negative: none */
    uint64_t irq[4];
    /* counts */
    uint64_t exchanges, plain;
    uint32_t systick_divider; /* SysTick's reference clock; 0: there is none */
    uint32_t demote;          /* with an answer: a register began to have a side effect when read */
    uint32_t priority_mask;   /* the bits of an 8-bit priority that the core has */
    uint32_t systick_core;    /* cycles of the board in one of SysTick's, in 65536ths; 0: one */
    uint64_t profile, profile_size; /* where all counts lie together */
    struct vmote_patience patience;
    struct vmote_fault fault;
    struct vmote_region regions[VMOTE_MAX_REGIONS];
};

enum { VMOTE_OPT_CATCH_FAULTS = 1, VMOTE_OPT_PROFILE = 2, VMOTE_OPT_DEBUGGER = 4 };

#endif
