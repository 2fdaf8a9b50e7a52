/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin's own parts and what they share. */
#ifndef VMOTE_PLUGIN_H
#define VMOTE_PLUGIN_H
#include "../link/link.h"
#include "qemu.h"

extern struct vmote_link *link_; /* the shared memory */
extern MemoryRegion *container;  /* all that the core sees */
extern MemoryRegion *sysregs;    /* the system control space … */
extern uint64_t sysregs_at;      /* … and the offset of 0xE000E000 in it */

/* exchange.c */
uint64_t exchange(uint32_t op, uint64_t address, uint64_t data, uint32_t size, bool *refused);
void exchange_start(void); /* the first exchange comes before the first instruction */
void exchange_fault_soon(void);
void exchange_rearm(void);
void exchange_anew(void); /* a cycle has another moment than before */
void exchange_returned(void);

/* time.c */
int64_t cycles_now(void);
int64_t moment_of(int64_t cycle);
void time_leapt(void);
void time_start(void);

/* regions.c */
void regions_map(int fd);
void regions_changed(uint64_t from, uint64_t to);
void regions_demote(void);
void regions_returned(void);
void *host_pointer(uint32_t address, uint32_t size);
MemoryRegion *add_io(uint64_t base, uint64_t size, const MemoryRegionOps *ops, void *opaque, int priority);

/* core.c: cycle counter, reset request, registers */
void core_map(void);
qemu_irq core_line(uint32_t n);
uint32_t core_read(uint32_t address); /* of the system control space */
void core_fill_registers(struct vmote_fault *into);

/* systick.c */
void systick_map(void);
void systick_sync(void);
void systick_follow(void);
int64_t systick_deadline(void); /* cycle; negative: none */

/* sleep.c */
void sleep_start(void);
void sleep_returned(void);
void sleep_map(void);
void sleep_pending(void); /* an exception became pending */
void sleep_translate(struct qemu_plugin_tb *tb);

/* mpu.c */
void mpu_map(void);

/* profile.c */
void profile_start(void);
void profile_translate(struct qemu_plugin_tb *tb);
void profile_fetch(void);
void profile_keep(void);
void profile_return(void);

/* stops.c */
void stops_start(void);
void stops_at(uint32_t address); /* 0: nowhere */
void stops_translate(struct qemu_plugin_tb *tb);

/* snapshot.c */
void snapshot_keeps(void *at, size_t size); /* what a part of this plugin knows, and must know again */
uint64_t snapshot_take(void);
uint64_t snapshot_return(void);

/* faults.c */
void faults_install(qemu_plugin_id_t id);
#endif
