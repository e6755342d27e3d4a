"""Corrections of tracks: what they do, that they are kept, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest

from emotion_core.errors import CorrectionError
from emotion_core.face_corrections import FaceAnchor, FaceCorrections
from emotion_core.observations import Expression, Observations
from emotion_core.tracks import Track, anchor_of, ineffective, tracks_of
from emotion_core.tracks.editing import join, leave_out, name, split
from tests.support.moving_faces import STEP, Moving, scan_of, shots_between, steady

NONE = FaceCorrections()
A, B = Moving("a", steady(80), 1), Moving("b", steady(240), 2)


@pytest.fixture
def scan() -> Observations:
    """Two people who stay for 40 sampled frames."""
    return scan_of([A, B], 40)[0]


def at(scan: Observations, row: int) -> FaceAnchor:
    return anchor_of(scan, scan.faces[row])


def lengths(tracks: tuple[Track, ...]) -> list[int]:
    return [len(track.faces) for track in tracks]


def test_a_track_is_left_out_and_counts_again(scan: Observations) -> None:
    """By any of its faces."""
    shots = shots_between(scan)
    out = leave_out(scan, shots, NONE, at(scan, 20), True)
    assert [track.left_out for track in tracks_of(scan, shots, out)] == [True, False]
    assert leave_out(scan, shots, out, at(scan, 41 * 2 - 4), False) == NONE


def test_a_name_is_of_the_whole_track(scan: Observations) -> None:
    """Another name replaces it, an empty one removes it."""
    shots = shots_between(scan)
    named = name(scan, shots, NONE, at(scan, 21), " Ada  L. ")
    assert [track.name for track in tracks_of(scan, shots, named)] == [None, "Ada L."]
    again = name(scan, shots, named, at(scan, 1), "Bea")
    assert [track.name for track in tracks_of(scan, shots, again)] == [None, "Bea"]
    assert name(scan, shots, again, at(scan, 33), " ") == NONE


def test_what_was_said_of_a_track_stays_when_cuts_are_found_otherwise(scan: Observations) -> None:
    """Each part of a track that was left out is left out, and has its name, wherever cuts are; and whole again."""
    shots = shots_between(scan)
    made = name(scan, shots, leave_out(scan, shots, NONE, at(scan, 0), True), at(scan, 0), "Poster")
    finer = tracks_of(scan, shots_between(scan, 140, 260, 400), made)
    assert {(track.name, track.left_out) for track in finer if scan.faces[track.faces[0]].box[0] < 160} == {
        ("Poster", True)
    }
    assert {(track.name, track.left_out) for track in finer if scan.faces[track.faces[0]].box[0] > 160} == {
        (None, False)
    }
    assert leave_out(scan, shots, name(scan, shots, made, at(scan, 4), ""), at(scan, 4), False) == NONE


def test_what_was_said_of_a_track_stays_in_another_scan() -> None:
    """Of a scan with other sampled frames, and of one that was filled up."""
    scan, _ = scan_of([A, B], 40)
    out = leave_out(scan, shots_between(scan), NONE, at(scan, 0), True)
    other = replace(
        scan,
        samples=tuple(replace(sample, frame=sample.frame + 5) for sample in scan.samples),
        faces=tuple(replace(face, sample_frame=face.sample_frame + 5) for face in scan.faces),
    )
    assert [track.left_out for track in tracks_of(other, shots_between(other), out)] == [True, False]
    assert ineffective(other, shots_between(other), out) == ()
    fewer, _ = scan_of([B], 40)
    assert len(ineffective(fewer, shots_between(fewer), out)) == len(out.left_out)
    assert not any(track.left_out for track in tracks_of(fewer, shots_between(fewer), out))


def test_what_was_said_of_a_track_stays_where_few_frames_are_sampled(scan: Observations) -> None:
    """Its ends lie up to a sampling step from the sampled frames: four seconds here."""
    made = leave_out(scan, shots_between(scan), NONE, at(scan, 0), True)
    kept = [sample.frame for sample in scan.samples][::8]
    faces = [face for face in scan.faces if face.sample_frame in kept]
    seldom = replace(
        scan,
        scan_settings=replace(scan.scan_settings, samples_per_second=Fraction(25, 8 * STEP)),
        samples=scan.samples[::8],
        faces=tuple(replace(face, id=i) for i, face in enumerate(faces)),
        expressions=tuple(Expression(i, scan.expressions[face.id].logits) for i, face in enumerate(faces)),
    )
    assert ineffective(seldom, shots_between(seldom), made) == ()
    assert {track.left_out for track in tracks_of(seldom, shots_between(seldom), made) if track.anchor.x > 0.5} == {
        False
    }


def test_a_track_is_split_and_joined_again(scan: Observations) -> None:
    """A join of what was split takes the split back, and the other way round."""
    shots = shots_between(scan)
    parts = split(scan, shots, NONE, at(scan, 20))
    assert lengths(tracks_of(scan, shots, parts)) == [10, 40, 30]
    assert join(scan, shots, parts, at(scan, 4), at(scan, 60)) == NONE


def test_two_tracks_of_one_person_are_joined() -> None:
    """With the name of the earlier one; the other person's track stays."""
    away = Moving("a", steady(80, seen=[*range(8), *range(20, 40)]), 1)
    scan, _ = scan_of([away, B], 40)
    shots = shots_between(scan)
    assert lengths(tracks_of(scan, shots)) == [8, 40, 20]
    last = scan.faces[-2]
    named = name(scan, shots, NONE, at(scan, 0), "Ada")
    joined = join(scan, shots, named, anchor_of(scan, last), at(scan, 0))
    tracks = tracks_of(scan, shots, joined)
    assert [(len(track.faces), track.name) for track in tracks] == [(28, "Ada"), (40, None)]
    seam = next(row for row in tracks[0].faces if scan.faces[row].sample_frame == 20 * STEP)
    assert split(scan, shots, joined, at(scan, seam)) == named
    assert len(ineffective(scan, shots_between(scan, 15 * STEP), joined)) == 1


def test_impossible_corrections_are_refused(scan: Observations) -> None:
    """The message says why, and nothing is changed."""
    shots = shots_between(scan, 240)
    tries: dict[str, Callable[[], FaceCorrections]] = {
        "no face at that place": lambda: leave_out(scan, shots, NONE, FaceAnchor(0, 0.5, 0.1), True),
        "first face": lambda: split(scan, shots, NONE, at(scan, 0)),
        "two persons": lambda: join(scan, shots, NONE, at(scan, 0), at(scan, 1)),
        "different shots": lambda: join(scan, shots, NONE, at(scan, 0), at(scan, 60)),
        "one track already": lambda: join(scan, shots, NONE, at(scan, 0), at(scan, 4)),
        "can be shown": lambda: name(scan, shots, NONE, at(scan, 0), "a\u0000"),
    }
    for words, attempt in tries.items():
        with pytest.raises(CorrectionError, match=words):
            attempt()
