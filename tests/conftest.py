# SPDX-License-Identifier: Apache-2.0
"""What holds for every test, wherever it runs.

One run tries what the last one tried; `VMOTE_EXPLORE=1` has hypothesis look further, at random. And whoever runs the
tests in the background of a shell has them ignore Ctrl-C, which some of them press.
"""

import os
import signal

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("explore" if os.environ.get("VMOTE_EXPLORE") else "same")

if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
