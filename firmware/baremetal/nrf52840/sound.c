/* SPDX-License-Identifier: Apache-2.0
 *
 * The PDM microphone by EasyDMA, which fills block after block of the ring.
 * PS 6.16. 1.28 MHz / 80 is 16 kHz exactly.
 */
#include "board.h"
#include "gpio.h"
#include "port.h"
#include "registers.h"
#include "ring.h"
#include "sense.h"
#include "start.h"

#define RATE_HZ 16000U
#define IN_FLIGHT 2U   /* blocks that the hardware may be writing: this one and the next */
#define WAKE_US 20000U /* MP34DT06J datasheet rev 4, table 4: turn-on time 10 ms */

static volatile uint32_t begun; /* blocks beyond the filled ones whose address the hardware has taken */

static void offer_next(void)
{
    PDM_SAMPLE_PTR = (uint32_t)(uintptr_t)ring_block(begun);
}

void pdm_handler(void)
{
    if (PDM_END != 0) {
        PDM_END = 0;
        ring_filled(IN_FLIGHT);
        begun--;
    }
    if (PDM_STARTED != 0) { /* the address is in use: the next one may be written */
        PDM_STARTED = 0;
        begun++;
        offer_next();
    }
    core_barrier();
}

const char *sense_sound_part(void)
{
    return "microphone";
}

sense_status sense_sound_open(uint32_t *rate_hz)
{
    *rate_hz = RATE_HZ;
    static bool running;
    if (running) { /* after an overrun: the hardware goes on, the app begins anew with what comes next */
        ring_restart();
        return SENSE_OK;
    }
    running = true;
    gpio_output(BOARD_PIN_MICROPHONE_SUPPLY, BOARD_PIN_MICROPHONE_SUPPLY_ACTIVE);
    gpio_output(BOARD_PDM_CLK, false);
    GPIO_CNF(BOARD_PDM_DIN) = 0; /* input */
    PDM_PSEL_CLK = BOARD_PDM_CLK;
    PDM_PSEL_DIN = BOARD_PDM_DIN;
    PDM_CLOCK = PDM_CLOCK_1280K;
    PDM_RATIO = PDM_RATIO_80;
    PDM_MODE = PDM_MODE_MONO_LEFT_FALLING;
    PDM_GAINL = PDM_GAIN_0_DB;
    PDM_GAINR = PDM_GAIN_0_DB;
    PDM_SAMPLE_MAXCNT = RING_BLOCK_SAMPLES;
    offer_next();
    port_sleep_until_us(port_now_us() + WAKE_US);
    PDM_ENABLE = 1;
    PDM_INTENSET = PDM_BIT_STARTED | PDM_BIT_END;
    core_irq_enable(PDM_IRQ);
    PDM_START = 1;
    return SENSE_OK;
}
