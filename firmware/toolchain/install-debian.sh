#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Installs the packages a file lists, in the versions it lists, inside the image that is being built.
#
# A mirror keeps only the newest version of a package. Where one of ours is gone from it, Debian's archive of the day
# these versions were current on has it. SNAPSHOT=always takes everything from there (what the packages depend on is
# then fixed too), SNAPSHOT=never fails instead.
set -eu
day=20261121T000000Z
# Debian's images name the archive they were made from, in a comment beside their sources; ARCHIVE names another.
archive=${ARCHIVE:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
  sed -n 's|^# *\(http.*/archive\)/debian/.*|\1|p' | head -n 1)}
packages=$(grep -v '^#' "$1")

# shellcheck disable=SC2086  # a word each
install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" $packages; }

from_archive() {
  if [ -z "$archive" ]; then
    echo "this image does not say where Debian's archive is: name it by VMOTE_DOCKER_ARGS=ARCHIVE=<url>" >&2
    exit 1
  fi
  rm -rf /etc/apt/sources.list /etc/apt/sources.list.d
  for suite in "debian $day bookworm" "debian $day bookworm-updates" "debian-security $day bookworm-security"; do
    set -- $suite
    echo "deb [check-valid-until=no] $archive/$1/$2 $3 main"
  done >/etc/apt/sources.list
  if ! apt-get update -qq -o APT::Update::Error-Mode=any >/tmp/why 2>&1; then
    grep '^[EW]:' /tmp/why | head -n 4 >&2
    echo "Debian's archive at $archive is not to be had: look at the network and the proxy, or name another one by" \
      "VMOTE_DOCKER_ARGS=ARCHIVE=<url>" >&2
    exit 1
  fi
}

# No manuals, and no libraries for cores that vmote has no board of: two thirds of the image otherwise.
# --force-unsafe-io: a build that is interrupted starts again, so it need not wait for the disk at each file.
{
  echo force-unsafe-io
  for path in /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /usr/share/lintian; do
    echo "path-exclude=$path/*"
  done
  for libraries in 'arm/*' 'thumb/nofp/*' 'thumb/v7/*' 'thumb/v7+*' 'thumb/v7-*' 'thumb/v7ve*' 'thumb/v8*' '*/softfp/*'; do
    echo "path-exclude=/usr/lib/arm-none-eabi/newlib/$libraries"
    echo "path-exclude=/usr/lib/gcc/arm-none-eabi/*/$libraries"
  done
} >/etc/dpkg/dpkg.cfg.d/vmote

if [ "${SNAPSHOT:-when-needed}" = always ]; then
  from_archive
else
  apt-get update -qq >/tmp/update 2>&1 || true # sources that do not matter may fail: what is lacking shows below
  if ! install --simulate >/dev/null 2>/tmp/why; then
    { cat /tmp/why; grep -h 'Failed to fetch' /tmp/update | head -n 3; } >&2 || true
    [ "${SNAPSHOT:-when-needed}" = when-needed ] || exit 1
    echo "the image's package sources do not have these versions: taking them from Debian's archive of $day" >&2
    from_archive
  fi
fi
install >/tmp/log 2>&1 || { tail -n 20 /tmp/log >&2; exit 1; }
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /tmp/log /tmp/why /tmp/update
