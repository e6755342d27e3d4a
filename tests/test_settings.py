"""Settings: ranges, and storage."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from emotion_core.errors import SettingsError
from emotion_core.settings import (
    DEFAULT_THRESHOLDS,
    DETECTORS,
    FOR_NEW_FILMS,
    FaceLimits,
    ReportSettings,
    ScanSettings,
    ShotSettings,
    digest,
    report_from_json,
    scan_from_json,
    shots_from_json,
    to_json,
)

NAN = math.nan

OUTSIDE: list[tuple[type[Any], dict[str, Any], str]] = [
    # what, a value outside its range, a word of what is allowed
    (ScanSettings, {"samples_per_second": Fraction(0)}, "to 60"),
    (ScanSettings, {"samples_per_second": Fraction(-1)}, "to 60"),
    (ScanSettings, {"samples_per_second": Fraction(61)}, "to 60"),
    (ScanSettings, {"min_scene_samples": -1}, "0 to 20"),
    (ScanSettings, {"min_scene_samples": 21}, "0 to 20"),
    (ScanSettings, {"min_face_px": 15}, "16 to 1024"),
    (ScanSettings, {"min_face_px": 1025}, "16 to 1024"),
    (ScanSettings, {"detection_width": 100}, "160 to 4096"),
    (ScanSettings, {"crop_scale": 0.9}, "1 to 3"),
    (ScanSettings, {"crop_scale": NAN}, "1 to 3"),
    (ScanSettings, {"batch": 0}, "1 to 256"),
    (ScanSettings, {"track": 0}, "1 to 64"),
    (ScanSettings, {"track": 65}, "1 to 64"),
    (ScanSettings, {"engine": "cuda"}, "default, fastest, torch, "),
    (ShotSettings, {"detector": "magic"}, "adaptive, content"),
    (ShotSettings, {"threshold": -1.0}, "0 to 255"),
    (ShotSettings, {"threshold": NAN}, "0 to 255"),
    (ShotSettings, {"min_scene_frames": 0}, "1 to"),
    (ShotSettings, {"held_seconds": 0.1}, "0.2 to 600"),
    (ShotSettings, {"held_seconds": NAN}, "0.2 to 600"),
    (ShotSettings, {"cuts": ((5, ""), (5, ""))}, "Sort"),
    (ShotSettings, {"cuts": ((5, ""), (4, ""))}, "Sort"),
    (ShotSettings, {"cuts": ((-1, ""),)}, "Sort"),
    (ReportSettings, {"min_face_score": 1.1}, "0 to 1"),
    (ReportSettings, {"coverage_floor": -0.1}, "0 to 1"),
    (ReportSettings, {"confidence": 0.4}, "0.5 to 0.99"),
    (ReportSettings, {"confidence": 1.0}, "0.5 to 0.99"),
    (ReportSettings, {"resamples": 99}, "100 to"),
    (ReportSettings, {"temperature": 0.0}, "0.05 to 20"),
    (ReportSettings, {"temperature": NAN}, "0.05 to 20"),
]

SETTINGS = [
    ScanSettings(),
    ScanSettings(samples_per_second=Fraction(5, 3), checkpoint="a/b", engine="torch", batch=3, crop_scale=1.5, track=2),
    ReportSettings(),
    ReportSettings(
        shots=ShotSettings(detector="cuts", cuts=((0, "Küche, „Tag“"), (12, ""))), temperature=1.3, coverage_floor=0.0
    ),
    ReportSettings(shots=ShotSettings(detector="cuts", cuts=((3, ""),), cut_notes=("It begins at 01:00:00:00.", "Ä"))),
    ShotSettings(detector="hash", threshold=0.4, min_scene_frames=1),
]


@pytest.mark.parametrize(("kind", "values", "allowed"), OUTSIDE, ids=[str(v) for _, v, _ in OUTSIDE])
def test_a_value_outside_its_range_is_refused(kind: type[Any], values: dict[str, Any], allowed: str) -> None:
    """A value outside its range is refused with the value and what is allowed."""
    with pytest.raises(SettingsError) as refusal:
        kind(**values)
    assert allowed in str(refusal.value)
    (value,) = values.values()
    assert "cuts" in values or str(value) in refusal.value.problem


@pytest.mark.parametrize("settings", SETTINGS)
def test_settings_go_to_disk_and_back(settings: ScanSettings | ReportSettings | ShotSettings) -> None:
    """Settings survive JSON unchanged, with fractions and names."""
    text = json.dumps(to_json(settings))
    back = {ScanSettings: scan_from_json, ReportSettings: report_from_json, ShotSettings: shots_from_json}
    assert back[type(settings)](json.loads(text)) == settings


def test_a_digest_names_its_settings() -> None:
    """Equal settings have one digest and any other value another one."""
    assert digest(ScanSettings()) == digest(ScanSettings(samples_per_second=Fraction(4, 2)))
    others: list[ScanSettings] = [
        ScanSettings(samples_per_second=Fraction(3)),
        ScanSettings(min_scene_samples=2),
        ScanSettings(min_face_px=33),
        ScanSettings(detection_width=641),
        ScanSettings(crop_scale=1.16),
        ScanSettings(batch=15),
        ScanSettings(engine="torch"),
        ScanSettings(checkpoint="embedded"),
        ScanSettings(reuse_equal_crops=False),
        ScanSettings(track=1),
    ]
    assert len({digest(settings) for settings in (ScanSettings(), *others)}) == len(others) + 1
    assert len(digest(ScanSettings())) == 16


def test_scans_from_before_read_every_crop() -> None:
    """Scan settings older than the reuse of equal crops are read as not reusing them."""
    stored = to_json(ScanSettings())
    del stored["reuse_equal_crops"]
    assert scan_from_json(stored) == ScanSettings(reuse_equal_crops=False)


def test_scans_from_before_levelled_no_face() -> None:
    """Scan settings older than levelling have the digest that they had, and are read as not levelling."""
    old = ScanSettings(level_faces=False)
    assert "level_faces" not in to_json(old)
    assert scan_from_json(to_json(old)) == old
    assert digest(old) != digest(ScanSettings())


def test_settings_from_before_a_list_had_notes_are_the_same() -> None:
    """Settings older than cut-list notes have none, and the same digest as before."""
    stored = {"detector": "cuts", "threshold": None, "min_scene_frames": 15, "cuts": [[0, "One"], [3, "Two"]]}
    settings = shots_from_json(stored)
    assert settings == ShotSettings(detector="cuts", cuts=((0, "One"), (3, "Two")))
    assert to_json(settings) == {**stored, "held_seconds": 1.2, "cuts": ((0, "One"), (3, "Two"))}
    assert digest(settings) != digest(replace(settings, cut_notes=("A note.",)))


def test_every_detector_has_a_threshold_but_a_cut_list() -> None:
    """Each detector has a default threshold; a cut list by hand needs none."""
    assert set(DETECTORS) - set(DEFAULT_THRESHOLDS) == {"cuts"}


def test_reports_from_before_have_the_usual_hold() -> None:
    """Report settings older than held_seconds have its default."""
    stored = to_json(ReportSettings())
    del stored["shots"]["held_seconds"]
    assert report_from_json(stored) == ReportSettings()


def test_equal_settings_of_other_numbers_keep_their_own_digests() -> None:
    """A digest is kept for one object: 30 and 30.0 are equal settings, but two texts of JSON."""
    whole, fraction = ReportSettings(scene_window=30), ReportSettings(scene_window=30.0)
    assert whole == fraction
    assert digest(whole) == digest(whole)
    assert digest(whole) != digest(fraction)
    assert digest(ReportSettings()) == digest(fraction)


@pytest.mark.parametrize("given", [{"max_yaw": 91}, {"max_misfit": -0.1}, {"max_clipped": float("nan")}])
def test_limits_of_faces_beyond_their_range_are_refused(given: dict[str, Any]) -> None:
    """A limit that no face can have is refused with its range."""
    with pytest.raises(SettingsError, match="It goes from 0 to"):
        FaceLimits(**given)


def test_settings_without_limits_of_faces_are_stored_as_before_there_were_any() -> None:
    """Settings that limit nothing have the JSON of versions without limits; stored ones without any limit nothing."""
    assert "face_limits" not in to_json(ReportSettings())
    assert report_from_json(to_json(ReportSettings())).face_limits == FaceLimits()
    assert not FaceLimits()


def test_limits_of_faces_are_kept() -> None:
    """Limits come back from JSON as they were, named ones only."""
    stored = json.loads(json.dumps(to_json(FOR_NEW_FILMS)))
    assert report_from_json(stored) == FOR_NEW_FILMS
    assert "max_pitch" not in stored["face_limits"]
    assert digest(FOR_NEW_FILMS) != digest(ReportSettings())
