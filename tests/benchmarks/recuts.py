"""`python -m tests.benchmarks.recuts FILM [FILM ...]`: how much of a re-cut's footage is found where it is.

Each film is copied at half its size, with burnt-in timecode and graded; each copy is cut up at tenths of its length,
wherever shots may lie, and put together again in two ways: trimmed, reordered and with a stretch of another film
between; and whole, beside a first cut that lacks parts of it. Told are the frames found within two frames of their
place, those of them found to the frame, and what was called known of what is not in the first cut: by the search, and
by taking for each frame the most alike one by itself. Then every third take of a re-cut is mirrored, reframed or
retimed: told are its frames found, found to the frame and told as such, and the rest called so. With several films,
each is also looked for in the others, where nothing of it should be found, and all together beside their copies are
timed. Five films of 6 to 52 seconds take 4 minutes of processor time; of longer ones the first `--frames` are read, or
all with `--full`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice, permutations
from pathlib import Path
from typing import Annotated

import cv2
import numpy as np
import typer
from numpy.typing import NDArray

from emotion_core.compare import Match, align_layouts, match_layouts
from emotion_core.compare.pictures import Steps
from emotion_core.observations import Layouts, directions, vectors
from tests.support.films import Picture, frame_scores, read_film, write_film

RATE = 25.0
"""Steps a second that all films are taken to have: only the order of frames counts."""
WITHIN = 2


def layouts(path: Path) -> Layouts:
    """A film's layouts as a scan measures them."""
    return np.stack([row.layout for row in frame_scores(path)])


def half(picture: Picture, number: int) -> Picture:
    height, width = (side // 4 * 2 for side in picture.shape[:2])
    return np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def graded(picture: Picture, number: int) -> Picture:
    """Steeper, its darkest tones lost."""
    changed: Picture = np.clip(picture * 1.15 - 12, 0, 255).astype(np.uint8)
    return changed


def burnt_in(picture: Picture, number: int) -> Picture:
    height, width = picture.shape[:2]
    at, size = (width // 3, height - height // 18), height / 360
    return np.asarray(
        cv2.putText(picture.copy(), f"{number:08}", at, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), 2), np.uint8
    )


COPIES: dict[str, tuple[Callable[[Picture, int], Picture], int]] = {
    "half the size, x264 crf 32": (half, 32),
    "burnt-in timecode, crf 24": (burnt_in, 24),
    "graded, crf 24": (graded, 24),
}


def mirrored(picture: Picture, number: int) -> Picture:
    return half(picture[:, ::-1], number)


def reframed(zoom: float, across: float, down: float) -> Callable[[Picture, int], Picture]:
    """A crop, enlarged by `zoom`, that lies this far between left and right, top and bottom (0 to 1)."""

    def cropped(picture: Picture, number: int) -> Picture:
        height, width = picture.shape[:2]
        x, y = (width - width / zoom) * across * zoom, (height - height / zoom) * down * zoom
        matrix = np.array([[zoom, 0, -x], [0, zoom, -y]])
        return half(np.asarray(cv2.warpAffine(picture, matrix, (width, height)), dtype=np.uint8), number)

    return cropped


VIEWS: dict[str, tuple[Callable[[Picture, int], Picture], Match]] = {
    "mirrored": (mirrored, Match.MIRRORED),
    "zoom 1.1, centre": (reframed(1.1, 0.5, 0.5), Match.REFRAMED),
    "zoom 1.2, centre": (reframed(1.2, 0.5, 0.5), Match.REFRAMED),
    "zoom 1.2, lower left": (reframed(1.2, 0, 1), Match.REFRAMED),
    "zoom 1.15, upper left": (reframed(1.15, 0.3, 0), Match.REFRAMED),
}
SPEEDS = (0.5, 0.8, 0.96, 25 / 24, 1.25, 1.5, 2.0)


def alone(before: Layouts, after: Layouts, rate: float) -> Steps:
    """For each frame the most alike one of the first cut."""
    there = directions(vectors(before))
    return np.concatenate([(directions(vectors(part)) @ there.T).argmax(axis=1) for part in np.array_split(after, 100)])


def recuts(first: Layouts, copy: Layouts, foreign: Layouts) -> Iterator[tuple[Layouts, Layouts, Steps]]:
    """First cuts, second cuts, and where each frame of these is in the first: -1 for nowhere."""
    n = min(len(first), len(copy))
    tenth = n // 10
    parts = [(1, 3, 0), (3, 4, 10), (6, 8, 0), (4, 5, 0), (8, 9, 0)]
    places = [np.arange(a * tenth + later, b * tenth) for a, b, later in parts]
    frames = np.concatenate([copy[places[0]], foreign[:60], *(copy[part] for part in places[1:])])
    yield first[:n], frames, np.concatenate([places[0], np.full(len(foreign[:60]), -1), *places[1:]])
    remaining = np.r_[0 : 2 * tenth, 3 * tenth : 5 * tenth, 5 * tenth + 12 : 7 * tenth, 8 * tenth : n]
    where = np.full(n, -1)
    where[remaining] = np.arange(len(remaining))
    yield first[remaining], copy[:n], where


def judged(places: Steps, truth: Steps) -> tuple[float, float, float]:
    """Shares: of what is there, found within WITHIN frames and to the frame; of what is not, called known."""
    is_known = truth >= 0
    near = (places >= 0) & (np.abs(places - truth) <= WITHIN)
    return (
        float(near[is_known].mean()),
        float((places == truth)[is_known].mean()),
        float((places >= 0)[~is_known].mean()),
    )


def altered_takes(copy: Layouts, view: Layouts, speed: float, seed: int) -> tuple[Layouts, Steps, NDArray[np.bool_]]:
    """A second cut of shuffled takes of the copy, every third one in a view or at a speed: its layouts, their places in
    the film, and which are altered.
    """
    random = np.random.default_rng(seed)
    frames = min(len(copy), len(view))
    starts = np.cumsum(np.r_[0, random.integers(50, 120, frames // 50)])
    starts = starts[starts <= frames]
    parts: list[tuple[Layouts, Steps, NDArray[np.bool_]]] = []
    for number, i in enumerate(random.permutation(len(starts) - 1)):
        is_altered = number % 3 == 1
        length = int(starts[i + 1] - starts[i])
        at = starts[i] + (np.arange(int(length / speed)) * speed if is_altered else np.arange(length)).astype(np.int64)
        parts.append(((view if is_altered else copy)[at], at, np.full(len(at), is_altered)))
    shown, places, altered = (np.concatenate(some) for some in zip(*parts, strict=True))
    return shown, places, altered


def tell_altered(name: str, firsts: list[Layouts], copies: list[Layouts], views: list[Layouts], kind: Match,
                 speed: float = 1.0) -> None:  # fmt: skip
    """Print how much of the altered takes is found."""
    rows: list[tuple[float, float, float, float]] = []
    for first, copy, view in zip(firsts, copies, views, strict=True):
        shown, places, altered = altered_takes(copy, view, speed, len(rows))
        source, how = match_layouts(first, shown, RATE)
        if altered.any():
            off = np.abs(source[altered] - places[altered])
            near, exact = float(np.mean(off <= WITHIN)), float(np.mean(off == 0))
            rows.append(
                (near, exact, float(np.mean(how[altered] == kind)), float(np.mean(how[~altered] > Match.PICTURE)))
            )
    near, exact, told, false = np.mean(rows, axis=0)
    print(f"{name:28} found {near:.1%} (to the frame {exact:.1%}), told {told:.1%}, others called altered {false:.1%}")


def copied(
    films: list[Path], change: Callable[[Picture, int], Picture], quality: int, frames: int | None
) -> list[Layouts]:
    """The layouts of changed copies of the films' first `frames`; None for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "copy.mp4"
        return [
            layouts(
                write_film(
                    path,
                    (change(p, i) for i, p in enumerate(islice(read_film(film), frames))),
                    quality=quality,
                    keyframe_every=250,
                )
            )
            for film in films
        ]


def main(
    films: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    frames: Annotated[int, typer.Option(min=250, help="Of each film, the first so many.")] = 1500,
    full: Annotated[bool, typer.Option(help="All frames of each film.")] = False,
) -> None:
    most = None if full else frames
    firsts = [layouts(film)[:most] for film in films]
    copies = {name: copied(films, change, quality, most) for name, (change, quality) in COPIES.items()}
    for name, edit in copies.items():
        for way, search in (("search", align_layouts), ("each frame alone", alone)):
            rows: list[tuple[float, float, float]] = []
            for i, (first, copy) in enumerate(zip(firsts, edit, strict=True)):
                other = firsts[i - 1] if len(firsts) > 1 else first[::-1]
                rows += [judged(search(b, a, RATE), truth) for b, a, truth in recuts(first, copy, other)]
            near, exact, false = np.mean(rows, axis=0)
            print(f"{name:28} {way:17} found {near:.1%} (to the frame {exact:.1%}), new called known {false:.1%}")
    halves = copies[next(iter(COPIES))]
    for name, (change, kind) in VIEWS.items():
        tell_altered(name, firsts, halves, copied(films, change, 28, most), kind)
    for speed in SPEEDS:
        tell_altered(f"speed {speed:.3f}", firsts, halves, halves, Match.RETIMED, speed)
    if len(films) > 1:
        claimed = [float((align_layouts(b, a, RATE) >= 0).mean()) for b, a in permutations(firsts, 2)]
        print(f"one film in another: {np.mean(claimed):.2%} called known, {max(claimed):.2%} at most")
    long, again = (np.concatenate(some) for some in (firsts, next(iter(copies.values()))))
    print(f"{len(long):,} frames beside {len(again):,}: {_seconds(align_layouts, long, again):.1f} s by the search, "
          f"{_seconds(alone, long, again):.1f} s by each frame alone")  # fmt: skip


def _seconds(search: Callable[[Layouts, Layouts, float], NDArray[np.int64]], before: Layouts, after: Layouts) -> float:
    began = time.perf_counter()
    search(before, after, RATE)
    return time.perf_counter() - began


if __name__ == "__main__":
    typer.run(main)
