# SPDX-License-Identifier: Apache-2.0
"""A docker that is not there, or refuses: a sentence and a way out, exit code 3, nothing built. No engine is needed."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from vmote.cli.app import app
from vmote.cli.failing import guarded
from vmote.doctor import State, docker_engine
from vmote.errors import BadInput, Missing
from vmote.firmware.build import build_folder
from vmote.platforms import load_board, project_root
from vmote.toolchain.command import build_in_container
from vmote.toolchain.places import Places

from .stand_in import refusing


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder whose path is short: a socket's may have 107 characters."""
    with tempfile.TemporaryDirectory(prefix="vm") as path:
        yield Path(path)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("VMOTE_DOCKER_BASE", "VMOTE_DOCKER_ARGS", "VMOTE_DOCKER_IMAGE", "DOCKER_CONTEXT"):
        monkeypatch.delenv(name, raising=False)


def refused() -> str:
    """Ask for an image and return what is said instead."""
    with pytest.raises(Missing) as caught:
        build_in_container(load_board("nano33ble-sense"), "weather", "baremetal", "native")
    assert caught.value.exit_code == 3
    assert "--toolchain local" in caught.value.hint  # there is always this way
    return str(caught.value)


@dataclass(frozen=True)
class Done:
    """What a command came to."""

    code: int
    out: str
    err: str


Vmote = Callable[..., Done]


@pytest.fixture
def vmote(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Vmote:
    """Call the command line as its program does, in this process."""

    def call(*words: str) -> Done:
        monkeypatch.chdir(project_root())
        monkeypatch.setattr(sys, "argv", ["vmote", *words])
        code = guarded(app)
        said = capsys.readouterr()
        return Done(code, said.out, said.err)

    return call


def test_no_socket(folder: Path, vmote: Vmote, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a person sees it: for each command that takes the option."""
    monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/none.sock")
    scenario = "scenarios/weather/snow-front.yaml"
    for words in (("build",), ("run", scenario, "--out", str(folder / "runs")), ("test", scenario)):
        done = vmote(*words, "--toolchain", "docker")
        assert done.code == 3, done.out
        assert done.err.startswith("error: there is no docker engine at"), done.err
        assert "start it" in done.err
    assert not list((folder / "runs").iterdir())


def test_no_engine_anywhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if Path("/var/run/docker.sock").exists():
        pytest.skip("this machine has an engine; stop it and remove its socket to run this test")
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(folder))
    said = refused()
    assert "there is no docker engine on this machine" in said or "there is no docker engine at" in said


def test_an_engine_that_has_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(f"{folder}/docker.sock")  # a socket nobody listens at
    monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/docker.sock")
    assert "does not answer: Connection refused" in refused()


def test_no_permission(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(self: object, address: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(socket.socket, "connect", denied)
    monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/docker.sock")
    said = refused()
    assert "refuses this user" in said and "usermod -aG docker" in said


def test_no_sdk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "docker", None)
    assert "pip install -e '.[docker]'" in refused()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("write /var/lib/docker/tmp/layer: no space left on device", ("the disk", "is full", "docker system prune")),
        (
            "Get https://registry.invalid/v2/: dial tcp: lookup registry.invalid: no such host",
            ("does not reach the registry", "VMOTE_DOCKER_BASE"),
        ),
        ("manifest for debian@sha256:96 not found: manifest unknown", ("does not give out", "docker login")),
        ("something nobody has seen before", ("the docker engine refuses: something nobody",)),
    ],
)
def test_a_build_that_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: str, words: tuple[str, ...]
) -> None:
    with refusing(folder, {"stream": "Step 1/2 : FROM debian\n"}, {"error": error}) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        said = refused()
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("labels", "port", "words"),
    [
        (
            {},
            "baremetal",
            r"was not made from firmware/toolchain/Dockerfile\n  make it so \(docker build --target bare",
        ),
        ({"org.vmote.toolchain": "baremetal"}, "zephyr", r"holds the stage baremetal alone\n.* needs .* zephyr"),
    ],
)
def test_a_named_image_that_is_another(
    folder: Path, monkeypatch: pytest.MonkeyPatch, labels: dict[str, str], port: str, words: str
) -> None:
    monkeypatch.setenv("VMOTE_DOCKER_IMAGE", "course/vmote:1")
    image = {"Id": "sha256:0", "Config": {"Labels": labels}}
    with refusing(folder, image=image) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        with pytest.raises(BadInput, match="VMOTE_DOCKER_IMAGE=course/vmote:1 " + words):
            build_in_container(load_board("nano33ble-sense"), "weather", port, "native")


def test_a_named_image_that_is_nowhere(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMOTE_DOCKER_IMAGE", "course/vmote:1")
    with refusing(folder, {"error": "manifest for course/vmote:1 not found: manifest unknown"}) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        said = refused()
    assert said.startswith("VMOTE_DOCKER_IMAGE=course/vmote:1: the registry does not give out the image")


def test_a_full_disk_before_the_build(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with refusing(folder, {"message": "mkdir /var/lib/docker: no space left on device"}, build_status=500) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        assert "is full" in refused()


def test_a_step_that_fails(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the step itself said last is shown; what the steps before it said is not."""
    events = (
        {"stream": "Step 1/2 : FROM debian\n"},
        {"stream": "all is well here\n"},
        {"stream": "Step 2/2 : RUN install-debian\n"},
        {"stream": "\x1b[91mE: Version '15:12.2' for 'gcc' was not found\n\x1b[0m"},
        {"error": "The command '/bin/sh -c install-debian' returned a non-zero code: 100"},
    )
    with refusing(folder, *events) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        with pytest.raises(Missing) as caught:
            build_in_container(load_board("nano33ble-sense"), "weather", "baremetal", "native")
    said = str(caught.value)
    assert "the step was: RUN install-debian" in said
    assert "E: Version '15:12.2' for 'gcc' was not found" in said and "all is well" not in said and "\x1b" not in said


@pytest.mark.parametrize(
    "line",
    [
        "dpkg: error: failed to write: No space left on device",
        "E: You don't have enough free space in /var/cache/apt/archives/.",
    ],
)
def test_a_step_that_fills_the_disk(folder: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    events = (
        {"stream": "Step 2/2 : RUN install-debian\n"},
        {"stream": "Unpacking libwayland\n"},
        {"stream": f"{line}\n"},
        {"error": "The command '/bin/sh -c install-debian' returned a non-zero code: 100"},
    )
    with refusing(folder, *events) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        said = refused()
    assert "is full" in said and said.endswith(f"it says: {line}")


def test_wishes_are_refused_without_an_engine(folder: Path, vmote: Vmote, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/none.sock")
    for words, said in (
        (("build", "--board", "nano33ble-sens"), "did you mean 'nano33ble-sense'"),
        (("build", "--app", "wether"), "did you mean 'weather'"),
        (("run", "scenarios/weather/snow-front.yaml", "--board", "portenta"), "did you mean 'portenta-h7'"),
        (("run", "no-such.yaml"), "no-such.yaml"),
    ):
        done = vmote(*words, "--toolchain", "docker")
        assert done.code == 2, done.err
        assert said in done.err
    done = vmote("build", "--toolchain", "dokcer")
    assert done.code == 2 and "did you mean 'docker'" in done.err


def test_arguments_that_the_dockerfile_does_not_have(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMOTE_DOCKER_ARGS", "RENDOE=no")
    with refusing(folder) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        with pytest.raises(BadInput, match="RENDOE=no") as caught:
            build_in_container(load_board("nano33ble-sense"), "weather", "baremetal", "native")
    assert "RENODE=no" in caught.value.hint


def test_a_workspace_that_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZEPHYR_BASE", "/nowhere")
    with pytest.raises(BadInput, match=r"^ZEPHYR_BASE names /nowhere, which is no folder"):
        build_in_container(load_board("nano33ble-sense"), "weather", "zephyr", "native")


def test_folders_the_container_has_itself(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="/usr/share"):
        Places().write(Path("/usr/share"))
    places = Places()
    places.show_words(["run", "/bin/true-that-is-not-there", f"--model={tmp_path}", str(project_root())])
    assert places.readable == {tmp_path}  # what is in the checkout is seen anyway
    (tmp_path / "a").write_text("")
    places.show_words(["-v", f"MODEL:{tmp_path / 'a'}"])
    assert places.readable == {tmp_path}


def test_a_file_among_other_peoples_is_shown_alone() -> None:
    with tempfile.NamedTemporaryFile(dir="/tmp") as file:
        places = Places()
        places.show(Path(file.name))
        assert places.readable == {Path(file.name)}


def test_images_go_where_they_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VMOTE_BUILD", str(tmp_path))
    assert build_folder() == tmp_path
    monkeypatch.delenv("VMOTE_BUILD")
    assert build_folder() == project_root() / "build"


def test_the_sdk_loads_only_when_it_is_used() -> None:
    code = "import sys, vmote.cli.app; sys.exit('docker' in sys.modules or 'requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_doctor_tells_whether_an_engine_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/none.sock")
    found = docker_engine()
    assert found.state is State.OPTIONAL and found.get.startswith("there is no docker engine at")
    with refusing(folder) as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        assert docker_engine().version == "20.10.24"
