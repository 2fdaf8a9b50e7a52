/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The MPU's registers (ARMv7-M ARM B3.5). QEMU forgets all it has translated of addresses at every write to one of them. An
   RTOS writes them at every change of thread, mostly what they hold already: such writes do not go on to QEMU. */
#include "vmote.h"

enum {
    BASE = 0xE000ED94,
    CTRL = 0x0,
    RNR = 0x4,
    RBAR = 0x8,
    RASR = 0xC,
    CTRL_BITS = 0x7,
    RBAR_VALID = 1 << 4,
    RBAR_REGION = 0xF,
    RBAR_ADDRESS = 0xFFFFFFE0,
    RASR_BITS = 0x173FFF3F,
};

static void pass_on(uint64_t offset, uint64_t value)
{
    q_memory_region_dispatch_write(sysregs, sysregs_at + (BASE & 0xFFF) + offset, value, MEMOP_32, 0);
}

static uint64_t mpu_read(void *opaque, uint64_t offset, unsigned size)
{
    (void)opaque, (void)size;
    return core_read((uint32_t)(BASE + offset));
}

static void mpu_write(void *opaque, uint64_t offset, uint64_t value, unsigned size)
{
    (void)opaque, (void)size;
    uint32_t kept = 0;
    if (offset == CTRL)
        kept = CTRL_BITS;
    else if (offset == RASR)
        kept = RASR_BITS;
    else if (offset == RBAR) {
        kept = RBAR_ADDRESS;
        if (value & RBAR_VALID) /* names the region, for what follows too */
            pass_on(RNR, value & RBAR_REGION);
        value &= RBAR_ADDRESS;
    }
    if (!kept || ((core_read((uint32_t)(BASE + offset)) ^ value) & kept))
        pass_on(offset, value);
}

static const MemoryRegionOps mpu_ops = {
    .read = mpu_read,
    .write = mpu_write,
    .endianness = LITTLE_ENDIAN_DEVICE,
    .valid = {.min = 4, .max = 4},
    .impl = {.min = 4, .max = 4},
};

void mpu_map(void)
{
    add_io(BASE, 16, &mpu_ops, NULL, 10);
}
