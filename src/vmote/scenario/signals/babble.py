# SPDX-License-Identifier: Apache-2.0
"""People talking among each other: many synthetic voices, none of them to the device."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from vmote.scenario.signals.grid import Floats, Grid, generator

if TYPE_CHECKING:
    from vmote.scenario.speech import Utterance

# Plain sentences without `yes`, `no` or any other word a keyword model listens for.
SENTENCES = (
    "we could take the early train on Monday",
    "the kettle has been boiling for a while",
    "she put the letters into the drawer by the window",
    "my brother paints old boats in the summer",
    "there was a queue all the way around the corner",
    "he walked along the river until it got dark",
    "the garden needs water after such a dry week",
    "put the bread beside the butter please",
    "they sold the car and bought two bicycles",
    "the meeting was moved to the large room upstairs",
    "I left my umbrella at the bakery again",
    "our neighbours keep bees behind the house",
)


def babble(
    count: int,
    seconds: float,
    seed: int,
    name: str,
    grid: Grid,
    spoken: Callable[[list[Utterance], Grid], list[Floats]],
) -> Floats:
    """Mix `count` voices that each say one sentence after another."""
    from vmote.scenario.speech import Utterance, voices  # noqa: PLC0415

    length = max(1, int(seconds * grid.hertz))
    total = np.zeros(length)
    known = voices()
    for person in range(count):
        luck = generator(seed, f"{name}/voice/{person}")
        voice = known[int(luck.integers(len(known)))]
        speed, pitch = int(luck.integers(130, 200)), int(luck.integers(25, 75))
        order = [SENTENCES[i] for i in luck.permutation(len(SENTENCES))]
        wanted = order[: min(len(order), int(seconds / 1.2) + 2)]
        said = spoken([Utterance(text, voice, speed, pitch) for text in wanted], grid)
        at, turn = -int(luck.random() * 1.5 * grid.hertz), 0
        loud = 10 ** (luck.uniform(-6, 0) / 20)
        while at < length:
            clip = said[turn % len(said)]
            a, b = max(at, 0), min(at + len(clip), length)
            if b > a:
                total[a:b] += loud * clip[a - at : b - at] / (np.sqrt(np.mean(clip**2)) or 1.0)
            at += len(clip) + int(luck.uniform(0.1, 0.5) * grid.hertz)
            turn += 1
    return total
