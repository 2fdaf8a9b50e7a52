# SPDX-License-Identifier: Apache-2.0
"""Takes docker's words and does on this machine what they would have a container do; writes down what it was told."""

import json
import os
import sys
from pathlib import Path

words = sys.argv[1:]
with Path(os.environ["DOCKER_TOLD"]).open("a") as told:
    told.write(json.dumps(words) + "\n")
if words[:2] == ["image", "inspect"]:
    if refusal := os.environ.get("DOCKER_REFUSES"):
        sys.exit(refusal)
    if words[-1] != "renode:here":
        sys.exit(f"Error: No such image: {words[-1]}")
    print("sha256:0")
    sys.exit()
if words[0] == "info":
    print(os.environ.get("DOCKER_OPTIONS", "[name=seccomp,profile=default]"))
    sys.exit()
at = words.index("--entrypoint")
program, image, *arguments = words[at + 1], words[at + 2], *words[at + 3 :]
assert image == "renode:here"
folder = os.environ["DOCKER_IMAGE"]  # what is installed in the image
environment = os.environ | {"PATH": f"{folder}:{os.environ['PATH']}"}
os.execvpe(program if program != "python3" else sys.executable, [program, *arguments], environment)
