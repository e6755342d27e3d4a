"""`python -m tests.benchmarks.changes [FILM ...]`: how rightly a re-cut's changes are told, by kind.

Each film is copied as in `tests.benchmarks.recuts`, and cut into takes wherever shots may lie. Of the takes a first cut
is made, and of their copies a second, in which a change of every kind is planted (tests/support/planted_recuts.py);
ROUNDS times, with other takes and in another order. Regraded scenes are those of the graded copy. Told are the scenes
with the right kind and counterpart, the F1 of the pairs of scenes, and the trimmed, extended and slipped scenes that
are right to the frame: of all films together, of each by itself, and of takes made by chance. Then each film is
compared with each other one: nothing should be told.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from emotion_core.observations import Layouts
from tests.benchmarks.recuts import COPIES, layouts
from tests.support import planted_recuts
from tests.support.films import read_film, write_film
from tests.support.planted_recuts import EDITS, Judged, Piece, Planted

ROUNDS = 12
SHORTEST, LONGEST = 90, 160
"""Frames of a take."""
GRADED = "graded, crf 24"
Film = dict[str, Layouts]
"""The layouts of a film, at "", and of its copies by name."""


def read(path: Path) -> Film:
    film = {"": layouts(path)}
    with tempfile.TemporaryDirectory() as folder:
        for name, (change, quality) in COPIES.items():
            changed = (change(picture, i) for i, picture in enumerate(read_film(path)))
            film[name] = layouts(write_film(Path(folder) / "copy.mp4", changed, quality=quality, keyframe_every=250))
    return film


def planted(films: Sequence[Film], copy: str, seed: int) -> Judged | None:
    """A re-cut of takes of these films, judged; None where they are too short for one edit."""
    random = np.random.default_rng(seed)
    takes: list[tuple[Layouts, Layouts, Layouts]] = []
    for film in films:
        frames, at = min(len(each) for each in film.values()), 0
        while at + (length := int(random.integers(SHORTEST, LONGEST))) <= frames:
            first, copied, graded = (film[name][at : at + length] for name in ("", copy, GRADED))
            takes.append((first, copied, graded))
            at += length
    takes = [takes[i] for i in random.permutation(len(takes))]
    edits = min((len(takes) - 2) // 3, 2 * len(EDITS))
    if edits < 1:
        return None
    kinds = [EDITS[i % len(EDITS)] for i in random.permutation(2 * len(EDITS))[:edits]]
    firsts, copies, grades = zip(*takes, strict=True)
    recut = planted_recuts.plant([len(take) for take in firsts], kinds, seed)
    return planted_recuts.judged(recut, planted_recuts.found(recut, firsts, copies, grades))


def by_chance(seed: int) -> Judged:
    """A re-cut of takes made by chance, each kind of change twice."""
    takes = planted_recuts.synthetic_takes(6 * len(EDITS) + 2, LONGEST, seed)
    kinds = [EDITS[i % len(EDITS)] for i in np.random.default_rng(seed).permutation(2 * len(EDITS))]
    recut = planted_recuts.plant([LONGEST] * len(takes), kinds, seed)
    return planted_recuts.judged(recut, planted_recuts.found(recut, takes))


def told(name: str, results: Sequence[Judged | None]) -> None:
    done = [result for result in results if result is not None]
    if done:
        kinds, pairs, trims = np.mean([(result.kinds, result.pairs, result.trims) for result in done], axis=0)
        print(f"{name:60} kinds {kinds:.1%}, pairs F1 {pairs:.3f}, trims to the frame {trims:.1%}")


def report(films: Sequence[Film], names: Sequence[str]) -> None:
    told("takes made by chance", [by_chance(seed) for seed in range(ROUNDS)])
    for copy in (name for name in COPIES if films and name != GRADED):
        told(f"{copy}, all films", [planted(films, copy, seed) for seed in range(ROUNDS)])
        for film, name in zip(films, names, strict=True):
            told(f"{copy}, {name}", [planted([film], copy, seed) for seed in range(ROUNDS)])
    wrong = 0
    pairs = list(combinations(films, 2))
    for first, second in pairs:
        whole = Planted([Piece(0, 0, len(first[""]))], [Piece(1, 0, len(second[""]))])
        wrong += bool(planted_recuts.found(whole, [first[""], second[""]], [first[""], second[""]]).changes)
    if pairs:
        print(f"one film beside another: changes told in {wrong} of {len(pairs)} pairs")


def main(films: Annotated[list[Path] | None, typer.Argument(exists=True, dir_okay=False)] = None) -> None:
    report([read(film) for film in films or []], [film.name for film in films or []])


if __name__ == "__main__":
    typer.run(main)
