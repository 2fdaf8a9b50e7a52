/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counts how often each instruction is executed, by its address. Each instruction adds to a cell of its own, inline; a
   block that is left half-way is therefore counted as far as it was executed. */
#define _GNU_SOURCE
#include "vmote.h"
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INLINE_ADD = 0 };

typedef struct {
    void *score;
    size_t offset;
} plugin_u64;

static void (*add)(struct qemu_plugin_insn *, int, void *, uint64_t);                  /* interface 1 */
static void (*add_per_vcpu)(struct qemu_plugin_insn *, int, plugin_u64, uint64_t);     /* interface 3 */
static void *(*score_new)(size_t);
static void *(*score_find)(void *, unsigned);
static void *score;
static bool wanted;

void profile_start(void)
{
    if (!(link_->options & VMOTE_OPT_PROFILE))
        return;
    add = dlsym(RTLD_DEFAULT, "qemu_plugin_register_vcpu_insn_exec_inline");
    add_per_vcpu = dlsym(RTLD_DEFAULT, "qemu_plugin_register_vcpu_insn_exec_inline_per_vcpu");
    score_new = dlsym(RTLD_DEFAULT, "qemu_plugin_scoreboard_new");
    score_find = dlsym(RTLD_DEFAULT, "qemu_plugin_scoreboard_find");
    wanted = add || (add_per_vcpu && score_new && score_find);
    if (!wanted)
        fprintf(stderr, "vmote: this QEMU cannot count instructions inline; known to work: 7.2 and 10.0\n");
    if (wanted && !add)
        score = score_new(link_->profile_size);
}

void profile_translate(struct qemu_plugin_tb *tb)
{
    if (!wanted)
        return;
    size_t count = q_qemu_plugin_tb_n_insns(tb);
    for (size_t i = 0; i < count; i++) {
        struct qemu_plugin_insn *insn = q_qemu_plugin_tb_get_insn(tb, i);
        uint32_t address = (uint32_t)q_qemu_plugin_insn_vaddr(insn);
        for (uint32_t n = 0; n < link_->n_regions; n++) {
            const struct vmote_region *r = &link_->regions[n];
            if ((r->kind != VMOTE_REGION_RAM && r->kind != VMOTE_REGION_FLASH) || address - r->base >= r->size)
                continue;
            size_t cell = r->profile - link_->profile + (address - r->base) / 2 * sizeof(uint64_t);
            if (add)
                add(insn, INLINE_ADD, (uint8_t *)link_ + link_->profile + cell, 1);
            else
                add_per_vcpu(insn, INLINE_ADD, (plugin_u64){score, cell}, 1);
            break;
        }
    }
}

/* Newer interfaces count in memory of QEMU's own. */
void profile_fetch(void)
{
    if (score)
        memcpy((uint8_t *)link_ + link_->profile, score_find(score, 0), link_->profile_size);
}

static void *kept;

static void *counts(void)
{
    return score ? score_find(score, 0) : (uint8_t *)link_ + link_->profile;
}

void profile_keep(void)
{
    if (!wanted)
        return;
    if (!kept)
        kept = malloc(link_->profile_size);
    memcpy(kept, counts(), link_->profile_size);
}

void profile_return(void)
{
    if (wanted)
        memcpy(counts(), kept, link_->profile_size);
}
