// SPDX-License-Identifier: Apache-2.0
//
// TFLM trusts its model; these checks come before it.
#ifndef VMOTE_TFLM_CHECK_H
#define VMOTE_TFLM_CHECK_H

#include <cstddef>

#include "inference.h"
#include "tensorflow/lite/micro/micro_op_resolver.h"

namespace vmote {

// Keep the status and what it is about.
inference_status refuse(inference *nn, inference_status status, const char *what);
inference_status refuse(inference *nn, inference_status status, const char *what, unsigned number);

// A whole flatbuffer of the schema's version 3, one subgraph, every index inside its table, every operator known.
inference_status check_model(inference *nn, const void *model, size_t size, const tflite::MicroOpResolver &operators);

} // namespace vmote

#endif
