"""What a later version of the program wrote, told from what is damaged: it names fields or choices of its own.

What is later is left as it is, and is opened with the version that wrote it. Every function takes any JSON value.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

from ..corrections import MARKS, Corrections
from ..errors import LaterVersion
from ..settings import DETECTORS, ENGINES, ReportSettings, ScanSettings, ScenesAre, ShotSettings

ADVICE = "Open the library with that version. Here it is left as it is."


def refused(what: str) -> LaterVersion:
    """What is said of something that a later version wrote; `what` begins a sentence."""
    return LaterVersion(f"{what} was written by a later version of this program.", ADVICE)


def refuse(what: str, is_later: bool) -> None:
    """Raise LaterVersion where it is."""
    if is_later:
        raise refused(what)


def scan_settings(told: Any) -> bool:
    """Whether scan settings, as JSON, are of a later version."""
    return _names_more(told, ScanSettings) or _chooses_more(told, "engine", ENGINES)


def report_settings(told: Any) -> bool:
    """Whether report settings, as JSON, are of a later version."""
    if not isinstance(told, dict):
        return False
    shots, made = told.get("shots"), told.get("corrections")
    return (
        _names_more(told, ReportSettings)
        or _chooses_more(told, "scenes_are", get_args(ScenesAre))
        or _names_more(shots, ShotSettings)
        or _chooses_more(shots, "detector", DETECTORS)
        or _names_more(made, Corrections)
        or _marks_more(made)
    )


def media(told: Any) -> bool:
    """Whether a film's facts, as JSON, are of a later version."""
    from ..media.media import Media, OtherBars, Stamps  # here: it brings numpy, and a process may be yet to be confined

    if not isinstance(told, dict):
        return False
    bars = told.get("other_bars")
    return (
        _names_more(told, Media)
        or _chooses_more(told, "stamps", get_args(Stamps))
        or any(_names_more(one, OtherBars) for one in (bars if isinstance(bars, list) else ()))
    )


def header(told: Any, known: int) -> bool:
    """Whether an analysis' scan.json, as JSON, is of a later version; `known` is the newest layout known here."""
    from .observations import CheckpointIdentity, EngineIdentity

    if not isinstance(told, dict):
        return False
    layout = told.get("format")
    return (
        (isinstance(layout, int) and layout > known)
        or media(told.get("media"))
        or scan_settings(told.get("scan_settings"))
        or _names_more(told.get("checkpoint"), CheckpointIdentity)
        or _names_more(told.get("engine"), EngineIdentity)
    )


def _names_more(told: Any, record: type) -> bool:
    """Whether a record has fields that `record` has not."""
    return isinstance(told, dict) and bool(told.keys() - {field.name for field in fields(record)})


def _chooses_more(told: Any, name: str, known: tuple[str, ...]) -> bool:
    """Whether a field is a word that is none of those to choose from."""
    word = told.get(name) if isinstance(told, dict) else None
    return isinstance(word, str) and word not in known


def _marks_more(told: Any) -> bool:
    marks = told.get("marks") if isinstance(told, dict) else None
    pairs = [pair for pair in (marks if isinstance(marks, list) else ()) if isinstance(pair, list) and len(pair) == 2]
    return any(isinstance(mark, str) and mark not in MARKS for _, mark in pairs)
