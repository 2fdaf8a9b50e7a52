/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_NATIVE_EXPONENTIAL_H
#define VMOTE_NATIVE_EXPONENTIAL_H

/* e^x, with the same bits on every machine: those that glibc's expf gives. */
float rt_exp(float x);

#endif
