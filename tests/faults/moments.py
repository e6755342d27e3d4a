"""Moments drawn by a seed, each in an act of its own."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from .acts import Act, Analysis, Verdict
from .uploading import TAKING_IN, WHOLE, Uploading

Stage = Callable[[Path], Act]
"""Makes an act in an empty folder."""


def stages(folder: Path) -> dict[str, Stage]:
    """Every act there is, by name; what they share is made in `folder` once."""
    film, content = Analysis.film(folder), Uploading.content(folder)
    truth = Analysis.truth(folder / "undisturbed", film)
    undisturbed = Uploading.truth(folder / "undisturbed upload", content)
    return {
        "analysis": partial(Analysis, film=film, truth=truth),
        "taking in": partial(Uploading, content=content, truth=undisturbed, stretch=TAKING_IN),
        "upload": partial(Uploading, content=content, truth=undisturbed, stretch=WHOLE),
    }


@dataclass(frozen=True, slots=True)
class Moment:
    """When who is killed."""

    act: str
    part: float
    """Of the act that is done, 0 to 1."""
    victims: tuple[str, ...]


def played(moments: int, seed: int) -> Iterator[tuple[Moment, Verdict]]:
    """Play so many moments, the acts in turn; the same seed draws the same ones."""
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        made = stages(Path(folder))
        for number in range(moments):
            name = sorted(made)[number % len(made)]
            act = made[name](Path(folder) / str(number))
            moment = Moment(name, chance.random(), chance.choice(act.victims))
            try:
                act.begin()
                act.wait(moment.part)
                act.kill(moment.victims)
                yield moment, act.finish()
            finally:
                act.clear()
