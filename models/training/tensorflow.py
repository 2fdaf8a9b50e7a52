# SPDX-License-Identifier: Apache-2.0
"""TensorFlow, imported quietly and made deterministic: the same seed gives the same file on the same machine."""

from __future__ import annotations

import os
import sys
from typing import Any

_QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # oneDNN picks kernels by CPU: its float results differ between machines
    "CUDA_VISIBLE_DEVICES": "-1",
    "GRPC_VERBOSITY": "ERROR",
}


def load(seed: int) -> Any:
    """Import TensorFlow with every source of randomness seeded; exit with the way out where it is absent."""
    for key, value in _QUIET.items():
        os.environ.setdefault(key, value)
    quiet = _Silence()
    try:
        with quiet:
            import keras  # noqa: PLC0415
            import tensorflow as tf  # noqa: PLC0415
    except ImportError as error:
        print(f"training needs TensorFlow ({error})\n  pip install -e '.[train,golden]'", file=sys.stderr)
        raise SystemExit(3) from error
    tf.get_logger().setLevel("ERROR")
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    return tf


class _Silence:
    """Send what C++ code writes to file descriptor 2 to nowhere; Python's own exceptions still come through."""

    def __enter__(self) -> None:
        sys.stderr.flush()
        self._saved = os.dup(2)
        self._null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(self._null, 2)

    def __exit__(self, *_: object) -> None:
        sys.stderr.flush()
        os.dup2(self._saved, 2)
        os.close(self._saved)
        os.close(self._null)


silence = _Silence
