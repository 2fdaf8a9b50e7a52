#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `make test-docker`: the toolchain's container, built by a real engine from the real Dockerfile, and tested.
#
# An engine that answers is used as it is. Otherwise root on Debian starts one of its own: the packages are unpacked into
# a folder of ours, not installed, and the engine is stopped in the end. Its base image is made by debootstrap, because
# no registry of images need be reachable: it bears the Dockerfile's own tag, and this machine's apt sources and
# certificates. Everywhere else there is nothing to test with, which is said, with exit code 0.
set -euo pipefail
cd "$(dirname "$0")/.."
keep=$PWD/.cache/docker # packages, base image, the engine's data: the second time takes seconds
log=$keep/log

skip() {
  printf 'test-docker: skipped: %s\n  run: start Docker (or be root on Debian), then make test-docker\n' "$1"
  exit 0
}

answers() { .venv/bin/python -c 'from vmote.toolchain.engine import connected
with connected() as engine: print(engine.version)' 2>/dev/null; }

say() { printf 'test-docker: %s\n' "$1"; }

# --- an engine of our own -------------------------------------------------------------------------------------------
unpack() { # packages: downloads what this machine lacks of them, and unpacks it
  mkdir -p "$keep/debs/partial" "$keep/tools"
  apt-get update -qq >>"$log" 2>&1 || true
  apt-get install -y -qq --download-only --no-install-recommends --reinstall -o "Dir::Cache::archives=$keep/debs" "$@" \
    >>"$log" 2>&1 || skip "apt cannot fetch $* (the last lines of $log say why)"
  local package
  for package in "$keep"/debs/*.deb; do dpkg -x "$package" "$keep/tools"; done
  rm -r "$keep/debs"
}

make_base() {
  say "making the base image by debootstrap"
  local root=$keep/base
  rm -rf "$root"
  DEBOOTSTRAP_DIR=$keep/tools/usr/share/debootstrap \
    debootstrap --variant=minbase bookworm "$root" >>"$log" 2>&1 || skip "debootstrap fails (see $log)"
  rm -rf "$root"/var/cache/apt/archives/*.deb "$root/etc/apt/sources.list"
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp -r /etc/apt/sources.list* "$root/etc/apt/"
  find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$root/usr/local/share/ca-certificates" {} +
  tar -C "$root" -c . >"$keep/base.tar.new"
  mv "$keep/base.tar.new" "$keep/base.tar"
  rm -rf "$root"
}

start() {
  mkdir -p "$keep/data"
  : >"$log"
  PATH=$keep/tools/usr/sbin:$keep/tools/usr/bin:$PATH
  export LD_LIBRARY_PATH=$keep/tools/usr/lib/$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || echo "$(uname -m)-linux-gnu")
  [ -x "$keep/tools/usr/sbin/dockerd" ] || { say "fetching Debian's docker.io, unpacked into .cache/docker"; unpack docker.io debootstrap; }
  [ -f "$keep/base.tar" ] || make_base
  echo '{}' >"$keep/daemon.json"
  dockerd --config-file "$keep/daemon.json" --data-root "$keep/data" --exec-root "$run/exec" --pidfile "$run/pid" \
    --host "unix://$run/docker.sock" --iptables=false --ip6tables=false --bridge=none >>"$log" 2>&1 &
  engine=$!
  export DOCKER_HOST=unix://$run/docker.sock VMOTE_DOCKER_BASE=debian:bookworm-slim
  for _ in $(seq 60); do
    [ -z "$(answers)" ] || break
    kill -0 "$engine" 2>/dev/null || skip "the engine does not start: $(tail -n 1 "$log")"
    sleep 1
  done
  [ -n "$(answers)" ] || skip "the engine does not answer within a minute (see $log)"
  docker image inspect "$VMOTE_DOCKER_BASE" >/dev/null 2>&1 || docker import - "$VMOTE_DOCKER_BASE" <"$keep/base.tar" >>"$log"
  unset LD_LIBRARY_PATH
}

engine=
run=$(mktemp -d /tmp/vmote-docker.XXXXXX) # a short path: the engine makes sockets below it
chmod 755 "$run" # the socket in it has rights of its own
finish() {
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null && wait "$engine" 2>/dev/null || true
    awk -v below="$run/" 'index($2, below) == 1 { print $2 }' /proc/mounts | sort -r | xargs -r umount 2>/dev/null || true
  fi
  rm -rf "$run"
}
trap finish EXIT
trap 'exit 130' INT TERM

if version=$(answers) && [ -n "$version" ]; then
  say "engine $version answers, and is used"
else
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || skip "no docker engine answers, and only root on Debian can start one here"
  mkdir -p "$keep"
  start
  say "engine $(answers) started, in a folder of its own"
fi

# Images first, where somebody sees how far they are: tests keep to themselves what is printed meanwhile.
for port in baremetal ${ZEPHYR_BASE:+zephyr}; do
  say "compiling for $port in the container; its image is built where it is not there"
  .venv/bin/vmote build --port "$port" --toolchain docker >/dev/null
done
VMOTE_TEST_DOCKER=1 .venv/bin/python -m pytest tests/toolchain -m docker -v --no-header "$@"
