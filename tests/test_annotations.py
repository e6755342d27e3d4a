"""Notes and targets: what is a record, and their stored form."""

from __future__ import annotations

import json
from typing import Any

import pytest

from emotion_core.annotations import MAX_NOTE_CHARACTERS, Annotations, Note, Target
from emotion_core.errors import CorrectionError, EmotionError
from emotion_core.observations import later_version
from emotion_core.settings import ReportSettings, digest, report_from_json, to_json

WRITTEN = Annotations(
    notes=(Note(0, "About the scene", of_scene=True), Note(0, "Glance\ntwice"), Note(41, "„=1+1“ <b>")),
    targets=(Target(0, "sad"), Target(30, None, 0.0), Target(60, "happy", 0.75)),
)

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"notes": (Note(4, "b"), Note(3, "a"))}, "ascend"),
    ({"notes": (Note(4, "b"), Note(4, "b"))}, "never repeat"),
    ({"notes": (Note(-1, "b"),)}, "from frame 0"),
    ({"notes": (Note(1, ""),)}, "can be shown"),
    ({"notes": (Note(1, " b"),)}, "can be shown"),
    ({"notes": (Note(1, "b\x00"),)}, "can be shown"),
    ({"notes": (Note(1, "b" * (MAX_NOTE_CHARACTERS + 1)),)}, "at most 2,000"),
    ({"targets": (Target(4, "sad"), Target(4, "happy"))}, "never repeat"),
    ({"targets": (Target(4),)}, "expression or an intensity"),
    ({"targets": (Target(4, "sad", 1.01),)}, "0 to 1"),
    ({"targets": (Target(4, None, float("nan")),)}, "0 to 1"),
]


@pytest.mark.parametrize(("fields", "words"), REFUSED, ids=[str(fields)[:60] for fields, _ in REFUSED])
def test_what_is_no_record_is_refused(fields: dict[str, Any], words: str) -> None:
    """Disorder, repetition, texts that cannot be shown and numbers outside their range are refused in words."""
    with pytest.raises(CorrectionError, match=words):
        Annotations(**fields)


def test_they_go_to_disk_and_back() -> None:
    """The stored form gives the same records, and no numbers' digest changes with them."""
    settings = ReportSettings(annotations=WRITTEN)
    assert report_from_json(json.loads(json.dumps(to_json(settings)))) == settings
    assert "annotations" not in to_json(ReportSettings())
    assert digest(settings) != digest(ReportSettings()) == digest(settings.of_numbers)


@pytest.mark.parametrize(
    "stored", [{"notes": [["x", "a", False]], "targets": []}, {"notes": [], "targets": [[1, "sad", 7]]}]
)
def test_a_damaged_form_is_refused(stored: dict[str, Any]) -> None:
    """A frame that is none and an intensity outside its range are refused."""
    with pytest.raises(EmotionError):
        Annotations.from_json(stored)


def test_a_later_form_is_told() -> None:
    """Fields that this version does not know are a later version's, not damage."""
    stored = json.loads(json.dumps(to_json(ReportSettings(annotations=WRITTEN))))
    assert not later_version.report_settings(stored)
    stored["annotations"]["targets"][0].append("colour")
    assert later_version.report_settings(stored)
    assert later_version.report_settings({"annotations": {"curves": []}})


def test_texts_are_made_plain() -> None:
    """Line breaks stay, tabs become spaces, control characters and outer space go; the same note twice is one."""
    once = Annotations().with_note(Note(3, " a\r\nb\tc\x07 "))
    assert once.notes == (Note(3, "a\nb c"),)
    assert once.with_note(Note(3, "a\nb c")) == once
    assert once.without_note(Note(3, "other")) == once


def test_targets_are_set_and_removed() -> None:
    """A target takes the place of its scene's; an empty one removes it."""
    changed = WRITTEN.with_targets([Target(30), Target(10, "fear"), Target(0, None, 0.5)])
    assert changed.targets == (Target(0, None, 0.5), Target(10, "fear"), Target(60, "happy", 0.75))
    assert (changed.by_scene[10], 30 in changed.by_scene) == (Target(10, "fear"), False)


def test_ids_are_exchanged_together() -> None:
    """Targets and notes of scenes get their scenes' new ids at once; one whose new id has a target keeps its own."""
    moved = WRITTEN.with_ids({0: 30, 30: 60, 60: 90})
    assert [target.scene for target in moved.targets] == [30, 60, 90]
    assert moved.notes == (Note(0, "Glance\ntwice"), Note(30, "About the scene", of_scene=True), Note(41, "„=1+1“ <b>"))
    assert [target.scene for target in WRITTEN.with_ids({0: 30}).targets] == [0, 30, 60]
