# SPDX-License-Identifier: Apache-2.0
"""Tests with a real engine run when `make test-docker` has found or started one."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from vmote.toolchain.engine import Engine, connected
from vmote.toolchain.image import image_for
from vmote.toolchain.progress import Progress
from vmote.tools import find_tool


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave those out elsewhere, and say how to run them."""
    if os.environ.get("VMOTE_TEST_DOCKER"):
        return
    for item in items:
        if item.get_closest_marker("docker"):
            item.add_marker(pytest.mark.skip(reason="needs a docker engine; run: make test-docker"))


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    with connected() as reached:
        yield reached


@pytest.fixture(scope="session")
def container_image(engine: Engine) -> str:
    """The image, built once; what the engine says meanwhile is for whoever reads a failure."""

    class Printed(Progress):
        def step(self, number: int, of: int, what: str) -> None:
            print(f"{time.strftime('%H:%M:%S')} {number}/{of} {what}")

        def said(self, line: str) -> None:
            print(line)

    return image_for(engine, "baremetal", Printed())


@pytest.fixture
def one_compiler(engine: Engine, container_image: str) -> None:
    """Both sides have the same GCC, or there is nothing to compare."""
    here = find_tool("arm-none-eabi-gcc")
    command = ["arm-none-eabi-gcc", "-dumpfullversion"]
    there = engine.client.containers.run(container_image, command, remove=True, network_mode="none").decode().strip()
    if here.said != there:
        pytest.skip(f"this machine's GCC is {here.said}, the container's {there}; install gcc-arm-none-eabi {there}")
