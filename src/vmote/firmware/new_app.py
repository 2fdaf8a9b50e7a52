# SPDX-License-Identifier: Apache-2.0
"""A new app, begun as a copy of one that works: its code, card, model, recipe, scenario and Robot suite."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from vmote.errors import BadInput, nearest
from vmote.firmware.app_file import app_names, load_app
from vmote.firmware.card import NAME_BYTES, load_model, model_names
from vmote.platforms import project_root

# What an app is begun from: the scenario that shows it, and a word that the device must say in it.
BEGUN_FROM = {
    "weather": "weather/snow-front.yaml",
    "motion": "motion/three-gestures.yaml",
    "keyword": "audio/yes-and-no.yaml",
}
_NAME = re.compile(r"[a-z][a-z0-9-]*")
_APPS_LINE = re.compile(r"^(apps: *\[)([^\]\n]*)(\])", re.MULTILINE)
_SUITE = """\
*** Comments ***
SPDX-License-Identifier: Apache-2.0


*** Settings ***
Documentation    The {name} app. Begun from {like}: say here what yours concludes, and from what.

Library          vmote.robot

Test Tags        {name}


*** Test Cases ***
It Concludes What Is True
    [Documentation]    The scenario's own expectations: what must be said, when, and what must not.
    Play Scenario    {name}/{name}
    Scenario Should Pass

Its Outputs Are Exact
    [Documentation]    Each output byte equals TensorFlow Lite Micro's.
    Play Scenario    {name}/{name}    trace=yes
    Output Should Match Golden
"""


@dataclass(frozen=True)
class NewApp:
    """What was written."""

    name: str
    like: str
    files: tuple[Path, ...]  # the new ones
    boards: tuple[Path, ...]  # board files that claim the app now


def make_app(name: str, like: str = "weather") -> NewApp:
    """Write a new app's files; nothing is written unless all of it can be."""
    root = project_root()
    _check_name(name)
    if like not in BEGUN_FROM:
        raise BadInput(f"no app can be begun from {like!r}", hint=nearest(like, BEGUN_FROM))
    texts, copies = _contents(root, name, like)
    for path in [*texts, *copies]:
        if path.exists():
            raise BadInput("this file is there already", where=str(path), hint="choose another name, or move it away")
    claims = _claims(root, name, like)
    written: list[Path] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            written.append(path)
            path.write_text(text, encoding="utf-8")
        for path, source in copies.items():
            written.append(path)
            shutil.copyfile(source, path)
        for path, text in claims.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        for path in written:
            path.unlink(missing_ok=True)
        raise BadInput(f"the app cannot be written: {error.strerror}", where=str(error.filename)) from error
    return NewApp(name, like, tuple(sorted(written)), tuple(sorted(claims)))


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) >= NAME_BYTES:
        raise BadInput(
            f"{name!r} is no name for an app",
            hint=f"lower-case letters, digits and -, a letter first, at most {NAME_BYTES - 1} of them: wind",
        )
    if name in app_names():
        raise BadInput(f"there is an app {name!r} already", hint=f"taken: {', '.join(app_names())}")
    if name in model_names():
        raise BadInput(
            f"there is a model {name!r} already, and an app's first model has its name",
            hint=f"taken: {', '.join(model_names())}",
        )


def _contents(root: Path, name: str, like: str) -> tuple[dict[Path, str], dict[Path, Path]]:
    """Return the files to write: as text, and as copies."""
    app, old = load_app(like), load_model(load_app(like).model)
    texts: dict[Path, str] = {}
    for file in sorted((root / "firmware" / "app" / like).iterdir()):
        text = file.read_text(encoding="utf-8").replace(f'"{like}"', f'"{name}"')
        if file.name == "app.cmake":
            text = text.replace(f"{like}.c", f"{name}.c").replace(f"APP_MODEL {app.model}", f"APP_MODEL {name}")
        texts[root / "firmware" / "app" / name / file.name.replace(f"{like}.", f"{name}.")] = text
    model = root / "models" / name
    texts[model / "model.yaml"] = _card((old.folder / "model.yaml").read_text(encoding="utf-8"), old.name, name)
    texts[model / "train.py"] = _recipe((old.folder / "train.py").read_text(encoding="utf-8"), old.name, like, name)
    scenario = (root / "scenarios" / BEGUN_FROM[like]).read_text(encoding="utf-8")
    texts[root / "scenarios" / name / f"{name}.yaml"] = re.sub(rf"\bapp: {like}\b", f"app: {name}", scenario)
    texts[root / "robot" / f"45_{name}.robot"] = _SUITE.format(name=name, like=like)
    return texts, {model / f"{name}.tflite": old.path}


def _card(text: str, old: str, name: str) -> str:
    text = re.sub(r"^name: .*$", f"name: {name}", text, flags=re.MULTILINE)
    text = re.sub(r"^app: .*$", f"app: {name}", text, flags=re.MULTILINE)
    return re.sub(rf"^file: {old}\.tflite$", f"file: {name}.tflite", text, flags=re.MULTILINE)


def _recipe(text: str, old: str, like: str, name: str) -> str:
    """Let the training script make a model of the new app, whether it spells its card out or has one made."""
    text = text.replace(f"Train `{old}`", f"Train `{name}`")
    for key, value in (("name", old), ("app", like), ("file", f"{old}.tflite")):
        text = text.replace(f'"{key}": "{value}"', f'"{key}": "{value.replace(old, name) if key != "app" else name}"')
    return text.replace(
        ".recipe(\n    FOLDER,\n    build,\n", f'.recipe(\n    FOLDER,\n    build,\n    app="{name}",\n'
    )


def _claims(root: Path, name: str, like: str) -> dict[Path, str]:
    """Return the board files of all boards that run the old app, with the new one among their apps."""
    found = {}
    for path in sorted((root / "platforms").glob("*/board.yaml")):
        text = path.read_text(encoding="utf-8")
        match = _APPS_LINE.search(text)
        if match and like in [word.strip() for word in match[2].split(",")]:
            found[path] = text[: match.start(3)] + f", {name}" + text[match.start(3) :]
    if not found:
        raise BadInput(f"no board's file says `apps: […]` with {like} in it", where=str(root / "platforms"))
    return found
