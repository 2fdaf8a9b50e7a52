# SPDX-License-Identifier: Apache-2.0
"""Speaks with libespeak-ng in a process of its own: run as a script, it takes one JSON request a line.

The library keeps state from one utterance to the next, so the second `yes` differs from the first. Each utterance is
therefore spoken by a fresh copy of the process (fork), which makes it a function of its request alone. A separate
process also keeps the library's licence (GPL-3.0) and any crash of it at a distance. Uses nothing but the standard
library, and is started with Python's isolated mode, so that it is quick.

Request: {"text": …, "voice": …, "speed": …, "pitch": …}. Answer: a line with the rate and the count of bytes, then that
many bytes of 16-bit little-endian samples; a rate of 0 says that there is no such voice.
"""

import ctypes
import json
import os
import sys
from typing import Any

SYNCHRONOUS = 2  # AUDIO_OUTPUT_SYNCHRONOUS
UTF8 = 1  # espeakCHARS_UTF8
RATE, PITCH = 1, 3  # espeak_PARAMETER


def speak(library: Any, data: str, request: dict[str, Any]) -> tuple[int, bytes]:
    """Return the sample rate and the samples of one utterance."""
    pieces: list[bytes] = []
    callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)

    def take(wave: Any, count: int, _events: Any) -> int:
        if wave and count > 0:
            pieces.append(ctypes.string_at(wave, 2 * count))
        return 0

    rate = int(library.espeak_Initialize(SYNCHRONOUS, 0, data.encode() or None, 0))
    if hasattr(library, "espeak_ng_SetRandSeed"):
        library.espeak_ng_SetRandSeed(ctypes.c_long(1))  # breathy voices are seeded with the time of day otherwise
    hold = callback(take)  # the library calls it as long as it speaks
    library.espeak_SetSynthCallback(hold)
    if rate <= 0 or library.espeak_SetVoiceByName(request["voice"].encode()) != 0:
        return 0, b""
    library.espeak_SetParameter(RATE, int(request["speed"]), 0)
    library.espeak_SetParameter(PITCH, int(request["pitch"]), 0)
    text = request["text"].encode()
    library.espeak_Synth(text, len(text) + 1, 0, 0, 0, UTF8, None, None)
    library.espeak_Synchronize()
    return rate, b"".join(pieces)


def main() -> None:
    """Answer requests until there are no more."""
    library, data = ctypes.CDLL(sys.argv[1]), sys.argv[2]
    out = sys.stdout.fileno()
    for line in sys.stdin:
        request = json.loads(line)
        child = os.fork()
        if child == 0:
            try:
                rate, samples = speak(library, data, request)
                answer = f"{rate} {len(samples)}\n".encode() + samples
                while answer:
                    answer = answer[os.write(out, answer) :]
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        if status != 0:
            os.write(out, b"-1 0\n")


if __name__ == "__main__":
    main()
