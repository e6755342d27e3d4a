"""`python -m tests.benchmarks.changes [FILM ...]`: how rightly a re-cut's changes are told, by kind.

Each film is copied at half its size (320 pixels wide at most before), burnt in, graded, mirrored and reframed, and cut
into takes wherever shots may lie. Of the takes a first cut is made, and of their copies a second, in which changes of
every kind are planted (tests/support/planted_recuts.py); `--rounds` times, with other takes and in another order.
Takes made by chance bear 1 to 200 edits. Told are the scenes with the right kind and counterpart, the F1 of the pairs
of scenes, the trimmed, extended and slipped scenes that are right to the frame, and of which kinds wrong ones are: of
all films together, without sound and with sounds made by chance, and of each by itself with them. Then each film is
compared with each other one: nothing should be told. With `--quick`, of each film the
first QUICK_FRAMES, QUICK_ROUNDS rounds and no re-cut of 200 edits, seven films of 6 to 52 seconds take a minute and a
half of processor time.
"""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, islice
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer

from emotion_core.compare.change_list import ChangeKind
from emotion_core.observations import Layouts
from tests.benchmarks.recuts import burnt_in, graded, half, layouts, mirrored, reframed
from tests.support import planted_footage, planted_recuts
from tests.support.film_sounds import Samples, film_sound
from tests.support.films import Picture, read_film, write_film
from tests.support.moving_pictures import footage, measured
from tests.support.planted_footage import A_FRAME, Footage
from tests.support.planted_recuts import EDITS, TREATED, Judged, Piece, Planted
from tests.support.scans import PAL

SHORTEST, LONGEST = 90, 160
"""Frames of a take."""
WIDEST = 320
COPIES: dict[str, tuple[Callable[[Picture, int], Picture], int]] = {
    "half the size, x264 crf 32": (half, 32),
    "burnt-in timecode, crf 24": (burnt_in, 24),
    "graded": (graded, 24),
    "mirrored": (mirrored, 28),
    "zoom 1.1": (reframed(1.1, 0.3, 0.2), 28),
    "zoom 1.2": (reframed(1.2, 0.5, 0.5), 28),
}
"""Changes of the pictures, and x264's qualities."""
HALF, BURNT = list(COPIES)[:2]
ZOOMS = list(COPIES)[-2:]
OVERLAID = 5.0
"""Mean difference of a field, levels, from which it is under the timecode."""
BY_CHANCE = ((1, 6), (5, 3), (20, 2), (200, 1))
"""Edits of re-cuts of takes made by chance, and how many such re-cuts."""
QUICK_FRAMES, QUICK_ROUNDS, QUICK_EDITS = 750, 3, 20
NO_SOUND: tuple[ChangeKind, ...] = (*EDITS, "mirrored", "reframed", "retimed")
Film = dict[str, Layouts]
"""The layouts of a film, at "", and of its copies by name."""
Take = dict[str, Layouts]
Result = tuple[Planted, Judged, float]
"""What was planted, how it was told, and the seconds that took."""


def read(path: Path, frames: int | None = None) -> Film:
    """A film's first `frames`, or all, and its copies."""
    film = {"": layouts(path)[:frames]}
    pictures = [_small(picture) for picture in islice(read_film(path), frames)]
    with tempfile.TemporaryDirectory() as folder:
        for name, (change, quality) in COPIES.items():
            changed = (change(picture, i) for i, picture in enumerate(pictures))
            film[name] = layouts(write_film(Path(folder) / "copy.mp4", changed, quality=quality, keyframe_every=250))
    under = np.abs(film[BURNT].astype(np.int16) - film[HALF]).mean(axis=0) > OVERLAID
    for name in [name for name in COPIES if name not in (HALF, BURNT)]:  # timecode is burnt in last
        film[BURNT + name] = np.where(under, film[BURNT], film[name])
    return film


def _small(picture: Picture) -> Picture:
    height, width = picture.shape[:2]
    if width <= WIDEST:
        return picture
    size = WIDEST, round(height * WIDEST / width / 2) * 2
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def takes_of(films: Sequence[Film], copy: str, seed: int) -> list[Take]:
    """Takes of the films by their views, shuffled."""
    random, takes = np.random.default_rng(seed), []
    prefix = BURNT if copy == BURNT else ""
    for film in films:
        frames, at = min(len(each) for each in film.values()), 0
        while at + (length := int(random.integers(SHORTEST, LONGEST))) <= frames:
            names = {"first": "", "": copy, "reframed": prefix + str(random.choice(ZOOMS))}
            names |= {view: prefix + view for view in ("graded", "mirrored")}
            takes.append({view: film[name][at : at + length] for view, name in names.items()})
            at += length
    return [takes[i] for i in random.permutation(len(takes))]


def takes_by_chance(count: int, seed: int) -> Iterator[Take]:
    """Takes that never were."""
    random = np.random.default_rng(seed)
    for number in range(count):
        length, shot = int(random.integers(SHORTEST, LONGEST)), seed * 10_000 + number
        pictures = footage(length, shot)
        x, y = random.uniform(-0.04, 0.04, 2)
        copy = measured(pictures, 2)
        yield {
            "first": measured(pictures, 1), "": copy, "graded": planted_footage.graded(copy),
            "mirrored": measured(pictures[:, :, ::-1], 3),
            "reframed": measured(pictures, 4, float(random.uniform(1.06, 1.2)), x, y),
        }  # fmt: skip


def told(takes: Sequence[Take], kinds: Sequence[ChangeKind], seed: int, *, sounds: bool) -> Result:
    """A re-cut of takes with these changes, judged."""
    lengths = [len(take["first"]) for take in takes]
    heard: list[Samples] | None = None
    if sounds:
        heard = [film_sound(length / float(PAL), 1000 + i)[: length * A_FRAME] for i, length in enumerate(lengths)]
    recut = planted_recuts.plant(lengths, kinds, seed)
    views = {view: [take[view] for take in takes] for view in ("", "graded", "mirrored", "reframed")}
    cuts = Footage([take["first"] for take in takes], views, heard)  # type: ignore[arg-type]  # the views are literals
    before, after = planted_footage.analysed(recut, cuts)
    begun = time.perf_counter()
    changes = planted_footage.changes_of(before, after)
    seconds = time.perf_counter() - begun
    return recut, planted_recuts.judged(recut, changes), seconds


def of_films(films: Sequence[Film], copy: str, seed: int, *, sounds: bool) -> Result | None:
    """None where the films are too short for one edit."""
    takes = takes_of(films, copy, seed)
    allowed = (*EDITS, *TREATED) if sounds else NO_SOUND
    edits = min((len(takes) - 2) // 3, 2 * len(allowed))
    order = np.random.default_rng(seed + 1).permutation(2 * len(allowed))[: max(0, edits)]
    return told(takes, [allowed[i % len(allowed)] for i in order], seed, sounds=sounds) if edits > 0 else None


def by_chance(edits: int, seed: int) -> Result:
    kinds = (*EDITS, *TREATED)
    order = np.random.default_rng(seed).permutation(max(edits, len(kinds)))[:edits]
    takes = list(takes_by_chance(3 * edits + 2, seed))
    return told(takes, [kinds[i % len(kinds)] for i in order], seed, sounds=True)


def tell(name: str, results: Sequence[Result | None]) -> None:
    done = [result for result in results if result is not None]
    if not done:
        return
    kinds, pairs, seconds = np.mean([(judged.kinds, judged.pairs, seconds) for _, judged, seconds in done], axis=0)
    trims = sum(len(recut.trims) for recut, _, _ in done)
    exact = sum(round(judged.trims * len(recut.trims)) for recut, judged, _ in done)
    right, sure = (sum(judged.sure[i] for _, judged, _ in done) for i in (0, 1))
    print(
        f"{name:58} kinds {kinds:.1%}, F1 {pairs:.3f}, trims to the frame {exact} of {trims}, "
        f"of those not told about {right} of {sure}; {seconds:.1f} s",
        flush=True,
    )
    planted = Counter(row[0] for recut, _, _ in done for row in recut.rows)
    wrong = Counter(row[0] for _, judged, _ in done for row, _ in judged.wrong)
    print("    wrong: " + (", ".join(f"{kind} {n} of {planted[kind]}" for kind, n in wrong.most_common()) or "none"))


def report(films: Sequence[Film], names: Sequence[str], rounds: int, most_edits: int) -> None:
    for edits, times in [some for some in BY_CHANCE if some[0] <= most_edits]:
        tell(f"takes made by chance, {edits} edits", [by_chance(edits, seed) for seed in range(times)])
    for copy in (HALF, BURNT) if films else ():
        for sounds in (False, True):
            how = f"{copy}, {'with' if sounds else 'without'} sound"
            tell(f"{how}, all films", [of_films(films, copy, seed, sounds=sounds) for seed in range(rounds)])
        for film, name in zip(films, names, strict=True):
            tell(f"{copy}, {name}", [of_films([film], copy, seed, sounds=True) for seed in range(rounds)])
    wrong, pairs = 0, list(combinations(films, 2))
    for first, second in pairs:
        whole = Planted([Piece(0, 0, len(first[""]))], [Piece(1, 0, len(second[""]))])
        both = [first[""], second[""]]
        wrong += bool(planted_footage.found(whole, Footage(both, {"": both})).changes)
    if pairs:
        print(f"one film beside another: changes told in {wrong} of {len(pairs)} pairs")


def main(
    films: Annotated[list[Path] | None, typer.Argument(exists=True, dir_okay=False)] = None,
    rounds: Annotated[int, typer.Option(help="Re-cuts of each set of films.")] = 8,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer frames, rounds and edits.")] = False,
) -> None:
    begun = time.perf_counter(), time.process_time()
    read_films = [read(film, QUICK_FRAMES if quick else None) for film in films or []]
    most = QUICK_EDITS if quick else max(edits for edits, _ in BY_CHANCE)
    report(read_films, [film.name for film in films or []], min(rounds, QUICK_ROUNDS) if quick else rounds, most)
    print(f"{time.perf_counter() - begun[0]:.0f} s, {time.process_time() - begun[1]:.0f} of the processor")


if __name__ == "__main__":
    typer.run(main)
