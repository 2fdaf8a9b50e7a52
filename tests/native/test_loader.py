# SPDX-License-Identifier: Apache-2.0
"""Models that are broken, hostile or just not for us: each refusal has a stable name and says what it is about."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import flatbuffers
import numpy as np
import pytest
from corpus import CASES
from host_runtime import HostRuntime, Refused, build, library
from tflite_micro.tensorflow.lite.micro.python import schema_py_generated as schema
from tflite_writer import Writer
from zoo import ZOO

FUZZER = Path(__file__).parent / "fuzz" / "fuzz_loader.c"


def dense(**changes: object) -> Writer:
    w = Writer()
    x = w.tensor([1, 4], scale=0.5)
    f = w.constant(np.ones((2, 4), np.int8), 0.1)
    b = w.constant(np.ones(2, np.int32), 0.05)
    y = w.tensor([1, 2], scale=0.5)
    w.operator("FULLY_CONNECTED", [x, f, b], [y], **changes)
    return w


def refusal(model: bytes, arena: int = 1 << 16) -> tuple[str, str]:
    with pytest.raises(Refused) as refused:
        HostRuntime(model, arena)
    assert " " not in refused.value.detail
    return refused.value.code, refused.value.detail


GOOD = dense().bytes([0], [3])


def test_good_model_opens() -> None:
    assert HostRuntime(GOOD).run([np.ones((1, 4), np.int8)])[0].shape == (1, 2)


def test_empty() -> None:
    assert refusal(b"") == ("model-empty", "no-bytes")


def test_shorter_than_its_identifier() -> None:
    assert refusal(b"\0\0\0\0TF")[0] == "model-truncated"


def test_text() -> None:
    assert refusal(b"this is no model, it is a text file") == ("model-not-tflite", "identifier")


def test_every_truncation_is_refused() -> None:
    for length in range(8, len(GOOD)):
        code, _ = refusal(GOOD[:length])
        assert code in ("model-truncated", "model-corrupt"), length


def test_other_schema_version() -> None:
    model = schema.ModelT.InitFromPackedBuf(GOOD, 0)
    model.version = 4
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), file_identifier=b"TFL3")
    assert refusal(bytes(builder.Output())) == ("model-version", "schema-4")


def test_unknown_operator_is_named() -> None:
    w = Writer()
    x, y = w.tensor([4], "float32"), w.tensor([4], "float32")
    w.operator("COS", [x], [y])
    assert refusal(w.bytes([x], [y])) == ("model-operator", "builtin-108")


def test_custom_operator_is_named() -> None:
    w = Writer()
    x, y = w.tensor([4], "float32"), w.tensor([4], "float32")
    w.operator("CUSTOM", [x], [y])
    w.custom_code = "Secret Sauce"
    assert refusal(w.bytes([x], [y])) == ("model-operator", "custom-Secret_Sauce")


def test_unsupported_type() -> None:
    w = Writer()
    x, y = w.tensor([4], "int32"), w.tensor([4], "int32")
    w.operator("LOGISTIC", [x], [y])
    assert refusal(w.bytes([x], [y])) == ("model-type", "LOGISTIC#0:type")


def test_shapes_that_do_not_match() -> None:
    w = dense()
    w.tensors[0].shape = [1, 5]
    assert refusal(w.bytes([0], [3])) == ("model-shape", "FULLY_CONNECTED#0:input-shape")


def test_scale_missing() -> None:
    w = dense()
    w.tensors[3].quantization = None
    assert refusal(w.bytes([0], [3]))[0] == "model-quantization"


def test_scale_that_is_no_number() -> None:
    w = dense()
    w.tensors[1].quantization.scale = [float("nan")]
    assert refusal(w.bytes([0], [3])) == ("model-quantization", "scale-of-tensor-1")


def test_zero_point_outside_its_type() -> None:
    w = dense()
    w.tensors[0].quantization.zeroPoint = [300]
    assert refusal(w.bytes([0], [3])) == ("model-quantization", "zero-point-of-tensor-0")


def test_tensor_number_out_of_range() -> None:
    w = dense()
    w.operators[0].inputs = [0, 99, 2]
    assert refusal(w.bytes([0], [3])) == ("model-corrupt", "tensor-number-99")


def test_output_before_input() -> None:
    w = dense()
    assert refusal(w.bytes([], [3])) == ("model-corrupt", "FULLY_CONNECTED#0:input-from-nowhere")


def test_output_nobody_makes() -> None:
    w = dense()
    spare = w.tensor([1, 2], scale=0.5)
    assert refusal(w.bytes([0], [spare])) == ("model-corrupt", "output-from-nowhere-0")


def test_two_operators_write_one_tensor() -> None:
    w = dense()
    w.operator("FULLY_CONNECTED", [0, 1, 2], [3])
    assert refusal(w.bytes([0], [3])) == ("model-corrupt", "FULLY_CONNECTED#1:output-written-twice")


def test_huge_shape() -> None:
    w = dense()
    w.tensors[0].shape = [65536, 65536]
    assert refusal(w.bytes([0], [3])) == ("model-shape", "size-of-tensor-0")


def test_constant_shorter_than_its_shape() -> None:
    w = dense()
    w.tensors[1].shape = [4, 4]
    assert refusal(w.bytes([0], [3])) == ("model-truncated", "data-of-tensor-1")


def test_arena_too_small() -> None:
    code, detail = refusal(GOOD, 64)
    assert code == "model-arena"
    assert detail.startswith("needs-")


def test_fused_activation_unknown() -> None:
    w = dense(fusedActivationFunction=4)
    assert refusal(w.bytes([0], [3])) == ("model-option", "FULLY_CONNECTED#0:fused-activation")


def test_offset_that_leads_outside() -> None:
    broken = bytearray(GOOD)
    struct.pack_into("<I", broken, 0, 0x7FFFFFF0)
    assert refusal(bytes(broken)) == ("model-truncated", "root")


def test_every_status_has_a_name() -> None:
    names = [library().inference_status_name(status).decode() for status in range(16)]
    assert len(set(names)) == 16
    assert names[0] == "ok"
    assert all(name.startswith("model-") for name in names[1:])


def test_old_encodings_are_accepted() -> None:
    """A dynamic batch in the signature, a filter with one scale, and no bias, as old converters wrote them."""
    w = Writer()
    x = w.tensor([1, 4, 4, 3], scale=0.5, signature=[-1, 4, 4, 3])
    f = w.constant(np.ones((2, 1, 1, 3), np.int8), 0.1)
    y = w.tensor([1, 4, 4, 2], scale=0.5, signature=[-1, 4, 4, 2])
    w.operator("CONV_2D", [x, f], [y], padding=0, strideH=1, strideW=1)
    assert HostRuntime(w.bytes([x], [y])).run([np.ones((1, 4, 4, 3), np.int8)])[0].shape == (1, 4, 4, 2)


def fuzz(tmp_path: Path, rounds: int, seed: int) -> str:
    """Mutate a few models of every operator, under the address and undefined-behaviour sanitizers."""
    flags = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    program = build(flags, "fuzz_loader", [FUZZER])
    models = []
    for name in CASES:
        for number in range(3):
            case = CASES[name](np.random.default_rng([number, *name.encode()]))
            path = tmp_path / f"{name.replace('/', '-')}-{number}.tflite"
            path.write_bytes(case.model)
            models.append(str(path))
    models += [str(path) for path in sorted((FUZZER.parent / "found").glob("*"))]
    path = tmp_path / "micro_speech.tflite"
    path.write_bytes(ZOO["micro_speech"]().model)
    command = [str(program), str(rounds), str(seed), *models, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    return done.stdout


def test_mutated_models_do_no_harm(tmp_path: Path) -> None:
    words = fuzz(tmp_path, rounds=1000, seed=11).split()
    tried, opened = int(words[1]), int(words[3])
    assert tried > 100_000
    assert 0.02 < opened / tried < 0.5, "mutations should be survived sometimes, refused mostly"


def test_corpus_is_clean_under_sanitizers(tmp_path: Path) -> None:
    """The whole models too, run with the address and undefined-behaviour sanitizers watching."""
    flags = ["-O1", "-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-DARENA_BYTES=262144"]
    program = build(flags, "sanitized", [FUZZER])
    models = []
    for name, make in ZOO.items():
        path = tmp_path / f"{name}.tflite"
        path.write_bytes(make().model)
        models.append(str(path))
    done = subprocess.run([str(program), "0", "1", *models], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[:2000]
    assert int(done.stdout.split()[5]) == len(ZOO), done.stdout
