"""Linking: which faces of a shot are one person's, against a known truth."""

from __future__ import annotations

import math

import pytest

from emotion_core.tracks import tracks_of
from emotion_core.tracks.linking import GAP_SECONDS
from tests.support.identity import idf1
from tests.support.moving_faces import Moving, Path, scan_of, shots_between, steady, tracks_found, walking

GAP = int(GAP_SECONDS * 25 / 12)
"""Sampled frames that may be missed: two a second but for rounding."""


def found(people: list[Moving], samples: int, *cuts: int) -> float:
    """IDF1 of the tracks of such a film; true tracks end at cuts."""
    scan, whose = scan_of(people, samples)
    shots = shots_between(scan, *cuts)
    tracks = tracks_of(scan, shots)
    firsts = [shot.frame_in for shot in shots]
    truth = [
        (name, sum(first <= face.sample_frame for first in firsts))
        for name, face in zip(whose, scan.faces, strict=True)
    ]
    return idf1(truth, tracks_found([track.faces for track in tracks], len(scan.faces)))


def swinging(x: float, by: float) -> Path:
    return lambda n: (x + by * math.sin(n), 120.0, 40.0)


def coming(n: int) -> tuple[float, float, float]:
    return 160.0, 120.0, 20.0 + 8 * n


CASES: dict[str, tuple[list[Moving], int]] = {
    "two who stay": ([Moving("a", steady(80)), Moving("b", steady(240))], 12),
    "two who cross, looking alike": ([Moving("a", walking(20, 25)), Moving("b", walking(300, -25))], 12),
    "two who cross, without appearance": (
        [Moving("a", walking(20, 25), None), Moving("b", walking(300, -25), None)],
        12,
    ),
    "two who swing into each other's place": (
        [Moving("a", swinging(130, 40), 1), Moving("b", swinging(190, -40), 2)],
        20,
    ),
    "one who comes near": ([Moving("a", coming)], 12),
    "one who walks five widths a step": ([Moving("a", walking(20, 60, side=14))], 5),
    "one who is not seen for a while": ([Moving("a", steady(100, seen=[*range(5), *range(5 + GAP - 1, 20)]))], 20),
    "another in the same place": (
        [Moving("a", steady(100, seen=range(6)), 1), Moving("b", steady(104, seen=range(7, 14)), 2)],
        14,
    ),
    "four in a row": ([Moving(str(i), swinging(50 + 70 * i, 12), i % 2) for i in range(4)], 16),
}


@pytest.mark.parametrize("case", CASES)
def test_tracks_are_the_people(case: str) -> None:
    """Every face is on its person's track, and on no other."""
    people, samples = CASES[case]
    assert found(people, samples) == 1.0


def test_a_track_ends_at_a_cut() -> None:
    """The same face in the same place before and after a cut is two tracks."""
    assert found([Moving("a", steady(80)), Moving("b", steady(240))], 12, 60, 100) == 1.0


def test_a_face_that_was_away_long_begins_a_track() -> None:
    """After more than the longest gap a face is a new track, alike as it may be."""
    scan, _ = scan_of([Moving("a", steady(100, seen=[*range(5), *range(5 + GAP + 2, 20)]))], 20)
    assert [len(track.faces) for track in tracks_of(scan, shots_between(scan))] == [5, 20 - 5 - GAP - 2]


def test_faces_of_one_frame_are_of_different_tracks() -> None:
    """Also where two boxes lie on each other."""
    scan, _ = scan_of([Moving("a", steady(100)), Moving("b", steady(101))], 6)
    for track in tracks_of(scan, shots_between(scan)):
        frames = [scan.faces[row].sample_frame for row in track.faces]
        assert frames == sorted(set(frames))


def test_a_shot_without_faces_has_no_track() -> None:
    """Nor has a film without any."""
    scan, _ = scan_of([Moving("a", steady(100, seen=range(3)))], 12)
    assert {track.shot for track in tracks_of(scan, shots_between(scan, 60))} == {0}
    empty, _ = scan_of([], 4)
    assert tracks_of(empty, shots_between(empty)) == ()
