/* SPDX-License-Identifier: Apache-2.0
 *
 * The microphone through Zephyr's DMIC interface.
 */
#include <zephyr/audio/dmic.h>
#include <zephyr/kernel.h>

#include "port.h"
#include "sense.h"

#define RATE_HZ 16000U
#define BLOCK_SAMPLES 320U /* 20 ms */
#define BLOCKS 32U
#ifdef CONFIG_AUDIO_DMIC_NRFX_PDM
#define IN_FLIGHT 2U /* blocks that the hardware holds: this one and the next */
#else
#define IN_FLIGHT 0U
#endif
#define SILENT_MS 200     /* a microphone that runs gives a block every 20 ms */
#define WAKE_US 20000U    /* MP34DT06J datasheet rev 4, table 4: turn-on time 10 ms */
#define CLOCK_MIN_HZ 1280000U
#define CLOCK_MAX_HZ 1333000U

K_MEM_SLAB_DEFINE_STATIC(slab, BLOCK_SAMPLES * sizeof(int16_t), BLOCKS, 4);
static const struct device *const dmic = DEVICE_DT_GET(DT_NODELABEL(dmic_dev));
static void *borrowed;

static void drop_all(void)
{
    void *block;
    size_t size;
    while (k_mem_slab_num_used_get(&slab) > 0 && dmic_read(dmic, 0, &block, &size, 0) == 0) {
        k_mem_slab_free(&slab, &block);
    }
}

const char *sense_sound_part(void)
{
    return "microphone";
}

sense_status sense_sound_open(uint32_t *rate_hz)
{
    *rate_hz = RATE_HZ;
    if (!device_is_ready(dmic)) {
        return SENSE_BUS;
    }
    (void)dmic_trigger(dmic, DMIC_TRIGGER_STOP);
    port_sleep_until_us(port_now_us() + WAKE_US);
    drop_all();
    struct pcm_stream_cfg stream = {
        .pcm_rate = RATE_HZ,
        .pcm_width = 16,
        .block_size = BLOCK_SAMPLES * sizeof(int16_t),
        .mem_slab = &slab,
    };
    struct dmic_cfg wish = {
        .io = {.min_pdm_clk_freq = CLOCK_MIN_HZ, .max_pdm_clk_freq = CLOCK_MAX_HZ, .min_pdm_clk_dc = 40, .max_pdm_clk_dc = 60},
        .streams = &stream,
        .channel = {.req_num_streams = 1, .req_num_chan = 1, .req_chan_map_lo = dmic_build_channel_map(0, 0, PDM_CHAN_LEFT)},
    };
    if (dmic_configure(dmic, &wish) != 0 || dmic_trigger(dmic, DMIC_TRIGGER_START) != 0) {
        return SENSE_BUS;
    }
    return SENSE_OK;
}

sense_status sense_sound_borrow(const int16_t **samples, uint32_t *count, uint32_t *behind)
{
    size_t size = 0;
    /* The driver stops by itself when it finds no free block; then no more come. */
    if (dmic_read(dmic, 0, &borrowed, &size, SILENT_MS) != 0) {
        return SENSE_OVERRUN;
    }
    const uint32_t used = k_mem_slab_num_used_get(&slab);
    *samples = borrowed;
    *count = (uint32_t)(size / sizeof(int16_t));
    *behind = used > IN_FLIGHT + 1U ? used - IN_FLIGHT - 1U : 0;
    return SENSE_OK;
}

void sense_sound_return(void)
{
    k_mem_slab_free(&slab, &borrowed);
}
