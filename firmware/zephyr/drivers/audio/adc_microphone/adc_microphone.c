/* SPDX-License-Identifier: Apache-2.0
 *
 * An analog microphone as Zephyr's DMIC: ADC1, paced by TIM6, by DMA1 stream 1
 * into both halves of a buffer in turn. RM0399 26 (ADC), 46 (TIM6), 16 (DMA),
 * 18 (DMAMUX).
 */
#define DT_DRV_COMPAT vmote_adc_microphone

#include <errno.h>
#include <soc.h>
#include <stm32_ll_adc.h>
#include <stm32_ll_bus.h>
#include <stm32_ll_dma.h>
#include <stm32_ll_tim.h>
#include <zephyr/audio/dmic.h>
#include <zephyr/irq.h>
#include <zephyr/kernel.h>

#define MAX_SAMPLES 512 /* of a block */
#define MAX_BLOCKS 64   /* that wait to be read */
#define MIDDLE 32768    /* silence lies in the middle of the converter's range */
#define SETTLE_US 20    /* the ADC's regulator takes 10 us: DS12930 table 88 */
#define STREAM LL_DMA_STREAM_1
#define CHANNEL DT_INST_PROP(0, channel)

/* RM 9.5.6: TIM6 runs at the AHB's clock where APB1 is as fast or half as fast. */
#define RCC_NODE DT_NODELABEL(rcc)
BUILD_ASSERT(DT_PROP(RCC_NODE, d2ppre1) <= 2, "TIM6 would run slower than the AHB");
#define TIMER_HZ (DT_PROP(RCC_NODE, clock_frequency) / DT_PROP(RCC_NODE, hpre))

static uint16_t converted[2][MAX_SAMPLES] __aligned(32); /* whole lines of the cache */

static struct {
	struct k_mem_slab *slab;
	uint32_t samples; /* of a block */
	uint32_t rate;
	bool hardware; /* runs; it never stops again */
	bool active;
} microphone;

K_MSGQ_DEFINE(adc_microphone_blocks, sizeof(void *), MAX_BLOCKS, 4);

static void take_over(uint16_t *half)
{
	void *block;

	SCB_InvalidateDCache_by_Addr(half, (int32_t)(microphone.samples * sizeof(uint16_t)));
	if (!microphone.active) {
		return;
	}
	if (k_mem_slab_alloc(microphone.slab, &block, K_NO_WAIT) != 0) {
		microphone.active = false; /* sound is lost: the reader hears of it when the queue is empty */
		return;
	}
	for (uint32_t i = 0; i < microphone.samples; i++) {
		((int16_t *)block)[i] = (int16_t)((int32_t)half[i] - MIDDLE);
	}
	if (k_msgq_put(&adc_microphone_blocks, &block, K_NO_WAIT) != 0) {
		k_mem_slab_free(microphone.slab, &block);
		microphone.active = false;
	}
}

static void on_dma(const void *argument)
{
	uint16_t *const both = &converted[0][0];

	ARG_UNUSED(argument);
	if (LL_DMA_IsActiveFlag_HT1(DMA1)) {
		LL_DMA_ClearFlag_HT1(DMA1);
		take_over(both);
	}
	if (LL_DMA_IsActiveFlag_TC1(DMA1)) {
		LL_DMA_ClearFlag_TC1(DMA1);
		take_over(both + microphone.samples);
	}
}

static void converter_start(void)
{
	LL_AHB1_GRP1_EnableClock(LL_AHB1_GRP1_PERIPH_ADC12 | LL_AHB1_GRP1_PERIPH_DMA1);
	LL_ADC_SetCommonClock(ADC12_COMMON, LL_ADC_CLOCK_SYNC_PCLK_DIV4);
	ADC1->CR = ADC_CR_ADVREGEN | ADC_CR_BOOST; /* clears DEEPPWD */
	k_busy_wait(SETTLE_US);
	ADC1->CR |= ADC_CR_ADCALLIN | ADC_CR_ADCAL;
	while ((ADC1->CR & ADC_CR_ADCAL) != 0) {
	}
	ADC1->PCSEL = BIT(CHANNEL);
	ADC1->SQR1 = CHANNEL << ADC_SQR1_SQ1_Pos;
	ADC1->SMPR1 = 5U << (3U * CHANNEL); /* 64.5 clocks of 60 MHz: 1 us for the source to settle */
	ADC1->CFGR = ADC_CFGR_DMNGT | 13U << ADC_CFGR_EXTSEL_Pos /* TIM6_TRGO */ | ADC_CFGR_EXTEN_0 | ADC_CFGR_OVRMOD;
	ADC1->CR |= ADC_CR_ADEN;
	while ((ADC1->ISR & ADC_ISR_ADRDY) == 0) {
	}
}

static void dma_start(void)
{
	LL_DMA_InitTypeDef wish = {
		.PeriphOrM2MSrcAddress = (uint32_t)&ADC1->DR,
		.MemoryOrM2MDstAddress = (uint32_t)converted,
		.Direction = LL_DMA_DIRECTION_PERIPH_TO_MEMORY,
		.Mode = LL_DMA_MODE_CIRCULAR,
		.PeriphOrM2MSrcIncMode = LL_DMA_PERIPH_NOINCREMENT,
		.MemoryOrM2MDstIncMode = LL_DMA_MEMORY_INCREMENT,
		.PeriphOrM2MSrcDataSize = LL_DMA_PDATAALIGN_HALFWORD,
		.MemoryOrM2MDstDataSize = LL_DMA_MDATAALIGN_HALFWORD,
		.NbData = 2U * microphone.samples,
		.PeriphRequest = LL_DMAMUX1_REQ_ADC1,
		.Priority = LL_DMA_PRIORITY_HIGH,
		.FIFOMode = LL_DMA_FIFOMODE_DISABLE,
	};

	(void)LL_DMA_Init(DMA1, STREAM, &wish);
	LL_DMA_EnableIT_HT(DMA1, STREAM);
	LL_DMA_EnableIT_TC(DMA1, STREAM);
	LL_DMA_EnableStream(DMA1, STREAM);
	IRQ_CONNECT(DT_INST_IRQN(0), DT_INST_IRQ(0, priority), on_dma, NULL, 0);
	irq_enable(DT_INST_IRQN(0));
}

static void pace_start(void)
{
	LL_APB1_GRP1_EnableClock(LL_APB1_GRP1_PERIPH_TIM6);
	LL_TIM_SetPrescaler(TIM6, 0);
	LL_TIM_SetAutoReload(TIM6, TIMER_HZ / microphone.rate - 1U);
	LL_TIM_SetTriggerOutput(TIM6, LL_TIM_TRGO_UPDATE);
	LL_TIM_GenerateEvent_UPDATE(TIM6);
	LL_TIM_EnableCounter(TIM6);
}

static int configure(const struct device *dev, struct dmic_cfg *config)
{
	const struct pcm_stream_cfg *stream = &config->streams[0];
	const uint32_t samples = stream->block_size / sizeof(int16_t);

	ARG_UNUSED(dev);
	if (microphone.active) {
		return -EBUSY;
	}
	if (config->channel.req_num_streams != 1 || config->channel.req_num_chan != 1 || stream->pcm_width != 16 ||
	    stream->pcm_rate == 0 || TIMER_HZ % stream->pcm_rate != 0 || TIMER_HZ / stream->pcm_rate > BIT(16) ||
	    samples == 0 || samples > MAX_SAMPLES) {
		return -EINVAL;
	}
	if (microphone.hardware && (samples != microphone.samples || stream->pcm_rate != microphone.rate)) {
		return -EBUSY;
	}
	config->channel.act_num_streams = 1;
	config->channel.act_num_chan = 1;
	config->channel.act_chan_map_lo = config->channel.req_chan_map_lo;
	microphone.slab = stream->mem_slab;
	microphone.samples = samples;
	microphone.rate = stream->pcm_rate;
	return 0;
}

static int trigger(const struct device *dev, enum dmic_trigger command)
{
	ARG_UNUSED(dev);
	switch (command) {
	case DMIC_TRIGGER_STOP:
	case DMIC_TRIGGER_PAUSE:
		microphone.active = false;
		return 0;
	case DMIC_TRIGGER_START:
	case DMIC_TRIGGER_RELEASE:
		if (microphone.slab == NULL) {
			return -EIO;
		}
		if (!microphone.hardware) {
			microphone.hardware = true;
			converter_start();
			dma_start();
			LL_ADC_REG_StartConversion(ADC1);
			pace_start();
		}
		microphone.active = true;
		return 0;
	default:
		return -EINVAL;
	}
}

static int read(const struct device *dev, uint8_t stream, void **buffer, size_t *size, int32_t timeout)
{
	ARG_UNUSED(dev);
	ARG_UNUSED(stream);
	*size = microphone.samples * sizeof(int16_t);
	return k_msgq_get(&adc_microphone_blocks, buffer, SYS_TIMEOUT_MS(timeout));
}

static const struct _dmic_ops api = {.configure = configure, .trigger = trigger, .read = read};

/* Nothing runs before somebody listens. */
static int init(const struct device *dev)
{
	ARG_UNUSED(dev);
	return 0;
}

DEVICE_DT_INST_DEFINE(0, init, NULL, NULL, NULL, POST_KERNEL, CONFIG_AUDIO_DMIC_INIT_PRIORITY, &api);
