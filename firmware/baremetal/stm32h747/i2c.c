/* SPDX-License-Identifier: Apache-2.0
 *
 * I2C3, polled: RM 50.4. Every wait ends, by what is waited for, a refusal, or time.
 */
#include "i2c.h"

#include "board.h"
#include "gpio.h"
#include "pins.h"
#include "port.h"
#include "registers.h"

#define DEADLINE_US 10000U  /* 16 bytes take 0.4 ms at 400 kbit/s */
#define RECOVERY_CLOCKS 9U  /* NXP UM10204 3.1.16: nine clocks free a part that holds SDA */
#define HALF_CLOCK_US 5U
#define CYCLES_A_POLL 240U  /* half a microsecond: a byte takes 22 */
#define POLLS_A_LOOK 256U   /* the clock is asked now and then */

static uint64_t deadline;

void i2c_start(void)
{
    RCC_APB1LENR |= RCC_APB1LENR_I2C3;
    pin_alternate(BOARD_I2C3_SCL, I2C_AF, true);
    pin_alternate(BOARD_I2C3_SDA, I2C_AF, true);
    I2C_TIMINGR = I2C_400_KBPS_OF_120_MHZ;
    I2C_CR1 = I2C_ON;
}

/* The bus is a thousand times slower than the core: asking at every cycle would only load the interconnect. */
static void pause_cycles(uint32_t cycles)
{
    for (uint32_t left = cycles / 2U; left > 0; left--) {
        __asm volatile("nop");
    }
}

static i2c_status wait_for(uint32_t flag)
{
    for (uint32_t polls = 1;; polls++) {
        const uint32_t flags = I2C_ISR;
        if ((flags & I2C_NACKED) != 0) {
            return I2C_NACK;
        }
        if ((flags & flag) != 0) {
            return I2C_OK;
        }
        pause_cycles(CYCLES_A_POLL);
        if (polls % POLLS_A_LOOK == 0 && port_now_us() > deadline) {
            return I2C_BUS;
        }
    }
}

static void begin(uint8_t address, uint32_t control)
{
    I2C_ICR = I2C_CLEAR_ALL;
    I2C_CR2 = (uint32_t)address << 1 | control | I2C_START;
}

/* The stop condition has been sent, by the hardware's own doing. */
static i2c_status end(i2c_status status)
{
    if (status == I2C_NACK) {
        I2C_ICR = I2C_NACKED;
    }
    const i2c_status stopped = status == I2C_BUS ? I2C_BUS : wait_for(I2C_STOPPED);
    I2C_ICR = I2C_CLEAR_ALL;
    return status == I2C_OK ? stopped : status;
}

static i2c_status send(const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const i2c_status status = wait_for(I2C_ASKS);
        if (status != I2C_OK) {
            return status;
        }
        I2C_TXDR = bytes[i];
    }
    return I2C_OK;
}

i2c_status i2c_write(uint8_t address, const uint8_t *bytes, size_t count)
{
    deadline = port_now_us() + DEADLINE_US;
    begin(address, I2C_COUNT(count) | I2C_AUTOEND);
    return end(send(bytes, count));
}

i2c_status i2c_read(uint8_t address, uint8_t reg, uint8_t *bytes, size_t count)
{
    deadline = port_now_us() + DEADLINE_US;
    begin(address, I2C_COUNT(1U));
    i2c_status status = send(&reg, 1);
    if (status == I2C_OK) {
        status = wait_for(I2C_COMPLETE);
    }
    if (status != I2C_OK) {
        return end(status);
    }
    begin(address, I2C_COUNT(count) | I2C_READS | I2C_AUTOEND);
    for (size_t i = 0; i < count && status == I2C_OK; i++) {
        status = wait_for(I2C_RECEIVED);
        if (status == I2C_OK) {
            bytes[i] = (uint8_t)I2C_RXDR;
        }
    }
    return end(status);
}

static void half_clock(void)
{
    const uint64_t until = port_now_us() + HALF_CLOCK_US;
    while (port_now_us() < until) {
    }
}

void i2c_recover(void)
{
    I2C_CR1 = 0;
    pin_open_drain_output(BOARD_I2C3_SDA);
    pin_open_drain_output(BOARD_I2C3_SCL);
    for (unsigned i = 0; i < RECOVERY_CLOCKS; i++) {
        gpio_set(BOARD_I2C3_SCL, false);
        half_clock();
        gpio_set(BOARD_I2C3_SCL, true);
        half_clock();
    }
    /* A stop condition: SDA rises while SCL is high. */
    gpio_set(BOARD_I2C3_SCL, false);
    gpio_set(BOARD_I2C3_SDA, false);
    half_clock();
    gpio_set(BOARD_I2C3_SCL, true);
    half_clock();
    gpio_set(BOARD_I2C3_SDA, true);
    half_clock();
    i2c_start();
}
