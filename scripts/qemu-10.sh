#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Puts QEMU 10.0 from the backports suite into .cache/qemu-10.0 without touching the system, so that the tests can hold
# two versions of the emulator against each other. Prints the path of the wrapper to put into VMOTE_QEMU.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
target=$root/.cache/qemu-10.0
wrapper=$target/qemu-system-arm
if [ -x "$wrapper" ] && "$wrapper" --version >/dev/null 2>&1; then
    echo "$wrapper"
    exit 0
fi
command -v apt-get >/dev/null || { echo "qemu-10.sh: this needs apt-get (Debian 12)" >&2; exit 3; }
# The mirror is the one this machine already uses; only the suite differs.
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-bookworm}")
mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' | awk -v c="$codename" '$1 == c { print $2; exit }')
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -n "$mirror" ] || { echo "qemu-10.sh: no Debian $codename mirror in this machine's apt configuration" >&2; exit 3; }
apt=$target.apt
rm -rf "$apt" "$target.new"
mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$target.new"
trap 'rm -rf "$apt" "$target.new"' EXIT
for suite in "$codename" "$codename-backports"; do
    echo "deb [signed-by=$keyring] $mirror $suite main"
done > "$apt/sources.list"
set -- -o Dir::Etc::sourcelist="$apt/sources.list" -o Dir::Etc::sourceparts=- -o Dir::State::lists="$apt/lists" \
    -o Dir::Cache::archives="$apt/archives" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= \
    -o APT::Sandbox::User= -o Debug::NoLocking=1 -qq
apt-get "$@" update
# What QEMU needs beyond the system's own libraries is asked of apt itself, without recommendations.
(
    cd "$apt/archives"
    apt-get "$@" -y --no-install-recommends -t "$codename-backports" --print-uris install qemu-system-arm |
        sed -n "s/^'[^']*' \([^_]*\)_.*/\1/p" > "$apt/packages"
    grep -qx qemu-system-arm "$apt/packages" || echo qemu-system-arm >> "$apt/packages"
    # shellcheck disable=SC2046
    apt-get "$@" -t "$codename-backports" download $(cat "$apt/packages")
    for package in *.deb; do
        dpkg -x "$package" "$target.new"
    done
)
cat > "$target.new/qemu-system-arm" <<'END'
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
LD_LIBRARY_PATH=$(ls -d "$here"/usr/lib/*-linux-gnu | head -n 1)${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export LD_LIBRARY_PATH
exec "$here/usr/bin/qemu-system-arm" -L "$here/usr/share/qemu" "$@"
END
chmod +x "$target.new/qemu-system-arm"
"$target.new/qemu-system-arm" --version >/dev/null
rm -rf "$target"
mv "$target.new" "$target"
echo "$wrapper"
