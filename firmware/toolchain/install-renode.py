# SPDX-License-Identifier: Apache-2.0
"""Puts Renode into the image that is being built: the portable release, held against its published SHA-256."""

import hashlib
import platform
import sys
import tarfile
import urllib.request
from pathlib import Path

VERSION = "1.16.1"
RELEASES = f"https://github.com/renode/renode/releases/download/v{VERSION}"
ARCHIVES = {
    "x86_64": (
        f"renode-{VERSION}.linux-portable-dotnet.tar.gz",
        "00e113cdbd0f5354cf2f64bbe3f5a070d8958409542fca66e45ac97d982938c0",
    ),
    "aarch64": (
        f"renode-{VERSION}.linux-arm64-portable-dotnet.tar.gz",
        "fff3a098c96ed0a4ffbdff3f028c9c5fde432db09587c7bd7c99406180f90007",
    ),
}
HERE = Path("/vmote/renode")


def main(wanted: str) -> None:
    """Install it, or say why not."""
    HERE.mkdir()
    if wanted == "no":
        print("Renode is left out (RENODE=no)")
        return
    name, digest = ARCHIVES[platform.machine()]
    archive = Path("/tmp") / name
    try:
        with urllib.request.urlopen(f"{RELEASES}/{name}", timeout=30) as answer:
            archive.write_bytes(answer.read())
    except OSError as error:
        if wanted == "yes":
            sys.exit(f"Renode {VERSION} is not reachable: {error}")
        print(f"Renode {VERSION} is not reachable ({error}): this image has the engine qemu alone")
        return
    if hashlib.sha256(archive.read_bytes()).hexdigest() != digest:
        sys.exit(f"{name} is not what was published: its SHA-256 differs")
    with tarfile.open(archive) as stream:
        for member in stream.getmembers():
            _, _, member.name = member.name.partition("/")  # without the folder that bears the version
            if member.name:
                stream.extract(member, HERE)
    archive.unlink()


main(sys.argv[1])
