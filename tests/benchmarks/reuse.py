"""`python -m tests.benchmarks.reuse FILM [FILM ...]`: what is taken over of an analysed cut, and what that changes.

Each film is written by x264 as a first cut; a second cut of it, written again from the film's own pictures, lacks some
stretches, has two in another order, and a tenth of it is new: of the film before in the list, or of its own, mirrored,
if it is alone. The first cut is analysed, then the second: taking over; afresh; afresh on the frames that were sampled
when taking over, which shows what the taking over alone changes; and afresh on a grid a quarter of a second later,
which shows what other moments alone change. Told are the faces taken over, and of which frames wrong ones (other than
the very frame, or in new material), the largest difference of any share of any scene and of the film, how many shares
are within the interval of the fresh analysis, and the processor time. `--first` and `--second` are the qualities (CRF)
of the two cuts.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Annotated, Any
from unittest import mock

import av
import cv2
import numpy as np
import typer

from emotion_core.analysis import Analysis, analyse
from emotion_core.media import identity
from emotion_core.observations import ObservationStore, Origin
from emotion_core.scan import scan
from emotion_core.scan.reuse import KnownCuts, KnownFaces, KnownFilm, sampled_frames
from emotion_core.scenes import Grid
from emotion_core.settings import FOR_NEW_FILMS, ScanSettings
from tests.support.films import Picture, read_film, write_film

PARTS = ((0.00, 0.18), (0.20, 0.37), (0.62, 0.80), (0.38, 0.60), (0.80, 1.00))
"""Stretches of the film in the second cut, in its order."""
NEW = 0.1
"""Share of the second cut that is new."""
NEW_BEHIND = (1, 3)
"""Stretches, from 0, that new material follows."""


@dataclass(frozen=True, slots=True)
class Recut:
    """A second cut: where each of its frames is in the first, -1 for nowhere."""

    path: Path
    truth: tuple[int, ...]


def write_cuts(film: Path, foreign: Path | None, folder: Path, first: int, second: int) -> tuple[Path, Recut]:
    """The two cuts of a film, by x264 at these qualities."""
    with av.open(str(film)) as container:
        stream = container.streams.video[0]
        rate, count = stream.average_rate or Fraction(25), sum(1 for _ in container.decode(video=0))
    before = write_film(folder / "first.mp4", read_film(film), rate=rate, quality=first, keyframe_every=48)
    ranges = [(round(a * count), round(b * count)) for a, b in PARTS]
    new = round(sum(b - a for a, b in ranges) * NEW / (1 - NEW)) // len(NEW_BEHIND)
    truth: list[int] = []
    for number, (a, b) in enumerate(ranges):
        truth += [*range(a, b), *([-1] * (new * (number in NEW_BEHIND)))]
    size = next(read_film(film)).shape[:2]

    def pictures() -> Iterator[Picture]:
        for number, (a, b) in enumerate(ranges):
            yield from islice(read_film(film), a, b)
            if number not in NEW_BEHIND:
                continue
            for picture in islice(read_film(foreign or film), number * new, (number + 1) * new):
                resized = cv2.resize(picture, (size[1], size[0]), interpolation=cv2.INTER_AREA)
                yield np.asarray(resized if foreign else resized[:, ::-1], dtype=np.uint8)

    after = write_film(folder / "second.mp4", pictures(), rate=rate, quality=second, keyframe_every=48)
    return before, Recut(after, tuple(truth))


def scanned(film: Path, folder: Path, settings: ScanSettings, known: Sequence[KnownFilm] = ()) -> tuple[Any, float]:
    """A film's observations, and the seconds of processor time of its scan."""

    def report(event: str, fields: dict[str, Any]) -> None:
        pass

    store, begun = ObservationStore(folder), time.process_time()
    scan(film, identity.hash_film(film)[0], store, settings, FOR_NEW_FILMS, report, known=known)
    return store.read(), time.process_time() - begun


class LaterGrid(Grid):
    """A grid whose points lie half a step later; the first frame is on it all the same."""

    def __init__(self, samples_per_second: Fraction) -> None:
        super().__init__(samples_per_second)
        self._later = 1 / samples_per_second / 2

    def wants(self, seconds: Fraction) -> bool:
        return super().wants(max(Fraction(0), seconds - self._later))


def within_interval(first: Analysis, fresh: Analysis) -> tuple[int, int]:
    """How many shares of scenes are within the interval of the fresh analysis, and of how many."""
    inside = [
        low <= share <= high
        for one, other in zip(first.scenes, fresh.scenes, strict=True)
        if one.shares is not None and other.intervals is not None
        for share, (low, high) in zip(one.shares, other.intervals, strict=True)
    ]
    return sum(inside), len(inside)


def share_difference(first: Analysis, second: Analysis) -> tuple[float, float, float]:
    """The largest difference of a share of a scene, their mean largest, and the largest of the film's shares."""
    pairs = list(zip(first.scenes, second.scenes, strict=True))
    pairs = [(one, other) for one, other in pairs if one.shares is not None and other.shares is not None]
    sides = [np.array([row.shares for row in side], dtype=np.float64) for side in zip(*pairs, strict=True)]
    weights = [[row.frames_with_faces for row in side] for side in zip(*pairs, strict=True)]
    films = [np.average(shares, axis=0, weights=weight) for shares, weight in zip(sides, weights, strict=True)]
    most = np.abs(sides[0] - sides[1]).max(axis=1)
    return float(most.max()), float(most.mean()), float(np.abs(films[0] - films[1]).max())


def main(
    films: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False)],
    first: Annotated[int, typer.Option(help="CRF of the first cut.")] = 20,
    second: Annotated[int, typer.Option(help="CRF of the second cut.")] = 20,
    engine: str = "torch",
) -> None:
    settings = ScanSettings(engine=engine, checkpoint="embedded")  # type: ignore[arg-type]  # checked there
    faces = faces_taken = 0
    seconds = [0.0, 0.0]
    for number, film in enumerate(films):
        foreign = films[number - 1] if len(films) > 1 else None
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            before, recut = write_cuts(film, foreign, folder, first, second)
            scanned(before, folder / "known", settings)
            known = KnownFilm(identity.hash_film(before)[0], before.name, folder / "known")
            taking = replace(settings, reuse_faces=True)
            reused, reused_seconds = scanned(recut.path, folder / "reused", taking, [known])
            fresh, fresh_seconds = scanned(recut.path, folder / "fresh", settings)
            nothing: Callable[..., tuple[KnownFaces, Origin] | None] = lambda *_: None  # noqa: E731
            with mock.patch.object(KnownCuts, "faces_at", nothing):
                same_frames, _ = scanned(recut.path, folder / "same", taking, [known])
            with mock.patch.object(sampled_frames, "Grid", LaterGrid):
                later, _ = scanned(recut.path, folder / "later", settings)
        origins = {sample.frame: sample.origin for sample in reused.samples if sample.origin is not None}
        own = sum(face.sample_frame in origins for face in reused.faces)
        off = [origin.frame - recut.truth[frame] for frame, origin in origins.items() if recut.truth[frame] >= 0]
        wrong = sum(recut.truth[frame] < 0 for frame in origins)
        analyses = [analyse(observations, FOR_NEW_FILMS) for observations in (reused, fresh, same_frames, later)]
        faces, faces_taken = faces + len(reused.faces), faces_taken + own
        seconds = [seconds[0] + reused_seconds, seconds[1] + fresh_seconds]
        print(
            f"{film.name}: {own:,} of {len(reused.faces):,} faces taken over ({own / max(1, len(reused.faces)):.0%}; "
            f"{len(fresh.faces):,} afresh) on {len(origins)} of {len(reused.samples)} frames; another frame "
            f"{sum(d != 0 for d in off)} (by {max(map(abs, off), default=0)} at most), of new material {wrong}; "
            f"processor {reused_seconds:.1f} s, afresh {fresh_seconds:.1f} s"
        )
        for what, one, other in (
            ("taken over, against the same frames afresh", analyses[0], analyses[2]),
            ("taken over, against a fresh analysis", analyses[0], analyses[1]),
            ("afresh a quarter of a second later, against a fresh analysis", analyses[3], analyses[1]),
        ):
            most, mean, whole = share_difference(one, other)
            inside, of = within_interval(one, other)
            print(
                f"    {what}: shares of a scene by {most:.4f} at most (mean {mean:.4f}), "
                f"of the film by {whole:.4f}; {inside} of {of} within its interval"
            )
    print(
        f"together {faces_taken:,} of {faces:,} faces taken over ({faces_taken / max(1, faces):.1%}); processor "
        f"{seconds[0]:.1f} s instead of {seconds[1]:.1f} s"
    )


if __name__ == "__main__":
    typer.run(main)
