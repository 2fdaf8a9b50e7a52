// SPDX-License-Identifier: Apache-2.0
#include "check.h"

#include <cstring>

#include "tensorflow/lite/schema/schema_generated.h"

namespace vmote {

namespace {

constexpr uint32_t schema_version = 3;
constexpr size_t smallest_file = 16; // a root offset, an identifier, and something to point at

void append(inference *nn, const char *text)
{
    size_t length = strlen(nn->detail);
    // A detail is one word.
    for (; *text != '\0' && length + 1 < sizeof nn->detail; text++) {
        nn->detail[length++] = *text == ' ' ? '_' : *text;
    }
    nn->detail[length] = '\0';
}

void append_number(inference *nn, unsigned number)
{
    char digits[11];
    char *digit = digits + sizeof digits - 1;
    *digit = '\0';
    do {
        *--digit = static_cast<char>('0' + number % 10);
        number /= 10;
    } while (number != 0);
    append(nn, digit);
}

template <typename Table> size_t count_of(const Table *table)
{
    return table != nullptr ? table->size() : 0;
}

bool indices_inside(const flatbuffers::Vector<int32_t> *indices, size_t tensors, bool optional)
{
    for (size_t i = 0; i < count_of(indices); i++) {
        const int32_t index = indices->Get(i);
        if (index >= static_cast<int32_t>(tensors) || index < (optional ? -1 : 0)) {
            return false;
        }
    }
    return true;
}

inference_status check_subgraph(inference *nn, const tflite::Model *model)
{
    const tflite::SubGraph *graph = model->subgraphs()->Get(0);
    const size_t tensors = count_of(graph->tensors());
    if (count_of(graph->inputs()) == 0 || count_of(graph->outputs()) == 0) {
        return refuse(nn, INFERENCE_MODEL_CORRUPT, "no-inputs-or-outputs");
    }
    if (!indices_inside(graph->inputs(), tensors, false) || !indices_inside(graph->outputs(), tensors, false)) {
        return refuse(nn, INFERENCE_MODEL_CORRUPT, "inputs-or-outputs");
    }
    for (size_t i = 0; i < tensors; i++) {
        if (graph->tensors()->Get(i)->buffer() >= count_of(model->buffers())) {
            return refuse(nn, INFERENCE_MODEL_CORRUPT, "buffer-of-tensor-", i);
        }
    }
    for (size_t i = 0; i < count_of(graph->operators()); i++) {
        const tflite::Operator *op = graph->operators()->Get(i);
        if (op->opcode_index() >= count_of(model->operator_codes()) || count_of(op->outputs()) == 0 ||
            !indices_inside(op->inputs(), tensors, true) || !indices_inside(op->outputs(), tensors, false)) {
            return refuse(nn, INFERENCE_MODEL_CORRUPT, "operator-", i);
        }
    }
    return INFERENCE_OK;
}

inference_status check_operators(inference *nn, const tflite::Model *model, const tflite::MicroOpResolver &operators)
{
    for (size_t i = 0; i < count_of(model->operator_codes()); i++) {
        const tflite::OperatorCode *code = model->operator_codes()->Get(i);
        // The schema's first field was a byte; models of either age use the larger of the two.
        const int old = code->deprecated_builtin_code();
        const int now = code->builtin_code();
        const auto builtin = static_cast<tflite::BuiltinOperator>(now > old ? now : old);
        if (builtin == tflite::BuiltinOperator_CUSTOM) {
            return refuse(nn, INFERENCE_MODEL_OPERATOR, "CUSTOM");
        }
        if (operators.FindOp(builtin) == nullptr) {
            const char *name = tflite::EnumNameBuiltinOperator(builtin);
            return *name != '\0' ? refuse(nn, INFERENCE_MODEL_OPERATOR, name)
                                 : refuse(nn, INFERENCE_MODEL_OPERATOR, "operator-", static_cast<unsigned>(builtin));
        }
    }
    return INFERENCE_OK;
}

} // namespace

inference_status refuse(inference *nn, inference_status status, const char *what)
{
    nn->status = status;
    nn->detail[0] = '\0';
    append(nn, what);
    return status;
}

inference_status refuse(inference *nn, inference_status status, const char *what, unsigned number)
{
    refuse(nn, status, what);
    append_number(nn, number);
    return status;
}

inference_status check_model(inference *nn, const void *bytes, size_t size, const tflite::MicroOpResolver &operators)
{
    if (size < smallest_file) {
        return refuse(nn, INFERENCE_MODEL_TRUNCATED, "header");
    }
    if (!tflite::ModelBufferHasIdentifier(bytes)) {
        return refuse(nn, INFERENCE_MODEL_NOT_TFLITE, "identifier");
    }
    flatbuffers::Verifier verifier(static_cast<const uint8_t *>(bytes), size);
    if (!tflite::VerifyModelBuffer(verifier)) {
        return refuse(nn, INFERENCE_MODEL_CORRUPT, "flatbuffer");
    }
    const tflite::Model *model = tflite::GetModel(bytes);
    if (model->version() != schema_version) {
        return refuse(nn, INFERENCE_MODEL_VERSION, "version-", model->version());
    }
    if (count_of(model->subgraphs()) != 1) {
        return refuse(nn, INFERENCE_MODEL_OPTION, "subgraphs-", count_of(model->subgraphs()));
    }
    const inference_status status = check_subgraph(nn, model);
    return status == INFERENCE_OK ? check_operators(nn, model, operators) : status;
}

} // namespace vmote
