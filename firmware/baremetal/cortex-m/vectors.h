/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_VECTORS_H
#define VMOTE_VECTORS_H

typedef void (*vector)(void);

_Noreturn void reset_handler(void);
void fault_handler(void);
void unexpected_handler(void);

#endif
