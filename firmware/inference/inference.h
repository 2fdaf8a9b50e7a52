/* SPDX-License-Identifier: Apache-2.0
 *
 * The seam between an app and whatever runs its model. An app includes this
 * header and nothing else of a runtime; `native/` and `tflm/` both implement it.
 *
 * Nothing here allocates: the caller brings the arena, and the model is read
 * where it lies (flash, usually). The model must stay in place, unchanged, for
 * as long as the `inference` is used.
 *
 *     static inference nn;
 *     static uint8_t arena[4096] INFERENCE_ARENA_ALIGNED;
 *
 *     if (inference_open(&nn, model, model_size, arena, sizeof arena) != INFERENCE_OK)
 *         error(inference_status_name(nn.status), nn.detail);
 *     inference_tensor in, out;
 *     inference_input(&nn, 0, &in);
 *     inference_output(&nn, 0, &out);
 *     for (each inference) {
 *         fill in.data;                // the input too is overwritten by a run: fill it anew each time
 *         inference_invoke(&nn);
 *         read out.data;
 *     }
 */
#ifndef VMOTE_INFERENCE_H
#define VMOTE_INFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Where the arena and the model have to begin. */
#define INFERENCE_ALIGNMENT 16
#define INFERENCE_ARENA_ALIGNED __attribute__((aligned(INFERENCE_ALIGNMENT)))

/* Why a model was refused. The names (inference_status_name) are what the
 * device prints after `@error code=`; they are part of the console's language. */
typedef enum {
    INFERENCE_OK = 0,
    INFERENCE_MODEL_EMPTY,        /* model-empty: there is no model */
    INFERENCE_MODEL_TRUNCATED,    /* model-truncated: something lies beyond the end of the file */
    INFERENCE_MODEL_NOT_TFLITE,   /* model-not-tflite: the identifier TFL3 is missing */
    INFERENCE_MODEL_VERSION,      /* model-version: not schema version 3 */
    INFERENCE_MODEL_CORRUPT,      /* model-corrupt: an index or offset leads nowhere */
    INFERENCE_MODEL_UNALIGNED,    /* model-unaligned: the model or the arena begins at an odd address */
    INFERENCE_MODEL_OPERATOR,     /* model-operator: this image has no such operator */
    INFERENCE_MODEL_TYPE,         /* model-type: the operator does not take these element types */
    INFERENCE_MODEL_SHAPE,        /* model-shape: the shapes do not belong together */
    INFERENCE_MODEL_QUANTIZATION, /* model-quantization: scales or zero points missing or impossible */
    INFERENCE_MODEL_OPTION,       /* model-option: an option of the operator is not supported */
    INFERENCE_MODEL_ARENA,        /* model-arena: the arena is too small */
    INFERENCE_MODEL_VALUE,        /* model-value: a value met while running is impossible (an index, a divisor) */
    INFERENCE_NOT_OPEN,           /* model-not-open: used before a successful inference_open */
    INFERENCE_NO_SUCH_TENSOR,     /* model-tensor: there is no input or output of that number */
    INFERENCE_STATUS_COUNT
} inference_status;

/* Element types, numbered as in the TensorFlow Lite schema (TensorType). */
typedef enum {
    INFERENCE_FLOAT32 = 0,
    INFERENCE_INT32 = 2,
    INFERENCE_UINT8 = 3,
    INFERENCE_INT64 = 4,
    INFERENCE_BOOL = 6,
    INFERENCE_INT16 = 7,
    INFERENCE_INT8 = 9,
    INFERENCE_UINT32 = 15
} inference_type;

#define INFERENCE_MAX_RANK 8

/* A window on a tensor. `real = scale * (stored - zero_point)` for integer types;
 * scale is 0 where the model gives none. */
typedef struct {
    inference_type type;
    uint8_t rank;
    int32_t dims[INFERENCE_MAX_RANK];
    float scale;
    int32_t zero_point;
    void *data;
    size_t bytes;
} inference_tensor;

/* One step of the model, told to a profiler. */
typedef struct {
    unsigned index;        /* position in the model, from 0 */
    const char *name;      /* builtin name, such as CONV_2D */
    uint8_t rank;          /* shape of the first output */
    int32_t dims[INFERENCE_MAX_RANK];
    uint32_t macs;         /* multiply-accumulates of one run, 0 where the word has no meaning */
    const void *data;      /* the first output, filled once the operator has run; NULL where the runtime cannot say */
    size_t bytes;
} inference_step;

/* Called around every operator; read the cycle counter in them. Either may be NULL. */
typedef struct {
    void (*begin)(void *user, const inference_step *step);
    void (*end)(void *user, const inference_step *step);
    void *user;
} inference_profiler;

/* One model made ready to run. Keep it; treat the fields as read-only. */
typedef struct {
    inference_status status;
    char detail[56];       /* what the status is about, one word without spaces: "CONV_2D#3:bias-type" */
    size_t arena_used;     /* bytes of the arena that this model needs, all in all */
    const inference_profiler *profiler;
    void *state;           /* the runtime's own, inside the arena */
} inference;

/* "native" or "tflm". */
const char *inference_runtime(void);

/* Verify the model, plan its memory and make it ready. On failure the status is
 * returned and kept in `nn->status`, with the reason in `nn->detail`. */
inference_status inference_open(inference *nn, const void *model, size_t model_size, void *arena, size_t arena_size);

unsigned inference_input_count(const inference *nn);
unsigned inference_output_count(const inference *nn);
inference_status inference_input(const inference *nn, unsigned index, inference_tensor *view);
inference_status inference_output(const inference *nn, unsigned index, inference_tensor *view);

/* Run the model once. */
inference_status inference_invoke(inference *nn);

/* Put the state that survives from run to run (LSTM, SVDF) back to its beginning. */
inference_status inference_reset(inference *nn);

/* From now on call `profiler` around every operator; NULL stops it. `*profiler` must outlive its use. */
void inference_set_profiler(inference *nn, const inference_profiler *profiler);

/* The stable name of a status: "ok", "model-truncated", ... */
const char *inference_status_name(inference_status status);

#ifdef __cplusplus
}
#endif

#endif
