# SPDX-License-Identifier: Apache-2.0
"""Hours in which nobody says a keyword: how often a model believes that somebody did."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from .speech import Bank, stream

HOURS = 3  # of noise, and again of talk: with no alarm in three hours, less than one an hour is 95 % sure
KINDS = ("noise", "talk")
_SEED = 41
_SAID = 900  # sentences, each by another mix of voice, accent, pitch and pace
# Of what the training and test sets say, nothing. No yes, no no, and no word that sounds like either (know, knows).
SENTENCES = (
    "the bakery at the end of the road opens at six and the bread is gone by nine",
    "could you hand me the smaller screwdriver from the drawer under the bench",
    "we painted the garden fence in green because the shop had run out of white",
    "the train to the coast was late again so they took the bus from the square",
    "a row of old lamps hung above the counter and threw a warm light on the glasses",
    "her brother plays the trumpet on sundays and the neighbours have learned to live with it",
    "if the pump starts to whistle you have to open this valve a quarter of a turn",
    "they counted forty geese on the field before the fog came down from the hills",
    "put two cups of flour into the bowl and add the milk little by little",
    "the letter was written in blue ink and smelled faintly of smoke and lavender",
    "every winter the children build a fort beside the frozen pond behind the school",
    "our printer makes a strange sound whenever someone sends it more than ten pages",
    "the doctor asked him to walk along the line and then to stand on one leg",
    "i left my umbrella on the seat next to the window in the second carriage",
    "the price of apples has gone up twice since the beginning of the month",
    "turn left after the bridge and follow the river until you see the red barn",
    "most of the guests had already gone when the cake was finally brought in",
    "he repaired the clock with a hairpin and a drop of oil from the sewing machine",
    "the cat sleeps on the radiator all day and hunts in the cellar after midnight",
    "there was nothing left in the box but a handful of nails and a broken ruler",
    "she speaks four languages and sings in a choir that meets on thursday evenings",
    "the teacher drew a circle on the board and asked the class to find its centre",
    "after the storm we collected branches for an hour and stacked them by the shed",
    "my grandfather used to say that a sharp knife is safer than a blunt one",
)


@cache
def bank() -> Bank:
    """Have the sentences said by the voices that judge."""
    return Bank.make("test", _SEED, 1, 1, _SAID, lambda *_: None, sentences=SENTENCES)


def false_alarms(alarms_in: Callable[[NDArray[np.int16]], int]) -> dict[str, float]:
    """Count the alarms in each kind of sound, an hour at a time: `alarms_in` takes 16-bit samples."""
    found: dict[str, float] = {}
    for number, kind in enumerate(KINDS):
        rng = np.random.default_rng([_SEED, number])
        count = sum(alarms_in(stream(bank(), 3600, kind, rng)) for _ in range(HOURS))
        found[f"false-alarms-per-hour-in-{kind}"] = round(count / HOURS, 2)
    return found
