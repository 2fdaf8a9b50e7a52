/* SPDX-License-Identifier: Apache-2.0
 *
 * What the parts' drivers want to know of the board, taken from its devicetree.
 */
#ifndef VMOTE_ZEPHYR_BOARD_H
#define VMOTE_ZEPHYR_BOARD_H

#include <zephyr/devicetree.h>

#define VMOTE_USER DT_PATH(zephyr_user)

/* The bus that the parts are on. */
#define VMOTE_PARTS_BUS DT_BUS(DT_NODELABEL(hts221))

#define BOARD_HTS221_ADDRESS DT_REG_ADDR(DT_NODELABEL(hts221))

#endif
