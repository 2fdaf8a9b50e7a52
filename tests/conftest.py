# SPDX-License-Identifier: Apache-2.0
"""One run of the tests tries what the last one tried; `VMOTE_EXPLORE=1` has hypothesis look further, at random."""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile("explore" if os.environ.get("VMOTE_EXPLORE") else "same")
