"""Faces that cannot be read well are left out, each under one rule, by limits that are settings."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.analysis import analyse, unusable_because
from emotion_core.analysis.readable_faces import unreadable
from emotion_core.faces import Light
from emotion_core.library import Library
from emotion_core.observations import Face, FaceArrays, Observations
from emotion_core.report import json_bytes, scene_csv
from emotion_core.settings import RECOMMENDED, FaceLimits, ReportSettings, ShotSettings
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.heads import landmarks

GOOD = Face(0, 0, (150.0, 40.0, 80.0, 110.0), tuple(landmarks(0, 0, 0)), 0.9, 0.4, Light(120, 2, 1))
PICTURE = (0, 0, 640, 480)


def misplaced() -> tuple[float, ...]:
    points = list(GOOD.landmarks)
    points[6:8] = [points[2] + 5, points[3] + 5]
    return tuple(points)


TURNED, UP, TILTED = (
    replace(GOOD, landmarks=tuple(landmarks(*pose))) for pose in ((65, 0, 0), (0, 30, 0), (0, 0, -40))
)
DARK, CLIPPED = (replace(GOOD, light=Light(*light)) for light in ((9, 80, 0), (99, 30, 40)))
FACES = {
    "turned": (TURNED, FaceLimits(max_yaw=50), "turned away (65°, at most 50°)"),
    "up": (UP, FaceLimits(max_pitch=20), "looking up (30°, at most 20°)"),
    "tilted": (TILTED, FaceLimits(max_roll=30), "tilted (40°, at most 30°)"),
    "misplaced": (replace(GOOD, landmarks=misplaced()), FaceLimits(max_misfit=0.12), "eyes, nose and mouth not where"),
    "blurred": (replace(GOOD, sharpness=0.05), FaceLimits(min_sharpness=0.1), "blurred (sharpness 0.05, at least 0.1"),
    "badly_lit": (DARK, FaceLimits(min_brightness=20), "dark (brightness 9, at least 20)"),
    "clipped": (CLIPPED, FaceLimits(max_clipped=60), "black or white (70 %, at most 60 %)"),
}


@pytest.mark.parametrize("name", FACES)
def test_each_limit_leaves_out_faces_beyond_it(name: str) -> None:
    """A face beyond a limit is left out with the reason beside it; a good one is not, and without the limit neither."""
    face, limits, why = FACES[name]
    rule = {"up": "turned", "clipped": "badly_lit"}.get(name, name)
    assert unreadable(FaceArrays.of([face, GOOD]), limits) == [rule, None]
    assert (unusable_because(face, ReportSettings(face_limits=limits), PICTURE) or "").startswith(why)
    assert unreadable(FaceArrays.of([face, GOOD]), FaceLimits()) == [None, None]
    assert unusable_because(face, ReportSettings(), PICTURE) is None


def test_what_was_not_measured_leaves_nothing_out() -> None:
    """A face of an older scan, or with landmarks on one place, is not left out for what nobody knows."""
    unknown = replace(GOOD, landmarks=(7.0,) * 10, sharpness=None, light=None)
    assert unreadable(FaceArrays.of([unknown]), replace(RECOMMENDED, max_pitch=1, max_roll=1)) == [None]


@pytest.fixture
def film(tmp_path: Path) -> tuple[Observations, ShotSettings]:
    """A film of two scenes; in the first one face of four is turned away, in the second one of four is blurred."""
    library = Library.open(tmp_path)
    added = library_builder.film(library, CARPHONE, ["happy", "sad"])
    seen = library.analysis(added.id).observations
    changed = {2: {"landmarks": tuple(landmarks(70, 0, 0))}, 6: {"sharpness": 0.02}}
    shots = library.report_settings(added.id).shots
    faces = tuple(replace(face, **changed.get(face.id, {})) for face in seen.faces)  # type: ignore[arg-type]
    return replace(seen, faces=faces), shots


def test_faces_are_counted_by_rule(film: tuple[Observations, ShotSettings]) -> None:
    """Scenes, notes, CSV and JSON count the faces that a limit leaves out; without limits they name no such rule."""
    seen, shots = film
    off = analyse(seen, ReportSettings(shots=shots))
    on = analyse(seen, ReportSettings(shots=shots, face_limits=RECOMMENDED))
    assert [row.faces - other.faces for row, other in zip(off.scenes, on.scenes, strict=True)] == [1, 1]
    assert [(row.left_out.turned, row.left_out.blurred) for row in on.scenes] == [(1, 0), (0, 1)]
    assert [row.people for row in on.scenes] == [row.people for row in off.scenes]
    notes = " ".join(on.notes)
    assert "1 turned away (by more than 50°)" in notes
    assert "1 blurred (sharpness below 0.1)" in notes
    assert "7 of 8 faces were read before sharpness and light were measured" in notes
    assert b"left_out_turned" in scene_csv(on)
    assert b"left_out_turned" not in scene_csv(off)
    written = json.loads(json_bytes(on))
    assert written["faces_left_out"]["turned"] == 1
    assert written["report_settings"]["face_limits"]["max_yaw"] == 50
    assert set(json.loads(json_bytes(off))["faces_left_out"]) == {"too_small", "unsure", "cut"}
