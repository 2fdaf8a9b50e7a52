/* SPDX-License-Identifier: Apache-2.0 */
#include "runtime.h"

#include <string.h>

#include "plan.h"

#include "small.h"

/* ---- saying no ---- */

static const char *const status_names[INFERENCE_STATUS_COUNT] = {
    [INFERENCE_OK] = "ok",
    [INFERENCE_MODEL_EMPTY] = "model-empty",
    [INFERENCE_MODEL_TRUNCATED] = "model-truncated",
    [INFERENCE_MODEL_NOT_TFLITE] = "model-not-tflite",
    [INFERENCE_MODEL_VERSION] = "model-version",
    [INFERENCE_MODEL_CORRUPT] = "model-corrupt",
    [INFERENCE_MODEL_UNALIGNED] = "model-unaligned",
    [INFERENCE_MODEL_OPERATOR] = "model-operator",
    [INFERENCE_MODEL_TYPE] = "model-type",
    [INFERENCE_MODEL_SHAPE] = "model-shape",
    [INFERENCE_MODEL_QUANTIZATION] = "model-quantization",
    [INFERENCE_MODEL_OPTION] = "model-option",
    [INFERENCE_MODEL_ARENA] = "model-arena",
    [INFERENCE_MODEL_VALUE] = "model-value",
    [INFERENCE_NOT_OPEN] = "model-not-open",
    [INFERENCE_NO_SUCH_TENSOR] = "model-tensor",
};

const char *inference_status_name(inference_status status) {
    unsigned index = (unsigned)status;
    return index < INFERENCE_STATUS_COUNT ? status_names[index] : "model-unknown";
}

const char *inference_runtime(void) {
    return "native";
}

static void append(inference *nn, const char *text) {
    size_t length = strlen(nn->detail);
    while (*text != '\0' && length + 1 < sizeof nn->detail) nn->detail[length++] = *text++;
    nn->detail[length] = '\0';
}

static void append_number(inference *nn, uint32_t number) {
    char digits[11];
    char *digit = digits + sizeof digits - 1;
    *digit = '\0';
    do *--digit = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    append(nn, digit);
}

static inference_status refuse(inference *nn, inference_status status, const char *what) {
    nn->status = status;
    append(nn, what);
    return status;
}

static inference_status refuse_numbered(inference *nn, inference_status status, const char *what, uint32_t number) {
    nn->status = status;
    append(nn, what);
    append_number(nn, number);
    return status;
}

inference_status rt_refuse(rt_opening *opening, inference_status status, const char *what) {
    if (opening->nn->status != INFERENCE_OK) return opening->nn->status; /* the first reason stands */
    append(opening->nn, opening->node->operator->name);
    append(opening->nn, "#");
    append_number(opening->nn, opening->index);
    append(opening->nn, ":");
    return refuse(opening->nn, status, what);
}

/* The flatbuffer reader's verdict so far. */
static inference_status checked(rt_opening *opening, const char *what) {
    if (opening->nn->status != INFERENCE_OK) return opening->nn->status;
    if (opening->file.bad == FB_BEYOND_END) return refuse(opening->nn, INFERENCE_MODEL_TRUNCATED, what);
    if (opening->file.bad != FB_GOOD) return refuse(opening->nn, INFERENCE_MODEL_CORRUPT, what);
    return INFERENCE_OK;
}

/* ---- the arena ---- */

static uint32_t aligned(uint32_t bytes) {
    return (bytes + PLAN_ALIGNMENT - 1) & ~(PLAN_ALIGNMENT - 1);
}

static inference_status arena_full(rt_opening *opening, uint32_t more) {
    if (opening->nn->status != INFERENCE_OK) return opening->nn->status;
    return refuse_numbered(opening->nn, INFERENCE_MODEL_ARENA, "needs-more-than-", opening->low + more);
}

void *rt_keep(rt_opening *opening, uint32_t bytes) {
    /* Structures of the runtime need no more than pointer alignment. */
    uint32_t start = (opening->low + (uint32_t)sizeof(void *) - 1) & ~((uint32_t)sizeof(void *) - 1);
    if (start > opening->high || bytes > opening->high - start) {
        arena_full(opening, bytes);
        return NULL;
    }
    memset(opening->arena + start, 0, bytes);
    opening->low = start + bytes;
    return opening->arena + start;
}

static void *note(rt_opening *opening, uint32_t bytes) {
    bytes = aligned(bytes);
    if (bytes > opening->high - opening->low) {
        arena_full(opening, bytes);
        return NULL;
    }
    opening->high -= bytes;
    return opening->arena + opening->high;
}

/* ---- what operators ask ---- */

uint32_t rt_type_size(uint8_t type) {
    switch (type) {
    case INFERENCE_INT8:
    case INFERENCE_UINT8:
    case INFERENCE_BOOL: return 1;
    case INFERENCE_INT16: return 2;
    case INFERENCE_FLOAT32:
    case INFERENCE_INT32:
    case INFERENCE_UINT32: return 4;
    case INFERENCE_INT64: return 8;
    default: return 0;
    }
}

uint32_t rt_elements(const rt_tensor *tensor) {
    uint32_t count = 1;
    for (unsigned i = 0; i < tensor->rank; i++) count *= (uint32_t)tensor->dims[i];
    return count;
}

bool rt_same_shape(const rt_tensor *a, const rt_tensor *b) {
    if (a->rank != b->rank) return false;
    for (unsigned i = 0; i < a->rank; i++) {
        if (a->dims[i] != b->dims[i]) return false;
    }
    return true;
}

rt_tensor *rt_in(const rt_opening *opening, unsigned i) {
    const rt_node *node = opening->node;
    if (i >= node->input_count || node->inputs[i] < 0) return NULL;
    return &opening->state->tensors[node->inputs[i]];
}

rt_tensor *rt_out(const rt_opening *opening, unsigned i) {
    const rt_node *node = opening->node;
    return i < node->output_count ? &opening->state->tensors[node->outputs[i]] : NULL;
}

static fb_table quantization_of(rt_opening *opening, const rt_tensor *tensor) {
    fb_table entry = fb_table_in(&opening->tensors, (uint32_t)(tensor - opening->state->tensors));
    return fb_subtable(&entry, 4);
}

fb_vector rt_scales(rt_opening *opening, const rt_tensor *tensor, int32_t *axis) {
    fb_table quantization = quantization_of(opening, tensor);
    *axis = fb_i32(&quantization, 6, 0);
    return fb_vector_of(&quantization, 2, 4);
}

bool rt_is_symmetric(rt_opening *opening, const rt_tensor *tensor) {
    fb_table quantization = quantization_of(opening, tensor);
    fb_vector zero_points = fb_vector_of(&quantization, 3, 8);
    for (uint32_t i = 0; i < zero_points.count; i++) {
        if (fb_i64_in(&zero_points, i) != 0) return false;
    }
    return true;
}

inference_status rt_need_integers(rt_opening *opening, const rt_tensor *tensor, unsigned least, unsigned most) {
    RT_NEED(tensor != NULL, INFERENCE_MODEL_CORRUPT, "inputs");
    RT_NEED(tensor->type == INFERENCE_INT32 || tensor->type == INFERENCE_INT64, INFERENCE_MODEL_TYPE, "index-type");
    uint32_t count = rt_elements(tensor);
    RT_NEED(count >= least && count <= most, INFERENCE_MODEL_SHAPE, "index-count");
    RT_NEED((tensor->flags & RT_CONSTANT) || count == 0, INFERENCE_MODEL_OPTION, "index-not-constant");
    return INFERENCE_OK;
}

int32_t rt_integer(const rt_tensor *tensor, uint32_t i) {
    int32_t value; /* the low half of an int64 holds every value that can matter here */
    memcpy(&value, tensor->data + i * rt_type_size(tensor->type), sizeof value);
    return value;
}

uint32_t rt_room_after(const rt_opening *opening, const rt_tensor *constant) {
    const uint8_t *end = constant->data + rt_bytes(constant);
    return (uint32_t)(opening->file.bytes + opening->file.size - end);
}

inference_status rt_axis_number(rt_opening *opening, int32_t given, unsigned rank, unsigned *axis) {
    int64_t from_front = given < 0 ? (int64_t)given + rank : given;
    RT_NEED(from_front >= 0 && from_front < (int64_t)rank, INFERENCE_MODEL_OPTION, "axis");
    *axis = (unsigned)from_front;
    return INFERENCE_OK;
}

/* ---- notes taken while preparing, read by the planner ---- */

/* Either scratch memory (`where` says who wants to know its address), or, when
 * `where` is NULL, that tensor `output` may lie where tensor `input` does. */
typedef struct {
    _Alignas(PLAN_ALIGNMENT) void *where; /* so that an array of them has the stride that note() gives */
    union {
        uint32_t bytes;
        struct {
            uint16_t output;
            uint16_t input;
        } share;
    } what;
    uint16_t operator;
} memory_note;

inference_status rt_scratch(rt_opening *opening, uint32_t bytes, void *where) {
    memory_note *entry = note(opening, sizeof *entry);
    if (entry == NULL) return opening->nn->status;
    *entry = (memory_note){.where = where, .what.bytes = bytes, .operator = opening->index};
    opening->notes++;
    return INFERENCE_OK;
}

void rt_share(rt_opening *opening, unsigned output, unsigned input) {
    const rt_node *node = opening->node;
    if (rt_in(opening, input)->flags & (RT_CONSTANT | RT_VARIABLE)) return;
    memory_note *entry = note(opening, sizeof *entry);
    if (entry == NULL) return;
    *entry = (memory_note){
        .where = NULL,
        .what.share = {.output = (uint16_t)node->outputs[output], .input = (uint16_t)node->inputs[input]},
        .operator = opening->index,
    };
    opening->notes++;
}

/* ---- reading the model ---- */

static inference_status read_tensor(rt_opening *opening, uint32_t index) {
    inference *nn = opening->nn;
    rt_tensor *tensor = &opening->state->tensors[index];
    fb_table entry = fb_table_in(&opening->tensors, index);
    fb_vector shape = fb_vector_of(&entry, 0, 4);
    tensor->type = fb_u8(&entry, 1, INFERENCE_FLOAT32);
    uint32_t buffer_index = fb_u32(&entry, 2, 0);
    if (fb_u8(&entry, 5, 0) != 0) tensor->flags |= RT_VARIABLE;
    RT_TRY(checked(opening, "tensors"));

    if (shape.count > INFERENCE_MAX_RANK) return refuse_numbered(nn, INFERENCE_MODEL_SHAPE, "rank-of-tensor-", index);
    tensor->rank = (uint8_t)shape.count;
    tensor->dims = (const int32_t *)(const void *)(opening->file.bytes + shape.at);
    uint32_t size = rt_type_size(tensor->type);
    if (size == 0) return refuse_numbered(nn, INFERENCE_MODEL_TYPE, "type-of-tensor-", index);
    uint64_t bytes = size;
    for (unsigned i = 0; i < tensor->rank; i++) {
        if (tensor->dims[i] < 0) return refuse_numbered(nn, INFERENCE_MODEL_SHAPE, "shape-of-tensor-", index);
        bytes *= (uint32_t)tensor->dims[i];
        if (bytes > INT32_MAX) return refuse_numbered(nn, INFERENCE_MODEL_SHAPE, "size-of-tensor-", index);
    }

    fb_table quantization = fb_subtable(&entry, 4);
    fb_vector scales = fb_vector_of(&quantization, 2, 4);
    fb_vector zero_points = fb_vector_of(&quantization, 3, 8);
    RT_TRY(checked(opening, "quantization"));
    if (scales.count > 0 && zero_points.count > 0) {
        tensor->scale = fb_f32_in(&scales, 0);
        const int64_t zero_point = fb_i64_in(&zero_points, 0);
        const int64_t least = tensor->type == INFERENCE_INT8 ? INT8_MIN : tensor->type == INFERENCE_UINT8 ? 0 : INT16_MIN;
        const int64_t most = tensor->type == INFERENCE_INT8 ? INT8_MAX : tensor->type == INFERENCE_UINT8 ? UINT8_MAX : INT16_MAX;
        if (zero_point < least || zero_point > most) {
            return refuse_numbered(nn, INFERENCE_MODEL_QUANTIZATION, "zero-point-of-tensor-", index);
        }
        tensor->zero_point = (int32_t)zero_point;
        for (uint32_t i = 0; i < scales.count; i++) {
            float scale = fb_f32_in(&scales, i);
            /* Written so that a NaN is refused too. */
            if (!(scale >= 0.0f && scale < 1e30f)) {
                return refuse_numbered(nn, INFERENCE_MODEL_QUANTIZATION, "scale-of-tensor-", index);
            }
        }
    }

    if (buffer_index >= opening->buffers.count) {
        if (buffer_index == 0) return INFERENCE_OK;
        return refuse_numbered(nn, INFERENCE_MODEL_CORRUPT, "buffer-of-tensor-", index);
    }
    fb_table buffer = fb_table_in(&opening->buffers, buffer_index);
    fb_vector data = fb_vector_of(&buffer, 0, 1);
    uint64_t outside = fb_u64(&buffer, 1, 0);
    RT_TRY(checked(opening, "buffers"));
    if (outside > 1) return refuse_numbered(nn, INFERENCE_MODEL_OPTION, "buffer-outside-of-tensor-", index);
    if (data.count == 0) return INFERENCE_OK;
    if (data.count < bytes) return refuse_numbered(nn, INFERENCE_MODEL_TRUNCATED, "data-of-tensor-", index);
    if (size >= 4 && (data.at & 3) != 0) return refuse_numbered(nn, INFERENCE_MODEL_UNALIGNED, "data-of-tensor-", index);
    if (size == 2 && (data.at & 1) != 0) return refuse_numbered(nn, INFERENCE_MODEL_UNALIGNED, "data-of-tensor-", index);
    if (tensor->flags & RT_VARIABLE) return refuse_numbered(nn, INFERENCE_MODEL_CORRUPT, "variable-with-data-", index);
    /* Constants are only ever read; one type for both kinds keeps operators simple. */
    tensor->data = (uint8_t *)(uintptr_t)(opening->file.bytes + data.at);
    tensor->flags |= RT_CONSTANT;
    return INFERENCE_OK;
}

static const rt_operator *find_operator(uint32_t code) {
    for (const rt_operator *const *entry = rt_registry; *entry != NULL; entry++) {
        if ((*entry)->code == code) return *entry;
    }
    return NULL;
}

/* Check a list of tensor numbers and return where it lies. */
static const int32_t *tensor_numbers(rt_opening *opening, const fb_vector *list, int32_t least) {
    for (uint32_t i = 0; i < list->count; i++) {
        int32_t number = fb_i32_in(list, i);
        if (number < least || number >= opening->state->tensor_count) {
            if (opening->nn->status == INFERENCE_OK) {
                refuse_numbered(opening->nn, INFERENCE_MODEL_CORRUPT, "tensor-number-", (uint32_t)number);
            }
            return NULL;
        }
    }
    return (const int32_t *)(const void *)(opening->file.bytes + list->at);
}

/* Custom operators have names; what a console line cannot hold becomes `_`. */
static inference_status refuse_custom(rt_opening *opening, const fb_vector *name) {
    append(opening->nn, "custom-");
    for (uint32_t i = 0; i < name->count; i++) {
        const char letter[2] = {(char)opening->file.bytes[name->at + i], '\0'};
        append(opening->nn, letter[0] > ' ' && letter[0] <= '~' && letter[0] != '=' ? letter : "_");
    }
    return refuse(opening->nn, INFERENCE_MODEL_OPERATOR, "");
}

static inference_status read_node(rt_opening *opening, uint32_t index) {
    inference *nn = opening->nn;
    rt_node *node = &opening->state->nodes[index];
    fb_table entry = fb_table_in(&opening->operators, index);
    uint32_t code_index = fb_u32(&entry, 0, 0);
    fb_vector inputs = fb_vector_of(&entry, 1, 4);
    fb_vector outputs = fb_vector_of(&entry, 2, 4);
    RT_TRY(checked(opening, "operators"));
    if (code_index >= opening->codes.count) {
        return refuse_numbered(nn, INFERENCE_MODEL_CORRUPT, "code-of-operator-", index);
    }
    fb_table code_entry = fb_table_in(&opening->codes, code_index);
    /* The first field is a byte from before there were more than 127 operators. */
    int32_t code = fb_i8(&code_entry, 0, 0);
    int32_t wide = fb_i32(&code_entry, 3, 0);
    if (wide > code) code = wide;
    RT_TRY(checked(opening, "operator-codes"));
    if (code == RT_CUSTOM) {
        fb_vector name = fb_vector_of(&code_entry, 1, 1);
        RT_TRY(checked(opening, "operator-codes"));
        return refuse_custom(opening, &name);
    }
    node->operator = find_operator((uint32_t)code);
    if (node->operator == NULL) return refuse_numbered(nn, INFERENCE_MODEL_OPERATOR, "builtin-", (uint32_t)code);

    if (inputs.count > UINT8_MAX || outputs.count > UINT8_MAX || outputs.count == 0) {
        return refuse_numbered(nn, INFERENCE_MODEL_CORRUPT, "arity-of-operator-", index);
    }
    node->inputs = tensor_numbers(opening, &inputs, -1);
    node->outputs = tensor_numbers(opening, &outputs, 0);
    node->input_count = (uint8_t)inputs.count;
    node->output_count = (uint8_t)outputs.count;
    return nn->status;
}

static inference_status prepare_node(rt_opening *opening, uint32_t index) {
    rt_state *state = opening->state;
    rt_node *node = &state->nodes[index];
    opening->node = node;
    opening->index = (uint16_t)index;
    /* Data must flow forwards: everything read was written before, nothing is written twice. */
    for (unsigned i = 0; i < node->input_count; i++) {
        const rt_tensor *tensor = rt_in(opening, i);
        if (tensor == NULL) continue;
        RT_NEED(tensor->flags != 0, INFERENCE_MODEL_CORRUPT, "input-from-nowhere");
        RT_NEED((tensor->flags & RT_CONSTANT) || rt_elements(tensor) > 0, INFERENCE_MODEL_SHAPE, "empty-input");
    }
    for (unsigned i = 0; i < node->output_count; i++) {
        rt_tensor *tensor = rt_out(opening, i);
        RT_NEED(tensor->flags == 0, INFERENCE_MODEL_CORRUPT, "output-written-twice");
        RT_NEED(rt_elements(tensor) > 0, INFERENCE_MODEL_SHAPE, "empty-output");
    }
    opening->node_table = fb_table_in(&opening->operators, index);
    opening->options = fb_subtable(&opening->node_table, 4);
    RT_TRY(checked(opening, "operators"));
    RT_TRY(node->operator->prepare(opening));
    RT_TRY(checked(opening, "options"));
    for (unsigned i = 0; i < node->output_count; i++) rt_out(opening, i)->flags |= RT_PRODUCED;
    return INFERENCE_OK;
}

/* ---- placing the tensors ---- */

static plan_block *block_of(const rt_tensor *tensor) {
    return (plan_block *)(void *)tensor->data;
}

static void extend(const rt_tensor *tensor, uint16_t until) {
    plan_block *block = block_of(tensor);
    if (until > block->last) block->last = until;
}

/* One block for each tensor that lives in the arena and for each piece of scratch. */
static uint32_t list_blocks(rt_opening *opening, plan_block *blocks, const memory_note *notes) {
    rt_state *state = opening->state;
    const uint16_t end = state->node_count; /* "after the last operator": outputs are read then */
    uint32_t count = 0;
    for (uint32_t i = 0; i < state->tensor_count; i++) {
        rt_tensor *tensor = &state->tensors[i];
        if (!(tensor->flags & (RT_PRODUCED | RT_VARIABLE))) continue;
        plan_block *block = &blocks[count++];
        *block = (plan_block){.bytes = aligned(rt_bytes(tensor)), .tensor = (uint16_t)i, .root = (uint16_t)i};
        if (tensor->flags & RT_VARIABLE) block->last = end;
        /* Until it has its address, a tensor's `data` leads to its block. */
        tensor->data = (uint8_t *)block;
    }
    for (uint16_t n = 0; n < end; n++) {
        const rt_node *node = &state->nodes[n];
        for (unsigned k = 0; k < node->input_count; k++) {
            if (node->inputs[k] < 0) continue;
            const rt_tensor *tensor = rt_input(state, node, k);
            if (!(tensor->flags & RT_CONSTANT)) extend(tensor, n);
        }
        for (unsigned k = 0; k < node->output_count; k++) {
            extend(rt_output(state, node, k), n);
            block_of(rt_output(state, node, k))->first = n;
        }
    }
    for (uint16_t k = 0; k < state->output_count; k++) {
        const rt_tensor *tensor = &state->tensors[state->outputs[k]];
        if (!(tensor->flags & RT_CONSTANT)) extend(tensor, end);
    }
    for (uint32_t i = 0; i < opening->notes; i++) {
        if (notes[i].where == NULL) continue;
        uint16_t id = (uint16_t)(state->tensor_count + i);
        uint16_t when = notes[i].operator;
        blocks[count++] =
            (plan_block){.bytes = aligned(notes[i].what.bytes), .first = when, .last = when, .tensor = id, .root = id};
    }
    return count;
}

/* Let outputs take the place of inputs that die in the operator that makes them. */
static void merge_shared(rt_opening *opening, const memory_note *notes) {
    const rt_state *state = opening->state;
    /* The notes grew downwards: the last one is of the first operator. */
    for (uint32_t i = opening->notes; i-- > 0;) {
        if (notes[i].where != NULL) continue;
        plan_block *output = block_of(&state->tensors[notes[i].what.share.output]);
        plan_block *input = block_of(&state->tensors[notes[i].what.share.input]);
        plan_block *root = block_of(&state->tensors[input->root]);
        if (output->root != output->tensor || root->last != notes[i].operator || root == output) continue;
        output->root = root->tensor;
        if (output->bytes > root->bytes) root->bytes = output->bytes;
        root->last = output->last;
        output->bytes = 0;
    }
}

static inference_status place_tensors(rt_opening *opening) {
    rt_state *state = opening->state;
    const memory_note *notes = (const memory_note *)(const void *)(opening->arena + opening->high);
    if (state->tensor_count + (uint32_t)opening->notes >= PLAN_NONE) {
        return refuse(opening->nn, INFERENCE_MODEL_SHAPE, "too-many-tensors");
    }
    uint32_t most = opening->notes;
    for (uint32_t i = 0; i < state->tensor_count; i++) {
        if (state->tensors[i].flags & (RT_PRODUCED | RT_VARIABLE)) most++;
    }
    plan_block *blocks = note(opening, most * (uint32_t)sizeof *blocks);
    if (blocks == NULL) return opening->nn->status;

    /* Sharing nearly always saves memory, but greed has no foresight: the better plan counts. */
    uint32_t count = list_blocks(opening, blocks, notes);
    const uint32_t apart = plan_greedily(blocks, count);
    count = list_blocks(opening, blocks, notes);
    merge_shared(opening, notes);
    uint32_t planned = plan_greedily(blocks, count);
    if (apart < planned) {
        count = list_blocks(opening, blocks, notes);
        planned = plan_greedily(blocks, count);
    }

    const uint32_t base = aligned(opening->low);
    const uint32_t available = opening->nn->arena_used; /* the whole arena */
    const uint32_t noted = aligned(opening->low + (available - opening->high));
    const uint32_t needed = base + planned > noted ? base + planned : noted;
    if (needed > available) return refuse_numbered(opening->nn, INFERENCE_MODEL_ARENA, "needs-", needed);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *address = opening->arena + base + blocks[i].offset;
        const uint16_t id = blocks[i].tensor;
        if (blocks[i].root != id) continue;
        if (id < state->tensor_count) state->tensors[id].data = address;
        else memcpy(notes[id - state->tensor_count].where, &address, sizeof address);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (blocks[i].root != blocks[i].tensor) {
            state->tensors[blocks[i].tensor].data = state->tensors[blocks[i].root].data;
        }
    }
    opening->nn->arena_used = needed;
    return INFERENCE_OK;
}

/* ---- the seam ---- */

static inference_status open_model(rt_opening *opening) {
    inference *nn = opening->nn;
    fb_buffer *file = &opening->file;
    if (file->size == 0) return refuse(nn, INFERENCE_MODEL_EMPTY, "no-bytes");
    if (file->size < 8) return refuse(nn, INFERENCE_MODEL_TRUNCATED, "identifier");
    if (memcmp(file->bytes + 4, "TFL3", 4) != 0) return refuse(nn, INFERENCE_MODEL_NOT_TFLITE, "identifier");

    fb_table model = fb_root(file);
    uint32_t version = fb_u32(&model, 0, 0);
    opening->codes = fb_vector_of(&model, 1, 4);
    fb_vector subgraphs = fb_vector_of(&model, 2, 4);
    opening->buffers = fb_vector_of(&model, 4, 4);
    RT_TRY(checked(opening, "root"));
    if (version != 3) return refuse_numbered(nn, INFERENCE_MODEL_VERSION, "schema-", version);
    if (subgraphs.count == 0) return refuse(nn, INFERENCE_MODEL_CORRUPT, "no-subgraph");

    fb_table subgraph = fb_table_in(&subgraphs, 0);
    opening->tensors = fb_vector_of(&subgraph, 0, 4);
    fb_vector inputs = fb_vector_of(&subgraph, 1, 4);
    fb_vector outputs = fb_vector_of(&subgraph, 2, 4);
    opening->operators = fb_vector_of(&subgraph, 3, 4);
    RT_TRY(checked(opening, "subgraph"));
    if (opening->tensors.count >= PLAN_NONE || opening->operators.count >= PLAN_NONE) {
        return refuse(nn, INFERENCE_MODEL_SHAPE, "too-many-tensors");
    }
    if (inputs.count > UINT16_MAX || outputs.count > UINT16_MAX) {
        return refuse(nn, INFERENCE_MODEL_CORRUPT, "too-many-inputs");
    }

    rt_state *state = rt_keep(opening, sizeof *state);
    if (state == NULL) return nn->status;
    opening->state = state;
    state->tensors = rt_keep(opening, opening->tensors.count * (uint32_t)sizeof *state->tensors);
    if (state->tensors == NULL) return nn->status;
    state->nodes = rt_keep(opening, opening->operators.count * (uint32_t)sizeof *state->nodes);
    if (state->nodes == NULL) return nn->status;
    state->tensor_count = (uint16_t)opening->tensors.count;
    state->node_count = (uint16_t)opening->operators.count;

    for (uint32_t i = 0; i < state->tensor_count; i++) RT_TRY(read_tensor(opening, i));
    state->inputs = tensor_numbers(opening, &inputs, 0);
    state->outputs = tensor_numbers(opening, &outputs, 0);
    RT_TRY(nn->status);
    state->input_count = (uint16_t)inputs.count;
    state->output_count = (uint16_t)outputs.count;
    for (uint32_t i = 0; i < state->input_count; i++) {
        rt_tensor *tensor = &state->tensors[state->inputs[i]];
        if (!(tensor->flags & RT_CONSTANT)) tensor->flags |= RT_PRODUCED;
        if (rt_elements(tensor) == 0) return refuse_numbered(nn, INFERENCE_MODEL_SHAPE, "empty-input-", i);
    }

    for (uint32_t i = 0; i < state->node_count; i++) RT_TRY(read_node(opening, i));
    for (uint32_t i = 0; i < state->node_count; i++) RT_TRY(prepare_node(opening, i));
    for (uint32_t i = 0; i < state->output_count; i++) {
        if (state->tensors[state->outputs[i]].flags == 0) {
            return refuse_numbered(nn, INFERENCE_MODEL_CORRUPT, "output-from-nowhere-", i);
        }
    }
    RT_TRY(place_tensors(opening));
    nn->state = state;
    return inference_reset(nn);
}

inference_status inference_open(inference *nn, const void *model, size_t model_size, void *arena, size_t arena_size) {
    memset(nn, 0, sizeof *nn);
    if (model == NULL || model_size == 0) return refuse(nn, INFERENCE_MODEL_EMPTY, "no-bytes");
    if (((uintptr_t)model & 3) != 0) return refuse(nn, INFERENCE_MODEL_UNALIGNED, "model-address");
    if (((uintptr_t)arena & (INFERENCE_ALIGNMENT - 1)) != 0) return refuse(nn, INFERENCE_MODEL_UNALIGNED, "arena-address");
    if (model_size > INT32_MAX) return refuse(nn, INFERENCE_MODEL_SHAPE, "model-size");
    if (arena_size > INT32_MAX) arena_size = INT32_MAX;
    arena_size &= ~(size_t)(PLAN_ALIGNMENT - 1);
    rt_opening opening = {
        .nn = nn,
        .arena = arena,
        .high = (uint32_t)arena_size,
        .file = {.bytes = model, .size = (uint32_t)model_size},
    };
    nn->arena_used = arena_size;
    inference_status status = open_model(&opening);
    if (status != INFERENCE_OK) {
        nn->state = NULL;
        nn->arena_used = 0;
    }
    return status;
}

unsigned inference_input_count(const inference *nn) {
    const rt_state *state = nn->state;
    return state != NULL ? state->input_count : 0;
}

unsigned inference_output_count(const inference *nn) {
    const rt_state *state = nn->state;
    return state != NULL ? state->output_count : 0;
}

static inference_status view(const inference *nn, bool output, unsigned index, inference_tensor *out) {
    const rt_state *state = nn->state;
    memset(out, 0, sizeof *out);
    if (state == NULL) return INFERENCE_NOT_OPEN;
    if (index >= (output ? state->output_count : state->input_count)) return INFERENCE_NO_SUCH_TENSOR;
    const rt_tensor *tensor = &state->tensors[(output ? state->outputs : state->inputs)[index]];
    out->type = (inference_type)tensor->type;
    out->rank = tensor->rank;
    for (unsigned i = 0; i < tensor->rank; i++) out->dims[i] = tensor->dims[i];
    out->scale = tensor->scale;
    out->zero_point = tensor->zero_point;
    out->data = tensor->data;
    out->bytes = rt_bytes(tensor);
    return INFERENCE_OK;
}

inference_status inference_input(const inference *nn, unsigned index, inference_tensor *out) {
    return view(nn, false, index, out);
}

inference_status inference_output(const inference *nn, unsigned index, inference_tensor *out) {
    return view(nn, true, index, out);
}

inference_status inference_reset(inference *nn) {
    const rt_state *state = nn->state;
    if (state == NULL) return INFERENCE_NOT_OPEN;
    for (uint16_t i = 0; i < state->tensor_count; i++) {
        rt_tensor *tensor = &state->tensors[i];
        if (!(tensor->flags & RT_VARIABLE) || tensor->data == NULL) continue;
        /* A variable begins as real zero, which for int8 is its zero point. */
        memset(tensor->data, tensor->type == INFERENCE_INT8 ? tensor->zero_point : 0, rt_bytes(tensor));
    }
    for (uint16_t i = 0; i < state->node_count; i++) {
        const rt_node *node = &state->nodes[i];
        if (node->operator->reset != NULL) node->operator->reset(state, node);
    }
    return INFERENCE_OK;
}

void inference_set_profiler(inference *nn, const inference_profiler *profiler) {
    nn->profiler = profiler;
}

/* Multiply-accumulates of one run of an operator that multiplies by a filter:
 * each output element costs one for every filter element that reaches it. */
static uint32_t macs_of(const rt_state *state, const rt_node *node) {
    const rt_tensor *output = rt_output(state, node, 0);
    const rt_tensor *filter = node->input_count > 1 && node->inputs[1] >= 0 ? rt_input(state, node, 1) : NULL;
    switch (node->operator->code) {
    case RT_CONV_2D:
    case RT_FULLY_CONNECTED: return rt_elements(output) * (rt_elements(filter) / (uint32_t)filter->dims[0]);
    case RT_DEPTHWISE_CONV_2D: return rt_elements(output) * (rt_elements(filter) / (uint32_t)filter->dims[3]);
    case RT_TRANSPOSE_CONV: /* spreads each input element over the filter */
        return rt_elements(rt_input(state, node, 2)) * (rt_elements(filter) / (uint32_t)filter->dims[3]);
    case RT_SVDF: return (uint32_t)output->dims[0] * (rt_elements(filter) + rt_elements(rt_input(state, node, 2)));
    case RT_UNIDIRECTIONAL_SEQUENCE_LSTM: /* four gates look at the input and at the last output */
        return rt_elements(output) * 4 * (uint32_t)(filter->dims[1] + output->dims[2]);
    default: return 0;
    }
}

static void describe(const rt_state *state, uint16_t index, inference_step *step) {
    const rt_node *node = &state->nodes[index];
    const rt_tensor *output = rt_output(state, node, 0);
    step->index = index;
    step->name = node->operator->name;
    step->rank = output->rank;
    for (unsigned i = 0; i < output->rank; i++) step->dims[i] = output->dims[i];
    step->macs = macs_of(state, node);
    step->data = output->data;
    step->bytes = rt_bytes(output);
}

inference_status inference_invoke(inference *nn) {
    const rt_state *state = nn->state;
    if (state == NULL) return INFERENCE_NOT_OPEN;
    const inference_profiler *profiler = nn->profiler;
    for (uint16_t i = 0; i < state->node_count; i++) {
        const rt_node *node = &state->nodes[i];
        inference_step step;
        if (profiler != NULL) {
            describe(state, i, &step);
            if (profiler->begin != NULL) profiler->begin(profiler->user, &step);
        }
        inference_status status = node->operator->invoke(state, node);
        if (profiler != NULL && profiler->end != NULL) profiler->end(profiler->user, &step);
        if (status != INFERENCE_OK) {
            nn->detail[0] = '\0';
            append(nn, node->operator->name);
            return refuse_numbered(nn, status, "#", i);
        }
    }
    return INFERENCE_OK;
}
