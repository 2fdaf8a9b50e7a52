#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the Zephyr workspace that a manifest folder describes, in the volume /vmote/west; does nothing when it is there.
# With a Python of its own: what that Zephyr's requirements name, of which pip keeps copies in the volume /vmote/pip.
set -eu
unset PIP_NO_CACHE_DIR # it says so to the image: there, a copy would only take room
manifest=$1
top=/vmote/west
if cmp -s "$manifest/west.yml" "$top/made-of.yml"; then exit 0; fi
echo "fetching the Zephyr workspace that $manifest/west.yml describes, once (1 GB)" >&2
mkdir -p "$top/manifest"
cp "$manifest/west.yml" "$top/manifest/west.yml"
cd "$top"
[ -d .west ] || west -q init -l manifest
west -q update --narrow -o=--depth=1
[ -x deps/.venv/bin/python ] || python3 -m venv deps/.venv
deps/.venv/bin/pip install -q -r deps/zephyr/scripts/requirements-base.txt
cp manifest/west.yml made-of.yml
