"""`python -m tests.benchmarks.screening`: what the numbers of a screening cost, and how often chance is synchrony.

Viewers are synthetic. Told are the seconds and the peak memory of all numbers (shares with intervals, synchrony with
its null, two columns of groups with permutations, the cast, reviews), once with the faces that the scans' ends have
found, and once with every face to be found in the observations. `--null 1000` computes the synchrony of as many
screenings in which viewers share nothing, and tells the share of scenes and of films that are called at 5 %: it should
be 3 to 8 %.
"""

from __future__ import annotations

import resource
import tempfile
import time
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from emotion_core.analysis import Analysis, analyse
from emotion_core.audience import (
    Alignment,
    AudienceSettings,
    Plant,
    Viewer,
    faces_of_scan,
    reactions_of_faces,
    read_ratings,
    spans_of,
    summarize,
    synthetic_reactions,
    synthetic_viewers,
)
from emotion_core.audience.statistics import curves_by_second, synchrony_of
from emotion_core.expression import Scaling
from emotion_core.observations import ObservationStore, Segment
from emotion_core.settings import ReportSettings
from tests.support.scans import by_cuts, logits_of, media, observations
from tests.support.screenings import observed

SCENE = 30
"""Seconds of a scene."""
AGES = ("18-29", "30-49", "50-69", "70+")


def film_of(seconds: int) -> Analysis:
    """A film with a face in each second, and a scene every SCENE seconds."""
    looks = {
        25 * s: [((100.0, 80.0, 60.0, 60.0), 0.9, logits_of(happy=0.1 + 0.8 * (s % 97) / 97))] for s in range(seconds)
    }
    facts = media(duration=Fraction(seconds))
    return analyse(observations(looks, frames=25 * seconds, film=facts), by_cuts(*range(0, 25 * seconds, 25 * SCENE)))


def audience_of(plant: Plant, count: int) -> list[Viewer]:
    viewers = synthetic_viewers(plant, count)
    return [replace(viewer, groups={**viewer.groups, "age": AGES[viewer.number % 4]}) for viewer in viewers]


def recording_of(folder: Path, seconds: int) -> ObservationStore:
    """The finished scan of a recording with a face in each sampled frame, a segment a minute as scans write them."""
    part = observed([{(200.0, 100.0): "happy"}] * 120)
    store = ObservationStore(folder)
    whole = replace(part.media, duration=Fraction(seconds))
    store.begin(whole, part.scan_settings, part.checkpoint, part.engine)
    for minute in range(seconds // 60):
        first = minute * len(part.scores)
        scores = replace(part.scores, pts=part.scores.pts + minute * int(60 / part.media.time_base))
        samples = tuple(replace(s, frame=s.frame + first, pts=s.pts + 60 * minute) for s in part.samples)
        faces = tuple(replace(face, sample_frame=face.sample_frame + first) for face in part.faces)
        store.write(minute, Segment(scores, samples, faces, part.expressions, b""))
    store.seal(seconds // 60, whole)
    return store


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, and of processor time: they part where the machine does other work too."""

    wall: float
    processor: float

    @classmethod
    def since(cls, begun: Taken) -> Taken:
        return cls(time.perf_counter() - begun.wall, time.process_time() - begun.processor)

    def __add__(self, other: Taken) -> Taken:
        return Taken(self.wall + other.wall, self.processor + other.processor)

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.processor:.1f} s of processor time)"


_BEGIN = Taken(0, 0)


def time_reading(recordings: int, seconds: int) -> tuple[Taken, Taken]:
    """What it takes to make the reactions of as many recordings when their faces are to be found in the observations,
    and when these lie beside them, as the end of a scan leaves them.
    """
    taken = []
    with tempfile.TemporaryDirectory() as folder:
        store = recording_of(Path(folder) / "scan", seconds)
        for _ in ("to be found", "found"):
            begun = Taken.since(_BEGIN)
            for number in range(recordings):
                faces = faces_of_scan(Path(folder) / str(number), store, ReportSettings())
                reactions_of_faces(faces, Scaling(), Alignment(), float(seconds))
            taken.append(Taken.since(begun))
    return taken[0], taken[1]


def time_numbers(recordings: int, seconds: int) -> Taken:
    plant = Plant(
        duration=float(seconds), scenes=[(600, 900)], gain=1.5, effects={"front": 0.0, "back": 0.5}, missing=0.1
    )
    viewers, reactions = audience_of(plant, recordings), synthetic_reactions(plant, recordings)
    film = film_of(seconds)
    scenes = spans_of(film.scenes)
    rows = [f"{v.name},{1 + (v.number + scene.number) % 5},{scene.number}" for v in viewers for scene in scenes[:50]]
    table = read_ratings("viewer,rating,scene\n" + "\n".join(rows), viewers, scenes)
    begun = Taken.since(_BEGIN)
    summary = summarize(plant.labels, scenes, float(seconds), viewers, reactions, ratings=table, film=film)
    taken = Taken.since(begun)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{recordings} viewers, {seconds / 60:.0f} minutes, {len(summary.scenes)} scenes:")
    print(f"  numbers of the reactions: {taken}, peak {peak:.0f} MB")
    return taken


def count_false_calls(screenings: int, settings: AudienceSettings) -> None:
    """Screenings of 3 to 20 viewers and 3 to 10 minutes, with noise that remembers 2 to 10 seconds."""
    rng = np.random.default_rng(20261129)
    scene_p, film_p = [], []
    for number in range(screenings):
        duration = int(rng.integers(180, 600))
        plant = Plant(
            duration=float(duration),
            rate=1.0,
            memory=float(rng.uniform(2, 10)),
            missing=float(rng.uniform(0, 0.3)),
            seed=1000 + number,
        )
        count = int(rng.integers(3, 21))
        curves = curves_by_second(synthetic_reactions(plant, count), duration, settings, len(plant.labels))
        length = int(rng.integers(30, 61))
        scenes = [(start, start + length) for start in range(0, duration - length + 1, length)]
        found, film = synchrony_of(curves, scenes, settings)
        scene_p.append(found.p.ravel())
        film_p.append(film.p.ravel())
    for name, parts in (("scenes", scene_p), ("films", film_p)):
        p = np.concatenate(parts)
        known = p[~np.isnan(p)]
        print(f"  {name}: {np.mean(known <= 0.05):.1%} of {len(known):,} curves are called at 5 %")


def main(
    recordings: Annotated[int, typer.Option(min=1)] = 50,
    minutes: Annotated[int, typer.Option(min=2)] = 100,
    null: Annotated[int, typer.Option(help="Screenings without synchrony.", min=0)] = 0,
) -> None:
    """Measure, and print."""
    numbers = time_numbers(recordings, 60 * minutes)
    first, again = time_reading(recordings, 60 * minutes)
    print(f"  all numbers, the faces found when the scans ended: {numbers + again}")
    print(f"  all numbers, every face still to be found: {numbers + first}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak of all: {peak:.0f} MB")
    if null:
        print(f"{null:,} screenings without synchrony:")
        count_false_calls(null, AudienceSettings(shifts=199))


if __name__ == "__main__":
    typer.run(main)
