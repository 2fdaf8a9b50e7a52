# SPDX-License-Identifier: Apache-2.0
"""`vmote build`: source to image."""

from __future__ import annotations
