# SPDX-License-Identifier: Apache-2.0
"""Profiles: what `robot.toml` says about how suites are run.

The file's format is RobotCode's; of its settings, those that our own runner has are read: paths, output-dir,
variables, includes, excludes, and per profile also description and inherits.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vmote.errors import BadInput, nearest

_KNOWN = {"paths", "output-dir", "variables", "includes", "excludes"}
_OF_FILE = {"default-profiles", "profiles"}
_OF_PROFILE = {"description", "inherits"}


@dataclass
class Profile:
    """What holds for a run of suites."""

    paths: list[str] = field(default_factory=list)
    output: str = "results"
    variables: dict[str, str] = field(default_factory=dict)
    includes: list[str] = field(default_factory=list)
    excludes: list[str] = field(default_factory=list)


def read_profile(file: Path, name: str | None) -> Profile:
    """Return a profile of a robot.toml, or its default one; without a file, an empty one."""
    if not file.is_file():
        if name is not None:
            raise BadInput(f"there is no profile {name!r}, for there is no robot.toml", where=str(file))
        return Profile()
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, OSError, UnicodeDecodeError) as error:
        raise BadInput(f"not a TOML file: {error}", where=str(file)) from error
    profiles = data.get("profiles", {})
    _check(data, _KNOWN | _OF_FILE, str(file))
    out = Profile()
    _lay(out, data)
    for chosen in [name] if name else data.get("default-profiles", []):
        _lay_profile(out, profiles, chosen, str(file), ())
    return out


def _lay_profile(out: Profile, profiles: dict[str, Any], name: str, where: str, above: tuple[str, ...]) -> None:
    if name not in profiles:
        raise BadInput(f"there is no profile {name!r}", where=where, hint=nearest(name, profiles))
    if name in above:
        raise BadInput(f"profile {name!r} inherits from itself", where=where)
    data = profiles[name]
    _check(data, _KNOWN | _OF_PROFILE, f"{where}: profiles.{name}")
    inherits = data.get("inherits", [])
    for parent in [inherits] if isinstance(inherits, str) else inherits:
        _lay_profile(out, profiles, parent, where, (*above, name))
    _lay(out, data)


def _lay(out: Profile, data: dict[str, Any]) -> None:
    """Lay settings over what is there."""
    out.paths = list(data.get("paths", out.paths))
    out.output = str(data.get("output-dir", out.output))
    out.variables |= {str(key): str(value) for key, value in data.get("variables", {}).items()}
    out.includes = list(data.get("includes", out.includes))
    out.excludes = list(data.get("excludes", out.excludes))


def _check(data: dict[str, Any], known: set[str], where: str) -> None:
    for key in data:
        if key not in known:
            raise BadInput(
                f"{key!r} is a setting that `vmote test` does not read", where=where, hint=nearest(key, known)
            )
