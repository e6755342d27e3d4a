"""Corrections of faces: what is stored, and what is refused."""

from __future__ import annotations

import json
import math

import pytest

from emotion_core.errors import EmotionError
from emotion_core.face_corrections import (
    FaceAnchor,
    FaceCorrections,
    as_list,
    describe,
    from_json,
    plain_name,
    to_json,
    without_correction,
)
from emotion_core.observations import later_version
from emotion_core.settings import ReportSettings, digest, report_from_json, to_json as settings_to_json

A, B, C = FaceAnchor(0, 0.25, 0.5), FaceAnchor(12, 0.3, 0.5), FaceAnchor(50, 0.75, 0.4)
ALL = FaceCorrections(left_out=(C,), joined=((A, B),), split=(B,), names=((A, "Ada"), (C, "Bob <b>")))


def test_corrections_are_stored_as_they_are() -> None:
    """Settings with corrections of faces come back equal from their JSON; those without are as they were before."""
    settings = ReportSettings(faces=ALL, faces_weigh="tracks")
    stored = json.loads(json.dumps(settings_to_json(settings)))
    assert report_from_json(stored) == settings
    assert from_json(json.loads(json.dumps(to_json(ALL)))) == ALL
    assert not {"faces", "faces_weigh"} & settings_to_json(ReportSettings()).keys()
    assert digest(settings) != digest(ReportSettings())


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"left_out": [[5, 0.5]]}, "frame, and x and y"),
        ({"left_out": [[-1, 0.5, 0.5]]}, "whole number"),
        ({"left_out": [[1, 9, 0.5]]}, "-1 to 2"),
        ({"left_out": [[1, math.nan, 0.5]]}, "Write a number"),
        ({"left_out": [[1, 0.5, 0.5], [1, 0.5, 0.5]]}, "each once"),
        ({"split": [[2, 0.5, 0.5], [1, 0.5, 0.5]]}, "ascend"),
        ({"joined": [[[2, 0.5, 0.5], [1, 0.5, 0.5]]]}, "earlier one first"),
        ({"names": [[[1, 0.5, 0.5], ""]]}, "can be shown"),
        ({"names": [[[1, 0.5, 0.5], "a\u0007"]]}, "can be shown"),
        ({"names": [[[1, 0.5, 0.5], "a" * 201]]}, "at most 200"),
        ({"names": [[[1, 0.5, 0.5], "a"], [[1, 0.5, 0.5], "b"]]}, "Give it one"),
    ],
)
def test_bad_corrections_are_refused(fields: dict[str, object], word: str) -> None:
    """The message says what is allowed."""
    with pytest.raises(EmotionError) as error:
        from_json({"left_out": [], "joined": [], "split": [], "names": [], **fields})
    assert word in str(error.value)


def test_each_correction_can_be_taken_back() -> None:
    """The list has every correction once, in words, and removing all of them leaves none."""
    entries = as_list(ALL)
    assert len(entries) == len(ALL) == len({describe(entry) for entry in entries})
    rest = ALL
    for entry in entries:
        assert len(without_correction(rest, entry)) == len(rest) - 1
        rest = without_correction(rest, entry)
    assert not rest


def test_names_are_made_plain() -> None:
    """Runs of white space become one space."""
    assert plain_name("  Ada \n Lovelace ") == "Ada Lovelace"


def test_corrections_of_a_later_version_are_known() -> None:
    """A field of corrections, or a way to weigh, that this version does not know is a later version's."""
    stored = json.loads(json.dumps(settings_to_json(ReportSettings(faces=ALL, faces_weigh="tracks"))))
    assert not later_version.report_settings(stored)
    assert later_version.report_settings({**stored, "faces_weigh": "mood"})
    assert later_version.report_settings({**stored, "faces": {**stored["faces"], "hidden": []}})
