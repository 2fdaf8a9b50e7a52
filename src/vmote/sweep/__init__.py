# SPDX-License-Identifier: Apache-2.0
"""Many runs: what they cost, and how that changed."""
