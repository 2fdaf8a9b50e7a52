/* SPDX-License-Identifier: Apache-2.0
 *
 * Included by code that runs once, when a model is opened: small matters more than fast.
 */
#if defined(__arm__) && defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("Os")
#endif
