"""Clusters of tracks: never two people in one before all of one in one."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from numpy.typing import NDArray

from emotion_core.people import clusters

WIDTH = 128
PEOPLE = 24
BETWEEN = 0.8
"""Distance of two people's embeddings; dlib's network puts them 0.6 and more apart."""
WITHIN = (0.15, 0.36)
"""Least and largest distance of a shot's embeddings from their person's: light and pose of the shot."""
NOISE = 0.12
"""Distance of a face's embedding from its shot's."""


def planted(seed: int = 1, tracks: int = 12) -> tuple[NDArray[np.float32], list[list[int]], list[int]]:
    """Embeddings of PEOPLE with this many tracks each, of one to eight faces; the tracks' faces; their people."""
    random = np.random.default_rng(seed)

    def away(distance: float) -> NDArray[np.float64]:
        direction = random.normal(size=WIDTH)
        return distance * direction / np.linalg.norm(direction)

    rows: list[NDArray[np.float64]] = []
    faces, truth = [], []
    for person in range(PEOPLE):
        centre = away(BETWEEN / np.sqrt(2))
        for _ in range(tracks):
            shot = centre + away(random.uniform(*WITHIN))
            count = int(random.integers(1, 9))
            faces.append(list(range(len(rows), len(rows) + count)))
            rows += [shot + away(NOISE) for _ in range(count)]
            truth.append(person)
    return np.array(rows, dtype=np.float32), faces, truth


def scores(groups: tuple[tuple[int, ...], ...], truth: list[int]) -> tuple[float, float]:
    """Precision and recall over pairs of tracks in one group."""
    pairs = [(truth[a], truth[b]) for group in groups for a, b in combinations(group, 2)]
    right = sum(a == b for a, b in pairs)
    wanted = sum(count * (count - 1) // 2 for count in Counter(truth).values())
    return right / max(1, len(pairs)), right / wanted


def clustered(
    embeddings: NDArray[np.float32],
    faces: list[list[int]],
    names: dict[int, str] | None = None,
    frames: list[list[int]] | None = None,
) -> tuple[tuple[int, ...], ...]:
    means = clusters.track_means(embeddings, faces)
    own = [(names or {}).get(i) for i in range(len(faces))]
    return clusters.cluster_tracks(means, own, frames or [[100 * i] for i in range(len(faces))])


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_people_are_found_with_a_precision_of_98_percent(seed: int) -> None:
    """Two tracks in one group are of one person in 98 of 100 cases or more; most of a person's tracks are together."""
    embeddings, faces, truth = planted(seed)
    precision, recall = scores(clustered(embeddings, faces), truth)
    assert precision >= 0.98
    assert recall >= 0.9


def test_chains_of_neighbours_join_as_the_nearest_two_would() -> None:
    """The groups are those of joining the two nearest ones again and again, constraints included."""
    embeddings, faces, _ = planted(4, tracks=3)
    frames = [[i % 40] for i in range(len(faces))]
    means = clusters.track_means(embeddings, faces)
    squared = ((means.means[:, None] - means.means[None]) ** 2).sum(axis=2) + means.spreads[:, None] + means.spreads
    groups = [[i] for i in range(len(faces))]

    def distance(a: list[int], b: list[int]) -> float:
        blocked = {frames[i][0] for i in a} & {frames[j][0] for j in b}
        return np.inf if blocked else float(squared[np.ix_(a, b)].mean())

    while True:
        nearest, a, b = min((distance(groups[a], groups[b]), a, b) for a, b in combinations(range(len(groups)), 2))
        if nearest > clusters.LIMIT**2:
            break
        groups[a] += groups.pop(b)
    assert clustered(embeddings, faces, frames=frames) == tuple(sorted(tuple(sorted(group)) for group in groups))


def test_two_faces_on_one_frame_are_two_people() -> None:
    """However alike they look, and neither joins a third that is the other."""
    embeddings = np.zeros((3, WIDTH), dtype=np.float32)
    groups = clustered(embeddings, [[0], [1], [2]], frames=[[10, 20], [20, 30], [40]])
    assert groups in (((0, 2), (1,)), ((0,), (1, 2)))


def test_one_name_is_one_person_and_two_names_are_two() -> None:
    """Whatever the embeddings say; a track without a name goes to the nearer of them."""
    far = np.zeros((4, WIDTH), dtype=np.float32)
    far[1] = 1.0
    groups = clustered(far, [[0], [1], [2], [3]], {0: "Ann", 1: "Ann", 2: "Bob"}, [[1], [1], [3], [4]])
    assert groups == ((0, 1), (2, 3))


def test_a_track_without_an_embedding_stays_alone_or_with_its_name() -> None:
    """Missing is not near to anyone."""
    embeddings = np.zeros((4, WIDTH), dtype=np.float32)
    embeddings[1:3] = np.nan
    groups = clustered(embeddings, [[0], [1], [2], [3]], {0: "Ann", 1: "Ann"})
    assert groups == ((0, 1, 3), (2,))
    assert clustered(np.full((2, WIDTH), np.nan, dtype=np.float32), [[0], [1]]) == ((0,), (1,))
    assert clustered(np.empty((0, WIDTH), dtype=np.float32), []) == ()


def test_tracks_are_apart_as_their_faces_are() -> None:
    """A track of one face has no spread; two tracks are as far apart as their faces are on average."""
    embeddings, _, _ = planted(1, tracks=1)
    means = clusters.track_means(embeddings, [[0], [1, 2, 3], [4, 5]])
    assert means.spreads[0] == 0
    faces = [np.asarray(embeddings[rows], dtype=np.float64) for rows in ([1, 2, 3], [4, 5])]
    pairs = ((faces[0][:, None] - faces[1][None]) ** 2).sum(axis=2).mean()
    between = ((means.means[1] - means.means[2]) ** 2).sum()
    assert between + means.spreads[1] + means.spreads[2] == pytest.approx(pairs)
