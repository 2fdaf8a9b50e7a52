# SPDX-License-Identifier: Apache-2.0
"""The helpers of these tests import each other by their plain names."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
