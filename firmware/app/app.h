/* SPDX-License-Identifier: Apache-2.0 */
#ifndef VMOTE_APP_H
#define VMOTE_APP_H

/* The application. A port calls it once, when its world is ready. */
_Noreturn void app_main(void);

#endif
