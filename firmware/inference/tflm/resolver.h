// SPDX-License-Identifier: Apache-2.0
//
// The operators of this image.
#ifndef VMOTE_TFLM_RESOLVER_H
#define VMOTE_TFLM_RESOLVER_H

#include "tensorflow/lite/micro/micro_op_resolver.h"

namespace vmote {

const tflite::MicroOpResolver &operators();

} // namespace vmote

#endif
