# SPDX-License-Identifier: Apache-2.0
"""The toolchain in a container: vmote's own commands, carried out where compilers and emulators are."""
