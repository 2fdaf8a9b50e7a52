/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays the board's memories, registers and holes over the stock machine. */
#define _GNU_SOURCE
#include "vmote.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { REGION_BYTES = 4096 }; /* more than any MemoryRegion */

static int memory_fd;
static MemoryRegion *mapped[VMOTE_MAX_REGIONS];
static const MemoryRegionOps device_ops;

static uint8_t *shared(uint64_t offset)
{
    return (uint8_t *)link_ + offset;
}

/* Memory that is read directly and whose writes are asked. QEMU allocates some of its own; the shared pages go there. */
static MemoryRegion *rom(const struct vmote_region *r)
{
    MemoryRegion *region = calloc(1, REGION_BYTES);
    q_memory_region_init_rom_device_nomigrate(region, NULL, &device_ops, (void *)r, "vmote.rom", r->size, NULL);
    if (mmap(q_memory_region_get_ram_ptr(region), r->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, memory_fd,
             (off_t)r->data) == MAP_FAILED) {
        perror("vmote: mmap");
        _exit(3);
    }
    return region;
}

/* --- registers --- */

static uint32_t lane(uint32_t word, uint64_t address, unsigned size)
{
    uint32_t shifted = word >> (8 * (address & 3));
    return size == 4 ? shifted : shifted & ((1u << (8 * size)) - 1);
}

/* Firmware that polls a status register reads it millions of times. Once that is noticed, the block that holds the
   register becomes memory to the core: reads cost what any load costs, writes are still seen. Not done where a read has
   a side effect. Deterministic, for it depends on nothing but what the firmware did; and it takes no virtual time. */
enum { BLOCK = 1024, BLOCKS = 4, POLLS = 64 }; /* 1 KB is what QEMU's TLB tells apart on these cores */

static struct {
    uint8_t polls;
    bool shown; /* the block is memory now */
} blocks[VMOTE_MAX_REGIONS][BLOCKS];
static MemoryRegion *views[VMOTE_MAX_REGIONS][BLOCKS]; /* made once, then switched on and off */

static bool asks(const struct vmote_region *r, size_t block)
{
    const uint8_t *attrs = shared(r->attrs) + block * BLOCK / 4;
    for (int i = 0; i < BLOCK / 4; i++)
        if (attrs[i] & VMOTE_ASK_READ)
            return true;
    return false;
}

static void polled(const struct vmote_region *r, uint64_t offset)
{
    size_t index = (size_t)(r - link_->regions), block = offset / BLOCK;
    if (block >= BLOCKS || blocks[index][block].shown || ++blocks[index][block].polls < POLLS)
        return;
    blocks[index][block].polls = 0;
    if (asks(r, block))
        return;
    blocks[index][block].shown = true;
    if (views[index][block]) {
        q_memory_region_set_enabled(views[index][block], true);
        return;
    }
    if (!mapped[index])
        mapped[index] = rom(r);
    MemoryRegion *view = views[index][block] = calloc(1, REGION_BYTES);
    q_memory_region_init_alias(view, NULL, "vmote.polled", mapped[index], block * BLOCK, BLOCK);
    q_memory_region_add_subregion_overlap(container, r->base + block * BLOCK, view, (int)r->priority + 10);
}

/* A register began to have a side effect when read: its block must not be memory any longer. */
void regions_demote(void)
{
    for (uint32_t i = 0; i < link_->n_regions; i++)
        for (size_t block = 0; block < BLOCKS; block++)
            if (blocks[i][block].shown && asks(&link_->regions[i], block)) {
                blocks[i][block].shown = false;
                q_memory_region_set_enabled(views[i][block], false);
            }
}

void regions_returned(void)
{
    for (uint32_t i = 0; i < link_->n_regions; i++)
        for (size_t block = 0; block < BLOCKS; block++)
            if (views[i][block])
                q_memory_region_set_enabled(views[i][block], blocks[i][block].shown);
}

static uint32_t device_read(void *opaque, uint64_t offset, uint64_t *value, unsigned size, uint64_t attrs)
{
    (void)attrs;
    const struct vmote_region *r = opaque;
    if (r->kind == VMOTE_REGION_DEVICE && (shared(r->attrs)[offset / 4] & VMOTE_PLAIN_READ)) {
        link_->plain++;
        *value = lane(((uint32_t *)shared(r->data))[offset / 4], offset, size);
        polled(r, offset);
        return MEMTX_OK;
    }
    bool refused = false;
    uint32_t word = (uint32_t)exchange(VMOTE_OP_READ, r->base + offset, 0, size, &refused);
    *value = lane(word, offset, size);
    return refused ? MEMTX_ERROR : MEMTX_OK;
}

static uint32_t device_write(void *opaque, uint64_t offset, uint64_t value, unsigned size, uint64_t attrs)
{
    (void)attrs;
    const struct vmote_region *r = opaque;
    if (r->kind == VMOTE_REGION_DEVICE && (shared(r->attrs)[offset / 4] & VMOTE_PLAIN_WRITE)) {
        uint32_t *word = (uint32_t *)shared(r->data) + offset / 4;
        uint32_t mask = ((uint32_t *)shared(r->attrs + r->size / 4))[offset / 4];
        uint32_t lanes = size == 4 ? ~0u : ((1u << (8 * size)) - 1) << (8 * (offset & 3));
        uint32_t placed = (uint32_t)value << (8 * (offset & 3));
        link_->plain++;
        *word = (*word & ~(mask & lanes)) | (placed & mask & lanes);
        return MEMTX_OK;
    }
    bool refused = false;
    exchange(VMOTE_OP_WRITE, r->base + offset, value, size, &refused);
    return refused ? MEMTX_ERROR : MEMTX_OK;
}

static const MemoryRegionOps device_ops = {
    .read_with_attrs = device_read,
    .write_with_attrs = device_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 1, .max = 4},
    .impl = {.min = 1, .max = 4},
};

/* --- flash --- */

void regions_changed(uint64_t from, uint64_t to)
{
    for (uint32_t i = 0; i < link_->n_regions; i++) {
        const struct vmote_region *r = &link_->regions[i];
        if (r->kind == VMOTE_REGION_FLASH && from >= r->base && to <= (uint64_t)r->base + r->size)
            q_memory_region_flush_rom_device(mapped[i], from - r->base, to - from);
    }
}

/* --- holes --- */

static bool refuse(void *opaque, uint64_t offset, unsigned size, bool write, uint64_t attrs)
{
    (void)opaque, (void)offset, (void)size, (void)write, (void)attrs;
    return false;
}

static uint64_t no_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque, (void)offset, (void)size;
    return 0;
}

static void no_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    (void)opaque, (void)offset, (void)value, (void)size;
}

static const MemoryRegionOps hole_ops = {
    .read = no_read,
    .write = no_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 1, .max = 4, .accepts = refuse},
    .impl = {.min = 1, .max = 4},
};

/* --- all together --- */

MemoryRegion *add_io(uint64_t base, uint64_t size, const MemoryRegionOps *ops, void *opaque, int priority)
{
    MemoryRegion *region = calloc(1, REGION_BYTES);
    q_memory_region_init_io(region, NULL, ops, opaque, "vmote", size);
    q_memory_region_add_subregion_overlap(container, base, region, priority);
    return region;
}

void *host_pointer(uint32_t address, uint32_t size)
{
    for (uint32_t i = 0; i < link_->n_regions; i++) {
        const struct vmote_region *r = &link_->regions[i];
        if ((r->kind == VMOTE_REGION_RAM || r->kind == VMOTE_REGION_FLASH) && address >= r->base &&
            (uint64_t)address + size <= (uint64_t)r->base + r->size)
            return shared(r->data) + (address - r->base);
    }
    return NULL;
}

void regions_map(int fd)
{
    memory_fd = fd;
    snapshot_keeps(blocks, sizeof blocks);
    for (uint32_t i = 0; i < link_->n_regions; i++) {
        struct vmote_region *r = &link_->regions[i];
        MemoryRegion *region;
        switch (r->kind) {
        case VMOTE_REGION_RAM:
            region = calloc(1, REGION_BYTES);
            q_memory_region_init_ram_ptr(region, NULL, "vmote.ram", r->size, shared(r->data));
            break;
        case VMOTE_REGION_FLASH:
            region = rom(r);
            break;
        case VMOTE_REGION_HOLE:
            add_io(r->base, r->size, &hole_ops, NULL, (int)r->priority);
            continue;
        default:
            add_io(r->base, r->size, &device_ops, r, (int)r->priority);
            continue;
        }
        q_memory_region_add_subregion_overlap(container, r->base, region, (int)r->priority);
        mapped[i] = region;
    }
}
