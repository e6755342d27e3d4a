"""Tracks in an analysis: what the editor leaves out, and what a scene's shares are a mean of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.analysis import analyse, summarize_range, sums_by_frame, tracks_in
from emotion_core.face_corrections import FaceAnchor, FaceCorrections
from emotion_core.observations import Observations
from emotion_core.scenes import shots_of
from emotion_core.settings import FacesWeigh, ReportSettings
from emotion_core.tracks.editing import leave_out, name
from tests.support.moving_faces import STEP, Moving, scan_of, steady
from tests.support.scans import by_cuts

NONE = FaceCorrections()
HAPPY, SAD = 0.8, 0.1
CUTS = (STEP * 8, STEP * 16)


@pytest.fixture
def scan() -> Observations:
    """Three scenes of eight sampled frames. One is in all of them, happy; a poster, never happy, in the first two."""
    people = [
        Moving("one", steady(80), 1, HAPPY),
        Moving("poster", steady(240, side=80, seen=range(14)), 2, SAD),
    ]
    return scan_of(people, 24)[0]


def settings(weigh: FacesWeigh = "faces", faces: FaceCorrections = NONE) -> ReportSettings:
    return by_cuts(*CUTS, faces_weigh=weigh, faces=faces)


def poster_out(scan: Observations) -> FaceCorrections:
    """The poster of the first scene left out."""
    return leave_out(scan, shots_of(scan, settings().shots), NONE, FaceAnchor(0, 0.75, 0.5), True)


def happy(scan: Observations, made: ReportSettings) -> list[float]:
    index = scan.checkpoint.labels.index("happy")
    return [round(row.shares[index], 4) for row in analyse(scan, made).scenes if row.shares is not None]


def test_what_is_left_out_does_not_count_and_is_counted(scan: Observations) -> None:
    """Its faces are under the editor's rule, its person is none, and notes say so."""
    before, after = analyse(scan, settings()), analyse(scan, settings(faces=poster_out(scan)))
    assert [row.left_out.by_editor for row in after.scenes] == [8, 0, 0]
    assert (before.scenes[0].people, after.scenes[0].people) == (2.0, 1.0)
    assert after.scenes[0].faces == 8
    assert any("8 left out by the editor" in note for note in after.notes)
    assert happy(scan, settings(faces=poster_out(scan)))[0] == HAPPY
    assert "by_editor" not in before.left_out.to_json()
    assert after.left_out.to_json()["by_editor"] == 8


@pytest.mark.parametrize("weigh", ["faces", "screen time", "tracks"])
def test_leaving_out_a_track_changes_exactly_its_scenes(scan: Observations, weigh: FacesWeigh) -> None:
    """The rows of all other scenes are the same objects as before; what is computed anew is as from scratch."""
    before = analyse(scan, settings(weigh))
    made = settings(weigh, poster_out(scan))
    after = analyse(scan, made, earlier=before)
    assert after.scenes == analyse(scan, made).scenes
    changed = [a.shares is not b.shares for a, b in zip(before.scenes, after.scenes, strict=True)]
    assert changed == [True, False, False]
    back = analyse(scan, settings(weigh), earlier=after)
    assert back.scenes == before.scenes


def test_a_name_changes_no_scene(scan: Observations) -> None:
    """Nor does it compute one."""
    before = analyse(scan, settings())
    named = name(scan, shots_of(scan, settings().shots), NONE, FaceAnchor(0, 0.25, 0.5), "Ada")
    after = analyse(scan, settings(faces=named), earlier=before)
    assert all(a.shares is b.shares for a, b in zip(before.scenes, after.scenes, strict=True))
    assert [track.name for track in tracks_in(after)] == ["Ada", None, None, None, None]


def test_shares_are_means_of_what_was_chosen(scan: Observations) -> None:
    """Of faces, of seconds on screen, or of tracks: the poster is twice as large, and 6 of 8 frames of scene 2."""
    assert happy(scan, settings("faces"))[:2] == pytest.approx(
        [(HAPPY + 2 * SAD) / 3, (8 * HAPPY + 12 * SAD) / 20], abs=1e-3
    )
    assert happy(scan, settings("tracks"))[:2] == pytest.approx([(HAPPY + SAD) / 2] * 2, abs=1e-3)
    seconds = [8 * 0.48, 6 * 0.48 - 0.24]  # the poster's first frame has nothing before it
    share = (seconds[0] * HAPPY + seconds[1] * SAD) / sum(seconds)
    assert happy(scan, settings("screen time"))[1] == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("weigh", ["faces", "screen time", "tracks"])
def test_all_readings_weigh_alike(scan: Observations, weigh: FacesWeigh) -> None:
    """A scene's frames, and a range that is exactly a scene, have the scene's shares."""
    made = settings(weigh, poster_out(scan))
    analysis = analyse(scan, made)
    sums = sums_by_frame(analysis)
    for index, row in enumerate(analysis.scenes):
        own = sums.scenes == index
        assert tuple(sums.sums[own].sum(axis=0) / sums.weights[own].sum()) == pytest.approx(row.shares)
        assert summarize_range(analysis, row.scene.frame_in, row.scene.frame_out).shares == row.shares
        assert int(sums.faces[own].sum()) == row.faces


def test_intervals_resample_tracks() -> None:
    """Where persons differ and each is steady, resampled tracks differ more than resampled frames."""
    people = [Moving(str(i), steady(30 + 60 * i, side=30), i, happy) for i, happy in enumerate((0.1, 0.3, 0.6, 0.85))]
    scan, _ = scan_of(people, 12)
    index = scan.checkpoint.labels.index("happy")
    widths = {}
    for weigh in ("faces", "tracks"):
        (row,) = analyse(scan, by_cuts(faces_weigh=weigh)).scenes
        assert row.intervals is not None
        low, high = row.intervals[index]
        assert row.shares is not None
        assert low <= row.shares[index] <= high
        widths[weigh] = high - low
    assert widths["tracks"] > 0.2 > widths["faces"]
    single, _ = scan_of(people[:1], 12)
    (row,) = analyse(single, by_cuts(faces_weigh="tracks")).scenes
    assert row.intervals is not None
    assert row.intervals[index][1] - row.intervals[index][0] < 0.01
    short, _ = scan_of(people, 2)
    assert analyse(short, by_cuts(faces_weigh="tracks")).scenes[0].intervals is None


def test_corrections_without_a_face_are_kept_and_named(scan: Observations) -> None:
    """They change nothing, and a note says so."""
    lost = FaceCorrections(left_out=(FaceAnchor(0, 0.5, 0.05), FaceAnchor(10**6, 0.5, 0.5)))
    made = analyse(scan, settings(faces=lost))
    assert made.scenes == analyse(scan, settings()).scenes
    assert any("face at frame 0 left out" in note for note in made.notes)
    assert replace(made.report_settings, faces=NONE) == settings()
