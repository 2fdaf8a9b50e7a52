# SPDX-License-Identifier: Apache-2.0
"""vmote: a virtual TinyML device."""

__version__ = "0.1.0"
