"""Recognise what a later version of the program wrote: it has fields or choices that this version does not know.

Such data is left as it is, to be opened with the version that wrote it. It is not damaged. Every predicate takes any
JSON value.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from ..annotations import Annotations, Note, Target
from ..corrections import MARKS, Corrections
from ..errors import LaterVersion
from ..face_corrections import FaceCorrections
from ..settings import DETECTORS, ENGINES, FaceLimits, FacesWeigh, ReportSettings, ScanSettings, ScenesAre, ShotSettings

ADVICE = "Open the library with that version. Here it is left as it is."


def refusal(subject: str) -> LaterVersion:
    """The error about something that a later version wrote; `subject` begins the sentence."""
    return LaterVersion(f"{subject} was written by a later version of this program.", ADVICE)


def raise_if_later(subject: str, is_later: bool) -> None:
    """Raise `refusal(subject)` where `is_later`."""
    if is_later:
        raise refusal(subject)


def scan_settings(value: Any) -> bool:
    """Whether a later version wrote these scan settings."""
    return _has_unknown_fields(value, ScanSettings) or _has_unknown_choice(value, "engine", ENGINES)


def report_settings(value: Any) -> bool:
    """Whether a later version wrote these report settings."""
    if not isinstance(value, dict):
        return False
    shots, corrections, annotations = (value.get(name) for name in ("shots", "corrections", "annotations"))
    return (
        _has_unknown_fields(value, ReportSettings)
        or _has_unknown_choice(value, "scenes_are", get_args(ScenesAre))
        or _has_unknown_choice(value, "faces_weigh", get_args(FacesWeigh))
        or _has_unknown_fields(value.get("faces"), FaceCorrections)
        or _has_unknown_fields(value.get("face_limits"), FaceLimits)
        or _has_unknown_fields(shots, ShotSettings)
        or _has_unknown_choice(shots, "detector", DETECTORS)
        or _has_unknown_fields(corrections, Corrections)
        or _has_unknown_marks(corrections)
        or _has_unknown_fields(annotations, Annotations)
        or _has_longer_entries(annotations)
    )


def media(value: Any) -> bool:
    """Whether a later version wrote these facts of a film."""
    from ..media import Media, OtherBars, Stamps  # here: it imports NumPy, before which a process is confined

    if not isinstance(value, dict):
        return False
    bars = value.get("other_bars")
    return (
        _has_unknown_fields(value, Media)
        or _has_unknown_choice(value, "stamps", get_args(Stamps))
        or any(_has_unknown_fields(bar, OtherBars) for bar in (bars if isinstance(bars, list) else ()))
    )


def header(value: Any, newest: int) -> bool:
    """Whether a later version wrote this scan.json; `newest` is the newest layout that this version reads."""
    from .observations import CheckpointIdentity, EngineIdentity

    if not isinstance(value, dict):
        return False
    layout = value.get("format")
    return (
        (isinstance(layout, int) and layout > newest)
        or media(value.get("media"))
        or scan_settings(value.get("scan_settings"))
        or _has_unknown_fields(value.get("checkpoint"), CheckpointIdentity)
        or _has_unknown_fields(value.get("engine"), EngineIdentity)
    )


def _has_unknown_fields(value: Any, record: type) -> bool:
    return isinstance(value, dict) and bool(value.keys() - {field.name for field in fields(record)})


def _has_unknown_choice(value: Any, name: str, choices: tuple[str, ...]) -> bool:
    """Whether the field `name` is a word that is none of `choices`."""
    word = value.get(name) if isinstance(value, dict) else None
    return isinstance(word, str) and word not in choices


def _has_unknown_marks(corrections: Any) -> bool:
    marks = corrections.get("marks") if isinstance(corrections, dict) else None
    pairs = [pair for pair in (marks if isinstance(marks, list) else ()) if isinstance(pair, list) and len(pair) == 2]
    return any(isinstance(mark, str) and mark not in MARKS for _, mark in pairs)


def _has_longer_entries(annotations: Any) -> bool:
    """Whether notes or targets have more fields than this version knows."""
    return isinstance(annotations, dict) and any(
        isinstance(entry, list) and len(entry) > len(record._fields)
        for name, record in (("notes", Note), ("targets", Target))
        if isinstance(entries := annotations.get(name), list)
        for entry in entries
    )
