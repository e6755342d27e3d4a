"""Films of which it is known who is on screen when, and with which expression: input of the functions about people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from emotion_core.analysis import Analysis, analyse
from emotion_core.people import People, people_of
from emotion_core.settings import ReportSettings
from emotion_core.tracks import Track, anchor_of
from tests.support import scans

SCENE = 50
"""Frames a scene: two seconds."""
STEP = 10
"""Frames between two sampled ones, from frame 5 of each scene on: five a scene, each standing for 0.4 seconds."""
WIDTH = 8
"""Of embeddings."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Somebody in a scene."""

    who: str
    label: str = "happy"
    """The expression, with a share of 0.7."""
    samples: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Places of the scene's sampled frames, from 0, on which the face is."""
    score: float = 0.9
    """Of the detector; below 0.7 the face does not count."""


def filmed(
    scenes: Sequence[Sequence[Seen]], settings: ReportSettings | None = None
) -> tuple[Analysis, tuple[Track, ...], list[str]]:
    """A film, a track for each Seen, and who it is. Faces of a frame stand side by side."""
    looks: dict[int, list[scans.Look]] = {
        scene * SCENE + 5 + STEP * place: [] for scene in range(len(scenes)) for place in range(SCENE // STEP)
    }
    order: dict[int, list[int]] = {frame: [] for frame in looks}
    everyone = [(scene, seen) for scene, people in enumerate(scenes) for seen in people]
    for number, (scene, seen) in enumerate(everyone):
        column = [each for at, each in everyone if at == scene].index(seen)
        for place in seen.samples:
            frame = scene * SCENE + 5 + STEP * place
            box = (20.0 + 60 * column, 60.0, 40.0, 40.0)
            looks[frame].append((box, seen.score, scans.logits_of(**{seen.label: 0.7})))
            order[frame].append(number)
    observations = scans.observations(looks, frames=SCENE * len(scenes))
    of_track: dict[int, list[int]] = {number: [] for number in range(len(everyone))}
    for face, number in enumerate(number for frame in sorted(order) for number in order[frame]):
        of_track[number].append(face)
    tracks = tuple(
        Track(scene, tuple(of_track[number]), anchor_of(observations, observations.faces[of_track[number][0]]))
        for number, (scene, _) in enumerate(everyone)
    )
    cuts = scans.by_cuts(*(scene * SCENE for scene in range(len(scenes))))
    settings = replace(settings or ReportSettings(), shots=cuts.shots)
    return analyse(observations, settings), tracks, [seen.who for _, seen in everyone]


def named(tracks: Sequence[Track], who: Sequence[str]) -> tuple[Track, ...]:
    """The tracks with these names; an empty one is none."""
    return tuple(replace(track, name=name or None) for track, name in zip(tracks, who, strict=True))


def embedded(tracks: Sequence[Track], who: Sequence[str], faces: int) -> NDArray[np.float32]:
    """Embeddings by which each track is plainly who it is; of an empty name none."""
    everyone = sorted(set(who))
    embeddings = np.full((faces, WIDTH), np.nan, dtype=np.float32)
    for track, name in zip(tracks, who, strict=True):
        if name:
            row = np.zeros(WIDTH, dtype=np.float32)
            row[everyone.index(name)] = 1.0
            embeddings[list(track.faces)] = row
    return embeddings


def recognised(analysis: Analysis, tracks: Sequence[Track], who: Sequence[str]) -> People:
    """The people that embeddings find."""
    return people_of(analysis, tracks, embedded(tracks, who, len(analysis.observations.faces)))
