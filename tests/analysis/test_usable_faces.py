"""Which faces count for a report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emotion_core.analysis import Analysis, analyse, disk_cache, usable_faces
from emotion_core.analysis.usable_faces import fingerprint_of, left_out_by, unusable_because
from emotion_core.faces import open_detector
from emotion_core.library import Library
from emotion_core.observations import Face
from emotion_core.settings import ReportSettings
from tests.support import library_builder
from tests.support.clips import CARPHONE, man
from tests.support.scans import Box

EDGES: list[tuple[Box, float, str | None]] = [
    # box on a picture of 320 x 240 whose landmarks lie outside, detector score, a word of why it is not usable; a
    # margin of 3 % of the box's side counts as the edge, since that is how near to it the boxes of cut faces are drawn
    ((1.2, 2.4, 40.0, 80.0), 0.9, None),
    ((278.7, 157.5, 40.0, 80.0), 0.9, None),
    ((1.1, 10.0, 40.0, 80.0), 0.9, "edge"),
    ((10.0, 2.3, 40.0, 80.0), 0.9, "edge"),
    ((278.9, 10.0, 40.0, 80.0), 0.9, "edge"),
    ((10.0, 157.7, 40.0, 80.0), 0.9, "edge"),
    ((-9.0, 10.0, 40.0, 40.0), 0.9, "edge"),
    ((10.0, 10.0, 40.0, 40.0), 0.7, None),
    ((10.0, 10.0, 40.0, 40.0), 0.69, "0.69"),
]

Point = tuple[float, float]
FRONTAL: tuple[Point, ...] = ((130, 90), (190, 90), (160, 120), (138, 150), (182, 150))
"""Eyes, nose tip and mouth corners of a face before the camera, in the middle of a picture of 320 x 240."""

CLOSE_UPS: list[tuple[str, Box, tuple[Point, ...], str | None]] = [
    # what is in the picture of 320 x 240, box, landmarks, a word of why it is not usable; of a cut box the landmarks
    # must lie a tenth of its longer side inside
    ("hair and chin are cut", (90.0, -10.0, 140.0, 260.0), FRONTAL, None),
    ("an ear is cut", (-2.0, 40.0, 140.0, 200.0), ((30, 90), (90, 90), (60, 120), (38, 150), (82, 150)), None),
    ("the box fills all", (-20.0, -30.0, 360.0, 300.0), FRONTAL, None),
    ("eyes 20 px from the edge", (90.0, -40.0, 140.0, 200.0), ((130, 20), (190, 20), (160, 50), (138, 90), (182, 90)),
     None),
    ("eyes nearer", (90.0, -40.0, 140.0, 200.0), ((130, 19.9), (190, 20), (160, 50), (138, 90), (182, 90)), "edge"),
    ("mouth 20 px from the edge", (90.0, 50.0, 140.0, 200.0),
     ((130, 120), (190, 120), (160, 160), (138, 220), (182, 220)), None),
    ("mouth nearer", (90.0, 50.0, 140.0, 200.0), ((130, 120), (190, 120), (160, 160), (138, 220), (182, 220.1)),
     "edge"),
    ("an eye outside", (-60.0, 40.0, 140.0, 200.0), ((-5, 90), (40, 90), (10, 120), (2, 150), (40, 150)), "edge"),
    ("the other eye outside", (240.0, 40.0, 140.0, 200.0), ((280, 90), (325, 90), (300, 120), (285, 150), (318, 150)),
     "edge"),
    ("a whole profile whose nose is near the edge", (5.0, 40.0, 140.0, 160.0),
     ((40, 80), (60, 80), (6, 110), (30, 150), (50, 150)), None),
]  # fmt: skip

BARRED = (0, 30, 320, 180)
"""The picture between letterbox bars of 30 px."""

FRAMED: list[tuple[str, tuple[float, float, float, float], str | None]] = [
    # what of the man's face is in the picture; how far it goes beyond eyes, nose and mouth to the left, above, to the
    # right and below, in shares of the face's height; the rule that leaves him out
    ("all", (0.5, 0.6, 0.5, 0.5), None),
    ("no hair, no chin", (0.5, 0.2, 0.5, 0.2), None),
    ("no ears, no hair, no chin", (0.2, 0.2, 0.2, 0.2), None),
    ("no ear and cheek on one side", (0.5, 0.6, 0.15, 0.5), None),
    ("half the mouth", (0.5, 0.6, 0.5, -0.05), "cut"),
    ("no eyebrows, half the eyes", (0.5, -0.02, 0.5, 0.5), "cut"),
    ("one eye", (-0.2, 0.6, 0.5, 0.5), "cut"),
]


@pytest.mark.parametrize(("box", "score", "why"), EDGES)
def test_what_makes_a_face_usable(box: Box, score: float, why: str | None) -> None:
    """A face counts if the detector is sure enough of it and the frame's edge does not cut it."""
    result = Face(0, 0, box, (0.0,) * 10, score)
    reason = unusable_because(result, ReportSettings(), (0, 0, 320, 240))
    assert reason is None if why is None else reason is not None and why in reason


@pytest.mark.parametrize(("box", "points", "why"), [one[1:] for one in CLOSE_UPS], ids=[one[0] for one in CLOSE_UPS])
def test_a_close_up_is_usable(box: Box, points: tuple[Point, ...], why: str | None) -> None:
    """A face whose eyes, nose and mouth lie well inside the picture counts, though the edge cuts another part."""
    result = Face(0, 0, box, tuple(float(value) for point in points for value in point), 0.9)
    reason = unusable_because(result, ReportSettings(), (0, 0, 320, 240))
    assert reason is None if why is None else reason is not None and why in reason


def test_a_bar_cuts_as_the_edge_does() -> None:
    """Eyes behind or close to a letterbox bar are cut, though they lie inside the frame."""
    eyes_high = Face(0, 0, (90.0, 10.0, 140.0, 190.0), (130, 45, 190, 45, 160, 80, 138, 110, 182, 110), 0.9)
    assert left_out_by(eyes_high, ReportSettings(), (0, 0, 320, 240)) is None
    assert left_out_by(eyes_high, ReportSettings(), BARRED) == "cut"


@pytest.mark.parametrize(("around", "rule"), [one[1:] for one in FRAMED], ids=[one[0] for one in FRAMED])
def test_a_real_close_up_is_judged_by_eyes_nose_and_mouth(
    around: tuple[float, float, float, float], rule: str | None
) -> None:
    """A man whose hair, ears and chin are cut by the frame counts; one whose mouth or eyes are cut does not."""
    detector = open_detector(640, 32)
    whole = next(man(0, 1, 480))
    (result,) = detector.find(whole)
    marks, side = np.array(result.landmarks).reshape(5, 2), max(result.box[2:])
    left, top = (round(v) for v in marks.min(axis=0) - np.array(around[:2]) * side)
    right, bottom = (round(v) for v in marks.max(axis=0) + np.array(around[2:]) * side)
    close = np.ascontiguousarray(whole[max(0, top) : bottom, max(0, left) : right])
    (scan_data,) = detector.find(close)
    face = Face(0, 0, scan_data.box, scan_data.landmarks, scan_data.score)
    assert left_out_by(face, ReportSettings(), (0, 0, close.shape[1], close.shape[0])) == rule


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("BOX_MARGIN = 0.03", "BOX_MARGIN = 0.04"),
        ("shorter_side >=", "shorter_side >"),
        ("face.score >=", "face.score >"),
    ],
)
def test_another_rule_has_another_fingerprint(was: str, becomes: str) -> None:
    """A changed constant or condition changes the fingerprint; comments, docstrings and layout do not."""
    source = usable_faces.source()
    assert was in source
    assert fingerprint_of(source) == usable_faces.fingerprint()
    assert fingerprint_of(source.replace(was, becomes)) != usable_faces.fingerprint()
    plain = source.replace('"""Whether', '"""Tells whether').replace("\n\n\n", "\n\n# A comment.\n\n\n")
    assert plain != source
    assert fingerprint_of(plain) == usable_faces.fingerprint()


def test_reports_of_another_rule_are_not_taken_from_a_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the rule is another one, neither the file nor the memory of an earlier report is used."""
    library = Library.open(tmp_path)
    film = library_builder.film(library, CARPHONE, ["happy", "sad"])
    runs = []

    def counted(*args: Any, **more: Any) -> Analysis:
        runs.append(1)
        return analyse(*args, **more)

    monkeypatch.setattr(disk_cache, "analyse", counted)
    for opened in (library, Library(library.home), library):
        opened.analysis(film.id)
    assert len(runs) == 1
    monkeypatch.setattr(usable_faces, "fingerprint", lambda: "0123456789ab")
    for opened in (library, Library(library.home), library):
        opened.analysis(film.id)
    assert len(runs) == 2
    assert len(list((library.home / "derived").rglob("*-0123456789ab-v*.json"))) == 1
