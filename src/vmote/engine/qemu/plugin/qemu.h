/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plugin uses of QEMU: the TCG plugin interface (no package ships its header) and exported functions that are
   not part of any interface, resolved by name at load. Known to fit QEMU 7.2 and 10.0. */
#ifndef VMOTE_QEMU_H
#define VMOTE_QEMU_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define EXPORT __attribute__((visibility("default")))

/* --- the plugin interface, versions 1 to 4 --- */
typedef uint64_t qemu_plugin_id_t;
typedef struct {
    const char *target_name;
    struct {
        int min, cur;
    } version;
    bool system_emulation;
    union {
        struct {
            int smp_vcpus, max_vcpus;
        } system;
    };
} qemu_info_t;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
typedef void (*vcpu_cb)(qemu_plugin_id_t, unsigned);
typedef void (*trans_cb)(qemu_plugin_id_t, struct qemu_plugin_tb *);
typedef void (*udata_cb)(unsigned, void *);

/* --- QEMU itself; opaque, or as much as is needed --- */
typedef struct MemoryRegion MemoryRegion;
typedef struct Object Object;
typedef struct qemu_irq_ *qemu_irq;
typedef struct CPUState CPUState;

typedef struct {
    uint64_t (*read)(void *, uint64_t, unsigned);
    void (*write)(void *, uint64_t, uint64_t, unsigned);
    uint32_t (*read_with_attrs)(void *, uint64_t, uint64_t *, unsigned, uint64_t);
    uint32_t (*write_with_attrs)(void *, uint64_t, uint64_t, unsigned, uint64_t);
    int endianness;
    struct {
        unsigned min, max;
        bool unaligned;
        bool (*accepts)(void *, uint64_t, unsigned, bool, uint64_t);
    } valid;
    struct {
        unsigned min, max;
        bool unaligned;
    } impl;
    char room[64];
} MemoryRegionOps;

typedef struct {
    uint8_t size[16];
    MemoryRegion *mr;
    void *fv;
    uint64_t offset_within_region, offset_within_address_space;
    char room[128];
} __attribute__((aligned(16))) MemoryRegionSection;

typedef struct {
    uint8_t object[40];
    void *handler, *opaque;
    int n;
} IRQState;

typedef struct {
    const char *name;
    void *info;
    int64_t offset; /* of the field in the device */
} Property;

typedef struct {
    void *others[8];
    Property *property;
} ObjectProperty;

typedef struct {
    uint8_t *data;
    unsigned len;
} GByteArray;

enum { LITTLE_ENDIAN_DEVICE = 2, CLOCK_REAL = 0, CLOCK_VIRTUAL = 1, MEMTX_OK = 0, MEMTX_ERROR = 1, MEMOP_32 = 2 };

#define QEMU_FUNCTIONS(F) \
    F(void, qemu_plugin_register_vcpu_init_cb, (qemu_plugin_id_t, vcpu_cb)) \
    F(void, qemu_plugin_register_vcpu_tb_trans_cb, (qemu_plugin_id_t, trans_cb)) \
    F(size_t, qemu_plugin_tb_n_insns, (const struct qemu_plugin_tb *)) \
    F(struct qemu_plugin_insn *, qemu_plugin_tb_get_insn, (const struct qemu_plugin_tb *, size_t)) \
    F(uint64_t, qemu_plugin_tb_vaddr, (const struct qemu_plugin_tb *)) \
    F(uint64_t, qemu_plugin_insn_vaddr, (const struct qemu_plugin_insn *)) \
    F(void, qemu_plugin_register_vcpu_insn_exec_cb, (struct qemu_plugin_insn *, udata_cb, int, void *)) \
    F(void, memory_region_init_io, \
      (MemoryRegion *, Object *, const MemoryRegionOps *, void *, const char *, uint64_t)) \
    F(void, memory_region_init_ram_ptr, (MemoryRegion *, Object *, const char *, uint64_t, void *)) \
    F(void, memory_region_init_rom_device_nomigrate, \
      (MemoryRegion *, Object *, const MemoryRegionOps *, void *, const char *, uint64_t, void *)) \
    F(void, memory_region_init_alias, (MemoryRegion *, Object *, const char *, MemoryRegion *, uint64_t, uint64_t)) \
    F(void, memory_region_set_enabled, (MemoryRegion *, bool)) \
    F(void *, memory_region_get_ram_ptr, (MemoryRegion *)) \
    F(void, memory_region_flush_rom_device, (MemoryRegion *, uint64_t, uint64_t)) \
    F(void, memory_region_add_subregion_overlap, (MemoryRegion *, uint64_t, MemoryRegion *, int)) \
    F(MemoryRegionSection, memory_region_find, (MemoryRegion *, uint64_t, uint64_t)) \
    F(uint32_t, memory_region_dispatch_read, (MemoryRegion *, uint64_t, uint64_t *, int, uint64_t)) \
    F(uint32_t, memory_region_dispatch_write, (MemoryRegion *, uint64_t, uint64_t, int, uint64_t)) \
    F(int64_t, qemu_clock_get_ns, (int)) \
    F(int64_t, icount_get_raw, (void)) \
    F(void, timer_init_full, (void *, void *, int, int, int, void (*)(void *), void *)) \
    F(void, timer_mod, (void *, int64_t)) \
    F(void, timer_del, (void *)) \
    F(Object *, object_resolve_path_type, (const char *, const char *, bool *)) \
    F(Object *, object_resolve_path_component, (Object *, const char *)) \
    F(ObjectProperty *, object_property_find, (Object *, const char *)) \
    F(uint64_t, object_property_get_uint, (Object *, const char *, void *)) \
    F(qemu_irq, qdev_get_gpio_in, (void *, int)) \
    F(void, qemu_set_irq, (qemu_irq, int)) \
    F(CPUState *, qemu_get_cpu, (int)) \
    F(void, cpu_reset, (CPUState *)) \
    F(void, async_run_on_cpu, (CPUState *, void (*)(CPUState *, void *), void *)) \
    F(void, icount_start_warp_timer, (void)) \
    F(void *, qemu_add_vm_change_state_handler, (void (*)(void *, bool, int), void *)) \
    F(void, cpu_interrupt, (CPUState *, int)) \
    F(void, vm_start, (void)) \
    F(void, tb_flush, (CPUState *)) \
    F(int, arm_cpu_gdb_read_register, (CPUState *, GByteArray *, int)) \
    F(GByteArray *, g_byte_array_new, (void)) \
    F(void, global_state_store, (void)) \
    F(void *, qio_channel_buffer_new, (size_t)) \
    F(ssize_t, qio_channel_read, (void *, char *, size_t, void *)) \
    F(int, qio_channel_write_all, (void *, const char *, size_t, void *)) \
    F(long, qio_channel_io_seek, (void *, long, int, void *)) \
    F(void *, qemu_file_new_output, (void *)) \
    F(void *, qemu_file_new_input, (void *)) \
    F(void, qemu_fflush, (void *)) \
    F(int, qemu_file_get_error, (void *)) \
    F(int, qemu_fclose, (void *)) \
    F(int, qemu_save_device_state, (void *)) \
    F(int, qemu_load_device_state, (void *)) \
    F(void, qemu_cpu_kick, (CPUState *))

#define DECLARE(type, name, args) extern type(*q_##name) args;
QEMU_FUNCTIONS(DECLARE)
#undef DECLARE
/* The big lock; its functions were renamed between 7.2 and 10.0. */
extern bool (*q_locked)(void);
extern void (*q_lock)(const char *, int);
extern void (*q_unlock)(void);

/* Finds every function; on failure says which is missing and returns false. */
bool qemu_resolve(void);
#endif
