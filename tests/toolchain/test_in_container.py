# SPDX-License-Identifier: Apache-2.0
"""The real container: what it builds equals what this machine builds, belongs to the caller, and leaves nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vmote.errors import BadInput
from vmote.firmware.build import build
from vmote.platforms import board_names, load_board, project_root
from vmote.toolchain.command import build_in_container
from vmote.toolchain.container import Job, carry_out
from vmote.toolchain.engine import Engine
from vmote.toolchain.image import LABEL
from vmote.toolchain.places import Places

from .workspace import WITH_WORKSPACE

pytestmark = [pytest.mark.docker, pytest.mark.tools]

SNOW = "scenarios/weather/snow-front.yaml"
IMAGES = [(name, app) for name in board_names() for app in load_board(name).apps]
STRANGER = 12345  # a user that neither this machine nor the container knows


def containers(engine: Engine, label: str | None = LABEL) -> dict[str, str]:
    """Return the containers there are, and the state of each."""
    listed = engine.client.api.containers(all=True, filters={"label": label} if label else None)
    return {container["Id"]: container["State"] for container in listed}


def vmote(*words: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "vmote.cli", *words]
    options = {"cwd": project_root(), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    return subprocess.Popen(command, **options)


@pytest.mark.parametrize(("board", "app"), IMAGES)
def test_same_bytes_as_on_this_machine(one_compiler: None, board: str, app: str) -> None:
    inside = build_in_container(load_board(board), app, "baremetal", "native")
    outside = build(load_board(board), app)
    assert inside.path != outside.path
    assert inside.path.read_bytes() == outside.path.read_bytes()


def test_a_run_is_the_same_too(container_image: str, tmp_path: Path) -> None:
    """Scenario, QEMU, TensorFlow Lite Micro, report: all in the container, and the fingerprint is this machine's."""
    prints = []
    for toolchain in ("docker", "local"):
        words = ("run", SNOW, "--toolchain", toolchain, "--out", str(tmp_path / toolchain), "--json")
        out, err = vmote(*words).communicate()
        document = json.loads(out)
        assert document["passed"], err
        folder = Path(document["folder"])
        assert folder.parent == tmp_path / toolchain and (folder / "report.html").is_file()
        prints.append(document["fingerprint"])
    assert prints[0] == prints[1]


def test_suites(container_image: str, tmp_path: Path) -> None:
    process = vmote("test", SNOW, "--toolchain", "docker", "--out", str(tmp_path / "results"))
    out, err = process.communicate()
    assert process.returncode == 0, out + err
    assert "1 of 1 tests passed" in out
    assert (tmp_path / "results" / "junit.xml").is_file()


def test_a_verdict_that_fails_is_exit_code_one(container_image: str, tmp_path: Path) -> None:
    """The scenario lies outside the checkout: it is seen all the same."""
    text = (project_root() / SNOW).read_text(encoding="utf-8")
    (tmp_path / "other.yaml").write_text(text.replace("cycles: 10 kcycles", "cycles: 10 cycles"), encoding="utf-8")
    assert "cycles: 10 kcycles" in text
    process = vmote("run", str(tmp_path / "other.yaml"), "--toolchain", "docker", "--out", str(tmp_path / "runs"))
    out, err = process.communicate()
    assert process.returncode == 1, out + err
    assert "FAILED" in out and "at most 10 cycles" in out


def test_the_checkout_is_read_only(container_image: str, engine: Engine) -> None:
    target = project_root() / "scenarios" / "made-in-the-container.yaml"
    err = bytearray()
    job = Job(["scenario", "new", "weather", "--output", str(target)], Places())
    assert carry_out(engine, container_image, job, err.extend, err.extend) != 0
    assert not target.exists()
    assert b"Read-only file system" in err or b"cannot be written" in err, err


def test_nobody_is_root_inside(container_image: str, engine: Engine) -> None:
    """Unless the caller is: then there is a root of no abilities, who owns what the caller owns."""
    command = ["id", "-u"]
    assert engine.client.containers.run(container_image, command, remove=True, network_mode="none").strip() == b"1000"


@pytest.fixture
def checkout() -> Iterator[Path]:
    """A checkout that belongs to somebody else, where everybody may go."""
    place = Path(tempfile.mkdtemp(prefix="vmote-checkout-", dir="/tmp"))
    for name in ("firmware", "platforms", "models", "scenarios", "src"):
        shutil.copytree(project_root() / name, place / name, ignore=shutil.ignore_patterns("deps", "__pycache__"))
    shutil.copyfile(project_root() / "pyproject.toml", place / "pyproject.toml")
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


def as_stranger(place: Path, action: Callable[[], None]) -> int:
    """Do something in a child that is another user, whose group may speak to the engine."""
    socket = Path(os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock").removeprefix("unix://"))
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([socket.stat().st_gid])
            os.setgid(STRANGER)
            os.setuid(STRANGER)
            action()
            code = 0
        except BaseException:
            traceback.print_exc()  # nobody else will: the child is a copy of pytest, and must not become a second one
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.skipif(os.getuid() != 0, reason="only root can act as another user: run sudo make test-docker")
@pytest.mark.parametrize("port", ["baremetal", pytest.param("zephyr", marks=WITH_WORKSPACE)])
def test_output_belongs_to_the_caller(
    container_image: str, checkout: Path, monkeypatch: pytest.MonkeyPatch, port: str
) -> None:
    for path in (checkout, *checkout.rglob("*")):
        os.chown(path, STRANGER, STRANGER)
    monkeypatch.setenv("VMOTE_HOME", str(checkout))
    project_root.cache_clear()
    load_board.cache_clear()
    try:
        monkeypatch.chdir(checkout)
        board = load_board("nano33ble-sense")
        assert as_stranger(checkout, lambda: build_in_container(board, "weather", port, "native") and None) == 0
    finally:
        project_root.cache_clear()
        load_board.cache_clear()
    made = [checkout / "build", *(checkout / "build").rglob("*")]
    assert any(path.name == "image.elf" for path in made)
    owners = {(path.lstat().st_uid, path.lstat().st_gid) for path in made}  # of a link itself, not of what it names
    assert owners == {(STRANGER, STRANGER)}


def test_what_the_compiler_says(container_image: str, checkout: Path) -> None:
    """A mistake in a source: the compiler's message as this machine's would be, and nothing of Python or docker."""
    source = checkout / "firmware" / "app" / "weather" / "weather.c"
    source.write_text(source.read_text(encoding="utf-8") + "\nint broken = ;\n", encoding="utf-8")
    said = []
    for toolchain in ("docker", "local"):
        process = vmote("build", "--toolchain", toolchain, cwd=checkout, env=os.environ | {"VMOTE_HOME": str(checkout)})
        _, err = process.communicate()
        assert process.returncode == 2, err
        said.append(err)
    assert "expected expression before ';'" in said[0] and "Traceback" not in said[0] and "docker" not in said[0]
    assert said[0] == said[1]


def wait_for(what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.1)
    return False


def interruptible() -> None:
    """Undo what a shell does to whatever it runs in the background."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_cancelled_run_leaves_no_container(
    container_image: str, engine: Engine, tmp_path: Path, number: signal.Signals
) -> None:
    words = ("run", SNOW, "--repeat", "1000", "--toolchain", "docker", "--out", str(tmp_path / "runs"))
    before = containers(engine).keys()
    process = vmote(*words, start_new_session=True, preexec_fn=interruptible)
    assert wait_for(lambda: "running" in {s for c, s in containers(engine).items() if c not in before}, 180)
    time.sleep(2)
    process.send_signal(number)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 130
    assert err.splitlines()[-1] == "interrupted" and "Traceback" not in err
    assert containers(engine).keys() <= before


def test_the_container_of_a_killed_command_is_swept_away(container_image: str, engine: Engine, tmp_path: Path) -> None:
    """Nobody can tidy up after SIGKILL: the next command does."""
    before = containers(engine).keys()
    process = vmote("run", SNOW, "--repeat", "1000", "--toolchain", "docker", "--out", str(tmp_path / "runs"))
    assert wait_for(lambda: bool(containers(engine).keys() - before), 180)
    left = containers(engine).keys() - before
    process.kill()
    process.communicate()
    build_in_container(load_board("nano33ble-sense"), "weather", "baremetal", "native")
    assert not left & containers(engine).keys()


def test_a_cancelled_build_leaves_no_container(container_image: str, engine: Engine) -> None:
    before = containers(engine, None).keys()
    # Another argument is another image: its packages would be installed anew.
    other = os.environ | {"VMOTE_DOCKER_ARGS": "SNAPSHOT=never RENODE=no"}
    process = vmote("build", "--toolchain", "docker", env=other, preexec_fn=interruptible)
    try:
        assert wait_for(lambda: bool(containers(engine, None).keys() - before), 180)
        time.sleep(1)
    finally:
        process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=180)
    assert process.returncode == 130 and "Traceback" not in err
    assert wait_for(lambda: containers(engine, None).keys() <= before, 30)


def test_caches_are_named_volumes_of_the_caller(container_image: str, engine: Engine) -> None:
    build_in_container(load_board("nano33ble-sense"), "weather", "baremetal", "native")
    names = {volume.name for volume in engine.client.volumes.list()}
    assert {f"vmote-{kind}-{os.getuid()}" for kind in ("cache", "west", "pip")} <= names


def test_bad_input_inside(container_image: str, tmp_path: Path) -> None:
    """What only the command inside can know: a model that is none."""
    (tmp_path / "cut.tflite").write_bytes(b"TFL3")
    words = ("run", SNOW, "--model", str(tmp_path / "cut.tflite"), "--toolchain", "docker")
    process = vmote(*words, "--out", str(tmp_path / "runs"))
    _, err = process.communicate()
    assert process.returncode == BadInput.exit_code
    assert str(tmp_path / "cut.tflite") in err and "Traceback" not in err
