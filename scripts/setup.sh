#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Sets up what `make emulate` (setup.sh run) and `make test` (setup.sh test) need: .venv, then the system packages.
# With TOOLCHAIN=docker (setup.sh docker) the container has the latter, and this machine needs none of them.
# Does nothing when all is there, and says so. Exit code 3: something is missing and this script may not install it.
set -euo pipefail
cd "$(dirname "$0")/.."
want="${1:-run}"
case "$want" in
  run) spec="." ;; test) spec=".[test]" ;; docker) spec=".[docker]" ;;
  *) echo "usage: scripts/setup.sh [run|test|docker]" >&2; exit 2 ;;
esac

missing() { # what, then the line that gets it
  printf 'set-up: %s\n  run: %s\n' "$1" "$2" >&2
  exit 3
}

can_apt() { [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; }

apt_install() {
  local line="apt-get install -y --no-install-recommends $*"
  can_apt || missing "this machine lacks: $*" "sudo $line"
  echo "set-up: installing $* (apt)"
  local log; log=$(mktemp)
  if ! { apt-get update && DEBIAN_FRONTEND=noninteractive $line; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2; rm -f "$log"
    missing "apt could not install: $*" "apt-get update && $line"
  fi
  rm -f "$log"
}

# --- Python: a virtual environment of the project's own -------------------------------------------------------
python="${VMOTE_PYTHON:-}"
if [ -z "$python" ]; then
  for name in python3.11 python3.12 python3.13 python3; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      python=$name; break
    fi
  done
fi
[ -n "$python" ] || missing "Python 3.11 or newer is not found" "sudo apt-get install -y python3 python3-venv"

stamp=".venv/.vmote-$want"
print="$(cat pyproject.toml scripts/setup.sh | cksum) $("$python" --version)"
if [ -x .venv/bin/vmote ] && { [ "$(cat "$stamp" 2>/dev/null)" = "$print" ] ||
     { [ "$want" != test ] && [ "$(cat .venv/.vmote-test 2>/dev/null)" = "$print" ]; }; }; then
  skipped="Python packages"
else
  echo "set-up: Python packages into .venv (about a minute, once)"
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then apt_install python3-venv; fi
  [ -x .venv/bin/python ] || "$python" -m venv .venv
  log=$(mktemp)
  if ! .venv/bin/python -m pip install --disable-pip-version-check -e "$spec" >"$log" 2>&1; then
    tail -n 15 "$log" >&2; rm -f "$log"
    missing "pip could not install the Python packages" ".venv/bin/python -m pip install -e '$spec'"
  fi
  rm -f "$log"
  echo "$print" >"$stamp"
fi

if [ "$want" = docker ]; then
  [ -z "${skipped:-}" ] || echo "set-up: nothing to do for $skipped (skipped)" >&2
  exit
fi

# --- The system: the cross-compiler, the emulator, the host compiler for the emulator's plugin ------------------
need=()
compiles() { # a compiler that also finds its C library's headers
  command -v "$1" >/dev/null && printf '#include <stdint.h>\n#include <string.h>\n' | "$1" -xc -E - >/dev/null 2>&1
}
compiles "${VMOTE_CC:-gcc}" || need+=(gcc libc6-dev)
compiles "${VMOTE_ARM_GCC:-arm-none-eabi-gcc}" || need+=(gcc-arm-none-eabi libnewlib-arm-none-eabi)
[ -n "${VMOTE_QEMU:-}" ] || command -v qemu-system-arm >/dev/null || need+=(qemu-system-arm)
if [ ${#need[@]} -gt 0 ]; then
  apt_install "${need[@]}"
else
  skipped="${skipped:+$skipped, }system packages"
fi

# --- A second emulator beside Debian 12's QEMU 7.2, so that the tests hold 10.0 against it: half a minute, 85 MB ---
if [ "$want" = test ] && [ ! -x .cache/qemu-10.0/qemu-system-arm ] &&
   grep -qs '^VERSION_CODENAME=bookworm' /etc/os-release; then
  echo "set-up: QEMU 10.0 into .cache, beside the system's"
  timeout 180 scripts/qemu-10.sh >/dev/null || echo "set-up: not found; tests of two versions are skipped" >&2
fi
[ -z "${skipped:-}" ] || echo "set-up: nothing to do for $skipped (skipped)" >&2
