"""Which tracks show the same person, by the embeddings of their faces: constrained agglomerative clustering.

A track i is the mean m_i of its faces' embeddings and their spread s_i, the mean of their squared distances from it.
Two tracks are apart by

    d_ij^2 = |m_i - m_j|^2 + s_i + s_j

which is the mean squared distance of a face of the one from a face of the other: a limit means the same for tracks of
few and of many faces. Groups of tracks A and B are apart by the mean of d_ij^2 over all pairs of tracks (average
linkage), which follows from sums over each group:

    d_AB^2 = q_A + q_B - 2 M_A . M_B,      M the mean of the group's m_i, q the mean of its |m_i|^2 + s_i

The two nearest groups are joined as long as their distance is within the limit. Two constraints come first:

- Tracks of one name are one group from the start; groups with different names are never joined.
- Tracks that share a sampled frame are two people, unless they have one name.

Average linkage is reducible (a joined group is no nearer to a third than the nearer of its parts was), with these
constraints too. Following chains of nearest neighbours therefore gives the same groups as always joining the nearest
two (Murtagh and Contreras, Algorithms for hierarchical clustering: an overview, 2012), in a time of n^2 and in memory
for n tracks, not for n^2 pairs. scipy's and scikit-learn's clusterings take no constraints of this kind and keep all
pairs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LIMIT = 0.48
"""Greatest distance at which two groups of tracks are joined: as large as leaves the precision at 0.98 or more.

Measured on press photographs of 377 people (822 faces at 112 pixels, taken on different days), each face as a track, or
two or three of a person as one; precision and recall over pairs of tracks. A film has fewer people, and tracks that are
more alike: 30 draws of 25 people had a mean precision of 0.999 at 0.48, with a recall of 0.67, and of 0.998 at 0.50.
`python -m tests.benchmarks.people` repeats the measurement.

| limit | one face: precision | recall | two faces | recall | three faces | recall |
| --- | --- | --- | --- | --- | --- | --- |
| 0.44 | 1.000 | 0.48 | 1.000 | 0.42 | 1.000 | 0.38 |
| 0.47 | 1.000 | 0.63 | 1.000 | 0.64 | 1.000 | 0.64 |
| 0.48 | 0.999 | 0.67 | 0.994 | 0.71 | 0.985 | 0.74 |
| 0.50 | 0.990 | 0.75 | 0.976 | 0.83 | 0.949 | 0.83 |
| 0.53 | 0.937 | 0.85 | 0.860 | 0.89 | 0.725 | 0.89 |
"""


@dataclass(frozen=True, slots=True, eq=False)
class TrackMeans:
    """What is known of n tracks by their faces; NaN in rows of tracks none of whose faces has an embedding."""

    means: Floats
    """(n, k)"""
    spreads: Floats
    """(n,) mean squared distances of the faces from their mean."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,) whether a track has a mean."""
        return ~np.isnan(self.spreads)


def track_means(embeddings: NDArray[np.floating], tracks: Sequence[Sequence[int]]) -> TrackMeans:
    """The means of tracks, given as rows of `embeddings` (faces, k), in which a row of NaN is a face without one."""
    count, width = len(tracks), embeddings.shape[1]
    means, spreads = np.full((count, width), np.nan), np.full(count, np.nan)
    for i, faces in enumerate(tracks):
        own = np.asarray(embeddings[list(faces)], dtype=np.float64)
        own = own[~np.isnan(own).any(axis=1)]
        if len(own):
            means[i] = own.mean(axis=0)
            spreads[i] = float(((own - means[i]) ** 2).sum()) / len(own)
    return TrackMeans(means, spreads)


def cluster_tracks(
    tracks: TrackMeans,
    names: Sequence[str | None],
    frames: Sequence[Sequence[int]],
    *,
    limit: float = LIMIT,
) -> tuple[tuple[int, ...], ...]:
    """The groups of tracks, each ascending, in the order of their first tracks. Every track is in exactly one.

    `frames` are the sampled frames on which each track has a face. A track without a mean stays alone, or with those of
    its name.
    """
    members = _by_name(names)
    groups = _Groups(tracks, members, names, frames)
    groups.join_all(limit)
    return tuple(sorted(tuple(sorted(each)) for each in groups.members if each))


def _by_name(names: Sequence[str | None]) -> list[list[int]]:
    """The tracks of each name, and each track without one by itself."""
    groups: dict[str | int, list[int]] = defaultdict(list)
    for i, name in enumerate(names):
        groups[i if name is None else name].append(i)
    return list(groups.values())


class _Groups:
    """Groups of tracks that are joined one by one: means over each, and which may never be joined."""

    def __init__(
        self,
        tracks: TrackMeans,
        members: list[list[int]],
        names: Sequence[str | None],
        frames: Sequence[Sequence[int]],
    ) -> None:
        self.members = members
        known = tracks.known
        rows = [[i for i in group if known[i]] for group in members]
        self.sizes = np.array([float(len(row)) for row in rows])
        self.means = np.array(
            [tracks.means[row].mean(axis=0) if row else np.zeros(tracks.means.shape[1]) for row in rows]
        )
        squares = (tracks.means**2).sum(axis=1) + tracks.spreads
        self.squares = np.array([squares[row].mean() if row else 0.0 for row in rows])
        self.open = self.sizes > 0
        """Groups that may still be joined."""
        self.now = np.arange(len(members))
        """In which group each of the first ones is now."""
        self.firsts = [[group] for group in range(len(members))]
        """Of which first groups each consists."""
        self.apart = _apart(members, names, frames)
        """By group, the first groups with which it is never joined."""
        self._keep_open()

    def _keep_open(self) -> None:
        """Lay the means of the open groups side by side, in single precision: reading them takes most of the time."""
        self.laid = np.flatnonzero(self.open)
        self.laid_means = self.means[self.laid].astype(np.float32)
        self.places = np.zeros(len(self.open), dtype=np.int64)
        self.places[self.laid] = np.arange(len(self.laid))

    def join_all(self, limit: float) -> None:
        """Join the nearest groups until none are within `limit` of each other."""
        chain: list[int] = []
        while True:
            if not chain:
                left = np.flatnonzero(self.open)
                if not len(left):
                    return
                chain.append(int(left[0]))
            last = chain[-1]
            distances = self._squared_distances(last)
            nearest = int(distances.argmin())
            if len(chain) > 1 and distances[chain[-2]] <= distances[nearest]:
                nearest = chain[-2]  # of equal ones, so that the chain ends
            if distances[nearest] > limit**2:
                self.open[last] = False  # nothing comes nearer to it any more
                chain.pop()
            elif len(chain) > 1 and nearest == chain[-2]:
                del chain[-2:]
                self._join(min(last, nearest), max(last, nearest))
            else:
                chain.append(nearest)

    def _squared_distances(self, one: int) -> Floats:
        """(groups,) to all others; infinite to itself and to those with which it may not be joined."""
        distances: Floats = np.full(len(self.open), np.inf)
        # Not by BLAS, whose threads wait for each other longer than this takes.
        products = np.einsum("ij,j->i", self.laid_means, self.laid_means[self.places[one]])
        distances[self.laid] = self.squares[self.laid] + self.squares[one] - 2 * products
        distances[~self.open] = np.inf
        distances[one] = distances[self.now[self.apart[one]]] = np.inf
        return distances

    def _join(self, one: int, other: int) -> None:
        self.members[one] += self.members[other]
        self.members[other] = []
        share = self.sizes[other] / (self.sizes[one] + self.sizes[other])
        for values in (self.means, self.squares):
            values[one] += share * (values[other] - values[one])
        self.sizes[one] += self.sizes[other]
        self.open[other] = False
        self.now[self.firsts[other]] = one
        self.firsts[one] += self.firsts[other]
        self.apart[one] = np.union1d(self.apart[one], self.apart[other])
        self.laid_means[self.places[one]] = self.means[one]
        if np.count_nonzero(self.open) < 0.7 * len(self.laid):
            self._keep_open()


def _apart(
    members: list[list[int]], names: Sequence[str | None], frames: Sequence[Sequence[int]]
) -> list[NDArray[np.int64]]:
    """By group, the groups that are other people: on the same sampled frame, or with another name."""
    apart: dict[int, set[int]] = {group: set() for group in range(len(members))}
    on_frame: dict[int, set[int]] = defaultdict(set)
    for group, tracks in enumerate(members):
        for frame in {frame for i in tracks for frame in frames[i]}:
            on_frame[frame].add(group)
    named = {group for group, tracks in enumerate(members) if names[tracks[0]] is not None}
    for together in (*on_frame.values(), named):
        for group in together if len(together) > 1 else ():
            apart[group] |= together - {group}
    return [np.array(sorted(groups), dtype=np.int64) for groups in apart.values()]
