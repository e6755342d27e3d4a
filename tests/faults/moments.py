"""Moments drawn by a seed, each played in its own act."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.support.networks import compile_networks, give_networks

from .acts import Act, Analysis, Verdict
from .correcting import Correcting
from .repairing import Prepared as Lost, Repairing
from .uploading import TAKING_IN, WHOLE, Uploading


@dataclass(frozen=True, slots=True)
class Stage:
    """Where an act is played again and again."""

    victims: tuple[tuple[str, ...], ...]
    make: Callable[[Path], Act]
    """One, in an empty folder."""


ONE_FILM = ("analysis", "taking in", "upload")
"""The acts that are played where none is named."""
ACTS = (*ONE_FILM, "correcting", "repairing")


def stages(folder: Path, names: Collection[str], networks: Path) -> dict[str, Stage]:
    """The acts of these names; what they share is made in `folder` once. `networks`: see `played`."""
    give = partial(give_networks, networks)
    stages_by_name: dict[str, Stage] = {}
    if "analysis" in names:
        film = Analysis.film(folder)
        give(folder / "undisturbed")
        truth = Analysis.truth(folder / "undisturbed", film)
        stages_by_name["analysis"] = Stage(
            Analysis.victims, partial(_fresh, give, partial(Analysis, film=film, truth=truth))
        )
    if "correcting" in names:
        stages_by_name["correcting"] = Stage(
            Correcting.victims, partial(Correcting, prepared=Correcting.prepare(folder, networks))
        )
    if "repairing" in names:
        stages_by_name["repairing"] = Stage(Repairing.victims, partial(Repairing, prepared=Lost.make(folder)))
    if {"taking in", "upload"}.intersection(names):
        content = Uploading.content(folder)
        give(folder / "undisturbed upload")
        undisturbed = Uploading.truth(folder / "undisturbed upload", content)
        sending = partial(Uploading, content=content, truth=undisturbed)
        for name, stretch in (("taking in", TAKING_IN), ("upload", WHOLE)):
            stages_by_name[name] = Stage(Uploading.victims, partial(_fresh, give, partial(sending, stretch=stretch)))
    return {name: stage for name, stage in stages_by_name.items() if name in names}


def _fresh(give: Callable[[Path], None], make: Callable[[Path], Act], folder: Path) -> Act:
    """An act whose library has the compiled networks that `give` gives it, as the undisturbed one."""
    give(folder)
    return make(folder)


@dataclass(frozen=True, slots=True)
class Moment:
    """When who is killed."""

    act: str
    part: float
    """Of the act that is done, 0 to 1."""
    victims: tuple[str, ...]


def drawn(victims: dict[str, tuple[tuple[str, ...], ...]], moments: int, seed: int) -> Iterator[Moment]:
    """So many moments, the acts in turn; the same seed draws the same ones.

    Each act is cut into as many parts as it has moments, and one falls into each: no stretch of it stays untried.
    """
    chance, names = random.Random(seed), sorted(victims)
    parts: dict[str, list[float]] = {}
    for place, name in enumerate(names):
        times = len(range(place, moments, len(names)))
        parts[name] = [(part + chance.random()) / times for part in range(times)]
        chance.shuffle(parts[name])
    for number in range(moments):
        name = names[number % len(names)]
        yield Moment(name, parts[name].pop(), chance.choice(victims[name]))


def play(act: Act, moment: Moment) -> Verdict:
    """Kill amid an act, and see what came of it."""
    try:
        act.begin()
        act.wait(moment.part)
        act.kill(moment.victims)
        return act.finish()
    finally:
        act.clear()


def played(
    moments: int, seed: int, acts: Collection[str] = ONE_FILM, *, networks: Path | None = None
) -> Iterator[tuple[Moment, Verdict]]:
    """Play what is drawn, of these acts. `networks`: a library with compiled networks; without one, one is made."""
    with tempfile.TemporaryDirectory() as folder:
        if networks is None:
            compile_networks(networks := Path(folder) / "networks")
        stages_by_name = stages(Path(folder), acts, networks)
        victims = {name: stage.victims for name, stage in stages_by_name.items()}
        for number, moment in enumerate(drawn(victims, moments, seed)):
            yield moment, play(stages_by_name[moment.act].make(Path(folder) / str(number)), moment)
