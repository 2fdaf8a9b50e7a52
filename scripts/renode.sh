#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs Renode at the version vmote is tested with, by renode-run, where the network allows; vmote then finds it.
# Does nothing where that Renode is found already. Exit code 3: it could not, and says what else to do.
set -euo pipefail
cd "$(dirname "$0")/.."
version=1.16.1
release="https://github.com/renode/renode/releases/download/v$version/renode-$version.linux-portable-dotnet.tar.gz"
renode_run="git+https://github.com/antmicro/renode-run@5b8d7b14cd80f4ecdabb2b6448e8464ab1daf3ab"
python="${VMOTE_PYTHON:-.venv/bin/python}"

found() { # the Renode vmote would use: its version and place; fails where there is none
  "$python" -c 'from vmote.engine.renode.find import find_renode as find; f = find(); print(f.said, f.place, f.how)' 2>/dev/null
}

give_up() {
  printf 'renode: %s\n' "$1" >&2
  printf '  unpack %s\n  and name its `renode` in VMOTE_RENODE, or have it in a container: docs/renode.md\n' "$release" >&2
  exit 3
}

if here=$(found) && [ "${here%% *}" = "$version" ]; then
  echo "renode: ${here#* } is Renode $version; nothing to do"
  exit 0
fi
[ -z "${here:-}" ] || echo "renode: there is Renode ${here%% *} (${here#* }); installing $version beside it"
[ "$(uname -sm)" = "Linux x86_64" ] || give_up "renode-run installs for Linux on x86-64 only, this is $(uname -sm)"

log=$(mktemp)
trap 'rm -f "$log"' EXIT
# What was said last, in one line: without the frames renode-run draws, without how far a download was.
last() { tr '\r' '\n' <"$log" | grep -v '[╭│╰]\|^Downloaded \|^[[:space:]]*$' | tail -n 3 | sed 's/^[[:space:]]*//' | paste -s -d ' '; }
if command -v renode-run >/dev/null && renode-run install --help >/dev/null 2>&1; then # older ones know `download` alone
  runner=renode-run
else
  runner=.cache/renode-run/bin/renode-run
  if [ ! -x "$runner" ]; then
    echo "renode: getting renode-run"
    { "$python" -m venv .cache/renode-run &&
      .cache/renode-run/bin/python -m pip install --disable-pip-version-check "$renode_run"; } >"$log" 2>&1 ||
      give_up "renode-run could not be installed from its repository: $(grep -m 1 -i -o 'fatal:.*\|error:.*' "$log" || last)"
  fi
fi
echo "renode: installing $version (about 100 MB)"
"$runner" install "$release" --version-override "$version" >"$log" 2>&1 || give_up "renode-run could not install it: $(last)"

here=$(found) || give_up "renode-run is done, and vmote finds no Renode that works"
[ "${here%% *}" = "$version" ] ||
  give_up "installed, but vmote finds Renode ${here#* } first, which is ${here%% *}: unset VMOTE_RENODE, or change PATH"
echo "renode: ${here#* } is Renode $version"
