"""The people of a film: its tracks, put together by names and by their faces' embeddings.

A person is a name that an editor gave, or a cluster of tracks without one. Without embeddings nobody knows which tracks
belong together: then people are those with a name, and the other tracks are listed by themselves.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ..analysis import Analysis
from ..analysis.usable_faces import is_sure
from ..tracks import Track
from .clusters import LIMIT, cluster_tracks, track_means
from .screen_time import Part, parts_of, seconds_of

UNNAMED = "Person"
"""Begins the label of a person without a name: “Person 3”."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a film."""

    label: str
    """The name, or “Person 3”. No two people of a film have the same."""
    name: str | None
    """As the editor named it; None for a cluster without a name."""
    tracks: tuple[Track, ...]
    """Ascending by first face."""
    frames: tuple[int, ...]
    """Sampled frames on which the person is on screen, ascending; of frames that count for the report."""
    seconds: float
    """On screen, see screen_time."""


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """All people of a film."""

    people: tuple[Person, ...]
    """From the longest on screen."""
    unknown: tuple[Person, ...]
    """Tracks of which nobody knows whose they are, one each, from the longest: without a name, and without embeddings.
    """
    by_embeddings: bool
    """Whether tracks without a name were put together by embeddings."""
    parts: dict[int, Part]
    """What each sampled frame stands for, see screen_time."""

    def person(self, label: str) -> Person | None:
        """The person with this label."""
        return next((person for person in (*self.people, *self.unknown) if person.label == label), None)


def people_of(
    analysis: Analysis,
    tracks: Sequence[Track],
    embeddings: NDArray[np.floating] | None = None,
    *,
    limit: float = LIMIT,
) -> People:
    """The people of an analysed film. `embeddings` (faces, k) has a row of NaN for a face without one; None for none.

    Tracks that were left out are nobody's, and so are those outside what counts for the report. Faces of which the
    detector is not sure tell nothing of who it is; where they are half of a cluster or more, it is taken for no person.
    """
    faces, parts = analysis.observations.faces, parts_of(analysis)
    sure = np.array([is_sure(face, analysis.report_settings) for face in faces], dtype=np.bool_)
    counted = list(parts)
    on_screen: list[tuple[Track, tuple[int, ...]]] = []
    for track in tracks:
        if not track.left_out:
            first, last = (faces[track.faces[end]].sample_frame for end in (0, -1))
            frames = counted[bisect_left(counted, first) : bisect_right(counted, last)]
            if frames:
                on_screen.append((track, tuple(frames)))
    known = [track for track, _ in on_screen]
    frames_of = [[faces[i].sample_frame for i in track.faces] for track in known]
    groups, unknown = _grouped(known, frames_of, embeddings, sure, limit)
    people = _labelled([[on_screen[i] for i in group] for group in groups], parts, set())
    taken = {person.label for person in people}
    return People(
        people, _labelled([[on_screen[i]] for i in unknown], parts, taken, "Face"), embeddings is not None, parts
    )


def _grouped(
    tracks: Sequence[Track],
    frames: Sequence[Sequence[int]],
    embeddings: NDArray[np.floating] | None,
    sure: NDArray[np.bool_],
    limit: float,
) -> tuple[Sequence[Sequence[int]], list[int]]:
    """The tracks of each person, and those of nobody knows whom, as indices."""
    if embeddings is None:
        named: dict[str, list[int]] = defaultdict(list)
        for i, track in enumerate(tracks):
            if track.name is not None:
                named[track.name].append(i)
        return list(named.values()), [i for i, track in enumerate(tracks) if track.name is None]
    means = track_means(np.where(sure[:, None], embeddings, np.nan), [track.faces for track in tracks])
    groups = cluster_tracks(means, [track.name for track in tracks], frames, limit=limit)
    is_known = [
        any(tracks[i].name is not None for i in group)
        or (any(means.known[i] for i in group) and sure[[face for i in group for face in tracks[i].faces]].mean() > 0.5)
        for group in groups
    ]
    people = [group for group, yes in zip(groups, is_known, strict=True) if yes]
    return people, [i for group, yes in zip(groups, is_known, strict=True) if not yes for i in group]


def _labelled(
    groups: Sequence[Sequence[tuple[Track, tuple[int, ...]]]],
    parts: dict[int, Part],
    taken: set[str],
    noun: str = UNNAMED,
) -> tuple[Person, ...]:
    """A person a group, from the longest on screen. Those without a name are numbered by their place among all, so that
    naming one renumbers nobody; a number that is somebody's name is left out.
    """
    found: list[tuple[float, int, str | None, tuple[Track, ...], tuple[int, ...]]] = []
    for group in groups:
        members = tuple(sorted((track for track, _ in group), key=lambda track: (track.anchor, track.faces)))
        frames = tuple(sorted({frame for _, own in group for frame in own}))
        name = next((track.name for track in members if track.name is not None), None)
        found.append((-seconds_of(parts, frames), frames[0], name, members, frames))
    found.sort(key=lambda each: (round(each[0], 3), each[1], each[3][0].anchor))
    used = {name.casefold() for _, _, name, _, _ in found if name is not None} | {label.casefold() for label in taken}
    people = []
    for place, (less_seconds, _, name, members, frames) in enumerate(found, start=1):
        label = name or next(each for n in count(place) if (each := f"{noun} {n}").casefold() not in used)
        used.add(label.casefold())
        people.append(Person(label, name, members, frames, -less_seconds))
    return tuple(people)
