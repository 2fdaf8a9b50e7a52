// SPDX-License-Identifier: Apache-2.0
//
// The interpreter and all it needs lie at the beginning of the arena; TFLM has
// the rest. Nothing is ever destroyed: an inference lasts as long as the image.
#include <csetjmp>
#include <cstdint>
#include <cstring>
#include <new>

#include "check.h"
#include "inference.h"
#include "resolver.h"
#include "tensorflow/lite/micro/arena_allocator/single_arena_buffer_allocator.h"
#include "tensorflow/lite/micro/memory_planner/greedy_memory_planner.h"
#include "tensorflow/lite/micro/memory_helpers.h"
#include "tensorflow/lite/micro/micro_allocator.h"
#include "tensorflow/lite/micro/micro_interpreter.h"
#include "tensorflow/lite/micro/micro_profiler_interface.h"
#ifdef VMOTE_TFLM_RECORDING
#include "tensorflow/lite/micro/recording_micro_allocator.h"
#endif
#include "tensorflow/lite/schema/schema_generated.h"

namespace {

using vmote::refuse;

// Want of room ends the opening there and then, by a jump: TFLM reports it like any other failure, and its operators
// abort on it. Nothing on the way has anything to destroy.
class strict_allocator : public tflite::SingleArenaBufferAllocator {
  public:
    using SingleArenaBufferAllocator::SingleArenaBufferAllocator;

    jmp_buf short_of_room;

    // The most that was ever in use at once, of `room` bytes.
    size_t deepest(size_t room) const { return room - least_free_; }

    // The planner takes all that is free for its thinking; what it needed of it is told afterwards.
    void planned_with(size_t bytes) { note(free_before_planning_ > bytes ? free_before_planning_ - bytes : 0); }

    TfLiteStatus ResizeBuffer(uint8_t *buffer, size_t size, size_t alignment) override
    {
        const TfLiteStatus status = SingleArenaBufferAllocator::ResizeBuffer(buffer, size, alignment);
        if (status != kTfLiteOk) {
            longjmp(short_of_room, 1);
        }
        note(GetAvailableMemory(1));
        return status;
    }

    uint8_t *AllocatePersistentBuffer(size_t size, size_t alignment) override
    {
        // TFLM would compute an address below the arena, and below zero for a size from a hostile model.
        return must(size <= GetAvailableMemory(alignment)
                        ? SingleArenaBufferAllocator::AllocatePersistentBuffer(size, alignment)
                        : nullptr);
    }

    uint8_t *AllocateTemp(size_t size, size_t alignment) override
    {
        const size_t free = GetAvailableMemory(alignment);
        if (size == free) {
            free_before_planning_ = free;
            return SingleArenaBufferAllocator::AllocateTemp(size, alignment);
        }
        return must(SingleArenaBufferAllocator::AllocateTemp(size, alignment));
    }

  private:
    uint8_t *must(uint8_t *buffer)
    {
        if (buffer == nullptr) {
            longjmp(short_of_room, 1);
        }
        note(GetAvailableMemory(1));
        return buffer;
    }

    void note(size_t free) { least_free_ = free < least_free_ ? free : least_free_; }

    size_t least_free_ = SIZE_MAX;
    size_t free_before_planning_ = 0;

    TF_LITE_REMOVE_VIRTUAL_DELETE
};

// The planner counts how many tensors it has room to think about; too many for it is want of room, too.
class strict_planner : public tflite::GreedyMemoryPlanner {
  public:
    explicit strict_planner(strict_allocator *room) : room_(room) {}

    TfLiteStatus AddBuffer(int size, int first_use, int last_use) override
    {
        return must(GreedyMemoryPlanner::AddBuffer(size, first_use, last_use));
    }

    TfLiteStatus AddBuffer(int size, int first_use, int last_use, int offset) override
    {
        return must(GreedyMemoryPlanner::AddBuffer(size, first_use, last_use, offset));
    }

    // Without it the interpreter's GetTensor() tells of no tensor. Two of them may share memory nevertheless: an operator's
    // output is asked for right behind it, when it is still there.
    bool preserves_all_tensors() const override { return true; }

  private:
    TfLiteStatus must(TfLiteStatus status)
    {
        if (status != kTfLiteOk) {
            longjmp(room_->short_of_room, 1);
        }
        room_->planned_with(++buffers_ * per_buffer_size());
        return status;
    }

    strict_allocator *room_;
    size_t buffers_ = 0;

    TF_LITE_REMOVE_VIRTUAL_DELETE
};

uint32_t elements_of(const flatbuffers::Vector<int32_t> *shape)
{
    uint32_t count = 1;
    for (size_t i = 0; shape != nullptr && i < shape->size(); i++) {
        count *= static_cast<uint32_t>(shape->Get(i));
    }
    return count;
}

// Tells each operator to the app's profiler, in the same words as the native runtime.
class step_teller : public tflite::MicroProfilerInterface {
  public:
    void start(const inference *nn, const tflite::Model *model, tflite::MicroInterpreter *interpreter)
    {
        nn_ = nn;
        model_ = model;
        interpreter_ = interpreter;
        next_ = 0;
    }

    unsigned last() const { return next_ > 0 ? next_ - 1 : 0; }

    uint32_t BeginEvent(const char *tag) override
    {
        const unsigned index = next_++;
        if (nn_->profiler != nullptr) {
            describe(index, tag);
            if (nn_->profiler->begin != nullptr) {
                nn_->profiler->begin(nn_->profiler->user, &step_);
            }
        }
        return index;
    }

    void EndEvent(uint32_t) override
    {
        if (nn_->profiler != nullptr && nn_->profiler->end != nullptr) {
            nn_->profiler->end(nn_->profiler->user, &step_);
        }
    }

  private:
    const flatbuffers::Vector<int32_t> *shape(const flatbuffers::Vector<int32_t> *tensors, unsigned number) const
    {
        if (tensors == nullptr || number >= tensors->size() || tensors->Get(number) < 0) {
            return nullptr;
        }
        return graph()->tensors()->Get(static_cast<unsigned>(tensors->Get(number)))->shape();
    }

    const tflite::SubGraph *graph() const { return model_->subgraphs()->Get(0); }

    void describe(unsigned index, const char *tag)
    {
        step_ = {};
        step_.index = index;
        step_.name = tag;
        if (index >= graph()->operators()->size()) {
            return;
        }
        const tflite::Operator *op = graph()->operators()->Get(index);
        const auto *output = shape(op->outputs(), 0);
        for (size_t i = 0; output != nullptr && i < output->size() && i < INFERENCE_MAX_RANK; i++) {
            step_.dims[step_.rank++] = output->Get(i);
        }
        step_.macs = macs_of(tag, op, elements_of(output));
        show_output(op->outputs());
    }

    void show_output(const flatbuffers::Vector<int32_t> *outputs)
    {
        if (outputs == nullptr || outputs->size() == 0 || outputs->Get(0) < 0 || interpreter_ == nullptr ||
            !interpreter_->preserve_all_tensors()) { // the recording allocator brings a planner of its own
            return;
        }
        const TfLiteEvalTensor *tensor = interpreter_->GetTensor(outputs->Get(0));
        if (tensor != nullptr && tflite::TfLiteEvalTensorByteLength(tensor, &step_.bytes) == kTfLiteOk) {
            step_.data = tensor->data.data;
        }
    }

    // Multiply-accumulates of one run: each output element costs one for every filter element that reaches it.
    uint32_t macs_of(const char *tag, const tflite::Operator *op, uint32_t outputs) const
    {
        const auto *filter = shape(op->inputs(), 1);
        if (filter == nullptr || filter->size() < 2) {
            return 0;
        }
        const uint32_t weights = elements_of(filter);
        const auto part = [&](unsigned i) {
            return i < filter->size() && filter->Get(i) > 0 ? weights / static_cast<uint32_t>(filter->Get(i)) : 0;
        };
        if (strcmp(tag, "CONV_2D") == 0 || strcmp(tag, "FULLY_CONNECTED") == 0) {
            return outputs * part(0);
        }
        if (strcmp(tag, "DEPTHWISE_CONV_2D") == 0) {
            return outputs * part(3);
        }
        if (strcmp(tag, "TRANSPOSE_CONV") == 0) {
            return elements_of(shape(op->inputs(), 2)) * part(3);
        }
        if (strcmp(tag, "SVDF") == 0) {
            const auto *output = shape(op->outputs(), 0);
            const uint32_t batches = output->size() > 0 ? static_cast<uint32_t>(output->Get(0)) : 0;
            return batches * (weights + elements_of(shape(op->inputs(), 2)));
        }
        if (strcmp(tag, "UNIDIRECTIONAL_SEQUENCE_LSTM") == 0) {
            const auto *output = shape(op->outputs(), 0);
            return output->size() == 3 ? outputs * 4U * static_cast<uint32_t>(filter->Get(1) + output->Get(2)) : 0;
        }
        return 0;
    }

    const inference *nn_ = nullptr;
    const tflite::Model *model_ = nullptr;
    tflite::MicroInterpreter *interpreter_ = nullptr;
    unsigned next_ = 0;
    inference_step step_ = {};

    TF_LITE_REMOVE_VIRTUAL_DELETE
};

struct state {
    const tflite::Model *model;
    uint8_t *rest;
    size_t rest_size;
    strict_allocator allocator;
    strict_planner planner;
    step_teller teller;
    alignas(tflite::MicroInterpreter) uint8_t interpreter_place[sizeof(tflite::MicroInterpreter)];

    state(const tflite::Model *m, uint8_t *bytes, size_t size)
        : model(m), rest(bytes), rest_size(size), allocator(bytes, size), planner(&allocator)
    {
    }

    size_t used()
    {
#ifdef VMOTE_TFLM_RECORDING
        return interpreter()->arena_used_bytes(); // what it keeps; to open a model takes more
#else
        return allocator.deepest(rest_size);
#endif
    }

    tflite::MicroInterpreter *interpreter()
    {
        return std::launder(reinterpret_cast<tflite::MicroInterpreter *>(interpreter_place));
    }
};

constexpr size_t state_bytes = (sizeof(state) + INFERENCE_ALIGNMENT - 1) / INFERENCE_ALIGNMENT * INFERENCE_ALIGNMENT;

state *state_of(const inference *nn)
{
    return static_cast<state *>(nn->state);
}

inference_status make_ready(inference *nn, state *s)
{
    if (setjmp(s->allocator.short_of_room) != 0) {
        return refuse(nn, INFERENCE_MODEL_ARENA, "arena");
    }
#ifdef VMOTE_TFLM_RECORDING
    // TFLM's own arena: what it lacks ends in an abort here.
    auto *allocator = tflite::RecordingMicroAllocator::Create(s->rest, s->rest_size);
#else
    tflite::MicroAllocator *allocator = tflite::MicroAllocator::Create(&s->allocator, &s->planner);
#endif
    auto *interpreter =
        new (s->interpreter_place) tflite::MicroInterpreter(s->model, vmote::operators(), allocator, nullptr, &s->teller);
    s->teller.start(nn, s->model, nullptr);
    const bool ready = interpreter->initialization_status() == kTfLiteOk && interpreter->AllocateTensors() == kTfLiteOk;
#ifdef VMOTE_TFLM_RECORDING
    allocator->PrintAllocations();
#endif
    return ready ? INFERENCE_OK : refuse(nn, INFERENCE_MODEL_OPTION, "prepare");
}

void show(const TfLiteTensor *tensor, inference_tensor *view)
{
    view->type = static_cast<inference_type>(tensor->type);
    view->rank = static_cast<uint8_t>(tensor->dims->size);
    for (int i = 0; i < tensor->dims->size && i < INFERENCE_MAX_RANK; i++) {
        view->dims[i] = tensor->dims->data[i];
    }
    view->scale = tensor->params.scale;
    view->zero_point = tensor->params.zero_point;
    view->data = tensor->data.data;
    view->bytes = tensor->bytes;
}

} // namespace

extern "C" {

inference_status inference_open(inference *nn, const void *model, size_t model_size, void *arena, size_t arena_size)
{
    *nn = {};
    if (model == nullptr || model_size == 0) {
        return refuse(nn, INFERENCE_MODEL_EMPTY, "no-bytes");
    }
    if (reinterpret_cast<uintptr_t>(model) % INFERENCE_ALIGNMENT != 0) {
        return refuse(nn, INFERENCE_MODEL_UNALIGNED, "model-address");
    }
    if (reinterpret_cast<uintptr_t>(arena) % INFERENCE_ALIGNMENT != 0) {
        return refuse(nn, INFERENCE_MODEL_UNALIGNED, "arena-address");
    }
    const inference_status status = vmote::check_model(nn, model, model_size, vmote::operators());
    if (status != INFERENCE_OK) {
        return status;
    }
    // TFLM asserts that its own first pieces fit.
    if (arena_size < state_bytes + tflite::MicroAllocator::GetDefaultTailUsage(true) + INFERENCE_ALIGNMENT) {
        return refuse(nn, INFERENCE_MODEL_ARENA, "arena");
    }
    auto *bytes = static_cast<uint8_t *>(arena);
    auto *s = new (arena) state(tflite::GetModel(model), bytes + state_bytes, arena_size - state_bytes);
    const inference_status made = make_ready(nn, s);
    if (made == INFERENCE_OK) {
        nn->state = s;
        nn->arena_used = state_bytes + s->used();
    }
    return made;
}

unsigned inference_input_count(const inference *nn)
{
    return nn->state != nullptr ? state_of(nn)->interpreter()->inputs_size() : 0;
}

unsigned inference_output_count(const inference *nn)
{
    return nn->state != nullptr ? state_of(nn)->interpreter()->outputs_size() : 0;
}

inference_status inference_input(const inference *nn, unsigned index, inference_tensor *view)
{
    *view = {};
    if (nn->state == nullptr) {
        return INFERENCE_NOT_OPEN;
    }
    if (index >= inference_input_count(nn)) {
        return INFERENCE_NO_SUCH_TENSOR;
    }
    show(state_of(nn)->interpreter()->input(index), view);
    return INFERENCE_OK;
}

inference_status inference_output(const inference *nn, unsigned index, inference_tensor *view)
{
    *view = {};
    if (nn->state == nullptr) {
        return INFERENCE_NOT_OPEN;
    }
    if (index >= inference_output_count(nn)) {
        return INFERENCE_NO_SUCH_TENSOR;
    }
    show(state_of(nn)->interpreter()->output(index), view);
    return INFERENCE_OK;
}

inference_status inference_invoke(inference *nn)
{
    if (nn->state == nullptr) {
        return INFERENCE_NOT_OPEN;
    }
    state *s = state_of(nn);
    s->teller.start(nn, s->model, s->interpreter());
    if (s->interpreter()->Invoke() != kTfLiteOk) {
        return refuse(nn, INFERENCE_MODEL_VALUE, "operator-", s->teller.last());
    }
    return INFERENCE_OK;
}

inference_status inference_reset(inference *nn)
{
    if (nn->state == nullptr) {
        return INFERENCE_NOT_OPEN;
    }
    return state_of(nn)->interpreter()->Reset() == kTfLiteOk ? INFERENCE_OK
                                                             : refuse(nn, INFERENCE_MODEL_VALUE, "reset");
}

void inference_set_profiler(inference *nn, const inference_profiler *profiler)
{
    nn->profiler = profiler;
}

} // extern "C"
