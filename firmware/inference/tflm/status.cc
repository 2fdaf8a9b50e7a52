// SPDX-License-Identifier: Apache-2.0
#include "inference.h"

extern "C" const char *inference_status_name(inference_status status)
{
    // In the order of the enumeration.
    static const char *const names[] = {
        "ok",
        "model-empty",
        "model-truncated",
        "model-not-tflite",
        "model-version",
        "model-corrupt",
        "model-unaligned",
        "model-operator",
        "model-type",
        "model-shape",
        "model-quantization",
        "model-option",
        "model-arena",
        "model-value",
        "model-not-open",
        "model-tensor",
    };
    static_assert(sizeof names / sizeof names[0] == INFERENCE_STATUS_COUNT, "a name for every status");
    const auto index = static_cast<unsigned>(status);
    return index < INFERENCE_STATUS_COUNT ? names[index] : "model-unknown";
}

extern "C" const char *inference_runtime(void)
{
    return "tflm";
}
