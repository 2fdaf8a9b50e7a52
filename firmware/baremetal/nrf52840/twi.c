/* SPDX-License-Identifier: Apache-2.0
 *
 * TWI0 by its legacy register interface: PS 6.30. Bytes are read with the bus
 * suspended at each boundary and stopped at the last. Between bytes the core
 * sleeps: interrupts are held off during a transfer, and a pending one ends WFI
 * without its handler being called.
 */
#include "board.h"
#include "gpio.h"
#include "i2c.h"
#include "registers.h"
#include "start.h"

#define DEADLINE_TICKS 10U   /* of 1/1024 s; 16 bytes take 0.4 ms at 400 kbit/s */
#define RECOVERY_CLOCKS 9U   /* NXP UM10204 3.1.16: nine clocks free a part that holds SDA */
#define HALF_CLOCK 320U      /* cycles: 5 us at 64 MHz */

void i2c_start(void)
{
    GPIO_CNF(BOARD_TWI0_SCL) = GPIO_CNF_OPEN_DRAIN_IN;
    GPIO_CNF(BOARD_TWI0_SDA) = GPIO_CNF_OPEN_DRAIN_IN;
    TWI_PSEL_SCL = BOARD_TWI0_SCL;
    TWI_PSEL_SDA = BOARD_TWI0_SDA;
    TWI_FREQUENCY = TWI_400_KBPS;
    TWI_INTENSET = TWI_BITS_USED;
    TWI_ENABLE = TWI_ON;
}

static i2c_status wait_for(volatile uint32_t *event)
{
    for (;;) {
        core_wait_for_interrupt();
        if (*event != 0) {
            *event = 0;
            core_irq_forget(TWI_IRQ); /* after its cause is gone, or it is pending again at once */
            return I2C_OK;
        }
        if (TWI_ERROR != 0) {
            return I2C_NACK;
        }
        if (rtc_deadline_passed()) {
            return I2C_BUS;
        }
    }
}

/* The transfer is over: interrupts mean interrupts again. */
static i2c_status end(i2c_status status)
{
    core_irq_disable(TWI_IRQ);
    core_irq_forget(TWI_IRQ);
    core_irq_on();
    return status;
}

static i2c_status stop(i2c_status status)
{
    if (TWI_ERROR != 0) {
        TWI_ERROR = 0;
        TWI_ERRORSRC = TWI_ERRORSRC; /* write ones to clear */
    }
    core_irq_forget(TWI_IRQ);
    TWI_STOP = 1;
    const i2c_status stopped = wait_for(&TWI_STOPPED);
    return end(status == I2C_OK ? stopped : status);
}

/* Every transfer leaves its events cleared, except one that got stuck. */
static void forget_events(void)
{
    TWI_STOPPED = 0;
    TWI_ERROR = 0;
    TWI_TXDSENT = 0;
    TWI_RXDREADY = 0;
}

static void begin(uint8_t address)
{
    TWI_ADDRESS = address;
    TWI_SHORTS = 0;
    rtc_deadline_set(DEADLINE_TICKS);
    core_irq_off();
    core_irq_forget(TWI_IRQ);
    core_irq_enable(TWI_IRQ);
}

static i2c_status send(uint8_t byte)
{
    TWI_TXD = byte;
    return wait_for(&TWI_TXDSENT);
}

i2c_status i2c_write(uint8_t address, const uint8_t *bytes, size_t count)
{
    begin(address);
    TWI_STARTTX = 1;
    i2c_status status = I2C_OK;
    for (size_t i = 0; i < count && status == I2C_OK; i++) {
        status = send(bytes[i]);
    }
    return stop(status);
}

i2c_status i2c_read(uint8_t address, uint8_t reg, uint8_t *bytes, size_t count)
{
    begin(address);
    TWI_STARTTX = 1;
    i2c_status status = send(reg);
    if (status != I2C_OK) {
        return stop(status);
    }
    TWI_SHORTS = count == 1 ? TWI_BB_STOP : TWI_BB_SUSPEND;
    TWI_STARTRX = 1;
    for (size_t i = 0; i < count; i++) {
        status = wait_for(&TWI_RXDREADY);
        if (status != I2C_OK) {
            return stop(status);
        }
        bytes[i] = (uint8_t)TWI_RXD;
        if (i + 2 == count) {
            TWI_SHORTS = TWI_BB_STOP; /* after RXD is read, before the bus goes on: the next byte is the last */
        }
        if (i + 1 < count) {
            TWI_RESUME = 1;
        }
    }
    return end(wait_for(&TWI_STOPPED));
}

static void half_clock(void)
{
    const uint32_t start = DWT_CYCCNT;
    for (uint32_t guard = 0; guard < HALF_CLOCK && DWT_CYCCNT - start < HALF_CLOCK; guard++) {
    }
}

void i2c_recover(void)
{
    TWI_ENABLE = TWI_OFF;
    gpio_set(BOARD_TWI0_SCL, true);
    gpio_set(BOARD_TWI0_SDA, true);
    GPIO_CNF(BOARD_TWI0_SCL) = GPIO_CNF_OPEN_DRAIN_OUT;
    GPIO_CNF(BOARD_TWI0_SDA) = GPIO_CNF_OPEN_DRAIN_OUT;
    for (unsigned i = 0; i < RECOVERY_CLOCKS; i++) {
        gpio_set(BOARD_TWI0_SCL, false);
        half_clock();
        gpio_set(BOARD_TWI0_SCL, true);
        half_clock();
    }
    /* A stop condition: SDA rises while SCL is high. */
    gpio_set(BOARD_TWI0_SCL, false);
    gpio_set(BOARD_TWI0_SDA, false);
    half_clock();
    gpio_set(BOARD_TWI0_SCL, true);
    half_clock();
    gpio_set(BOARD_TWI0_SDA, true);
    half_clock();
    forget_events();
    i2c_start();
}
