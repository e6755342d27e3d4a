"""The cache of analyses on disk. It can be deleted at any time and is rebuilt from Observations.

A file's name holds all that the numbers depend on: the settings without annotations, the temperature, the number of
segments, the rule of usable faces and the version of the arithmetic.
"""

from __future__ import annotations

import contextlib
from dataclasses import fields
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import INVALID_DATA_ERRORS, LibraryError
from ..expression.checkpoints import Temperature
from ..observations import Observations
from ..scenes import Scene, Shot, cuts_of, shots_between
from ..settings import ReportSettings, ShotSettings, digest
from ..storage import hashed_json
from ..system.garbage import search_paused
from ..timecode import Span
from .records import Analysis, AnalysisKey, SceneEmotion
from .scene_statistics import analyse
from .usable_faces import LeftOut

CAPACITY = 8
"""Analyses stored for each scan. Each correction adds one, of up to a megabyte."""

FORMAT = 5
"""Version of the arithmetic behind a report and of these files; raise it with each change of either, so that no old
result is taken for a new one. A change of usable_faces needs no new version. Since 5 each file carries its hash."""


def cached_analysis(
    folder: Path,
    observations: Observations,
    segments: int,
    settings: ReportSettings,
    temperature: Temperature,
    earlier: Analysis | None = None,
) -> Analysis:
    """The analysis of `observations`: from `folder` if it is stored there, else computed and stored.

    An `earlier` analysis saves the work for unchanged scenes.
    """
    key = AnalysisKey.of(segments, settings.of_numbers, temperature)
    name = f"{key.settings}-{key.temperature}-{key.segments}-{key.usable_faces}-v{FORMAT}.json"
    file = folder / name
    try:
        with search_paused():
            stored = hashed_json.read(file, allow_unhashed=False)
            scenes = tuple(_row_from_json(row) for row in stored["scenes"])
        return Analysis(observations, settings, scenes, tuple(stored["notes"]), temperature)
    except (OSError, *INVALID_DATA_ERRORS):
        pass  # missing or damaged
    shots = _shots(folder, observations, settings.shots)
    analysis = analyse(observations, settings, temperature=temperature, shots=shots, earlier=earlier)
    _write(file, {"scenes": [_row_to_json(row) for row in analysis.scenes], "notes": analysis.notes})
    _remove_oldest(folder, file)
    return analysis


def _shots(folder: Path, observations: Observations, settings: ShotSettings) -> tuple[Shot, ...]:
    """The shots under `settings`, with the cuts of detectors cached: a correction need not go through every frame."""
    if settings.detector == "cuts":
        cuts = cuts_of(observations, settings)
    else:
        file = folder / f"cuts-{digest(settings)}-v{FORMAT}.json"
        try:
            cuts = tuple(int(cut) for cut in hashed_json.read(file, allow_unhashed=False)["cuts"])
        except (OSError, *INVALID_DATA_ERRORS):
            cuts = cuts_of(observations, settings)
            _write(file, {"cuts": cuts})
    return shots_between(observations, settings, cuts)


def damaged_files(folder: Path) -> list[Path]:
    """The files in `folder` that are not as they were written. Each is computed again when it is needed."""
    return [
        file
        for file in sorted(folder.glob(f"*-v{FORMAT}.json"))
        if not hashed_json.is_intact(file, allow_unhashed=False)
    ]


def _write(file: Path, content: dict[str, Any]) -> None:
    with contextlib.suppress(LibraryError):  # on a full disk it is only computed again next time
        hashed_json.write(file, content)


def _remove_oldest(folder: Path, written: Path) -> None:
    """Remove all analyses but `written` and the newest others; another process may do the same.

    Comparisons with other films are kept in the same folder, see library.projects.kept_pairs; they have no version.
    """
    with contextlib.suppress(OSError):
        analyses = (file for file in folder.glob("*-v*.json") if not file.name.startswith("cuts-") and file != written)
        files = sorted(analyses, key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for old in files[CAPACITY - 1 :]:
            old.unlink()


def _row_to_json(row: SceneEmotion) -> dict[str, Any]:
    """A row as JSON types. By hand: `dataclasses.asdict` would copy every number of a thousand scenes."""
    scene = row.scene
    shots = [
        {**_fields_of(shot), "span": {"start": str(shot.span.start), "end": str(shot.span.end)}} for shot in scene.shots
    ]
    return {**_fields_of(row), "scene": {**_fields_of(scene), "shots": shots}, "left_out": _fields_of(row.left_out)}


def _fields_of(record: SceneEmotion | Scene | Shot | LeftOut) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


@lru_cache(maxsize=64)
def _fraction(text: str) -> Fraction:
    """A time from its text; a shot ends where the next one begins."""
    return Fraction(text)


def _row_from_json(row: dict[str, Any]) -> SceneEmotion:
    scene = row["scene"]
    shots = tuple(
        Shot(s["frame_in"], s["frame_out"], Span(*(_fraction(s["span"][k]) for k in ("start", "end"))), s["name"])
        for s in scene["shots"]
    )
    intervals = row["intervals"]
    return SceneEmotion(
        **{
            **row,
            "scene": Scene(**{**scene, "shots": shots, "found": tuple(scene["found"])}),
            "shares": None if row["shares"] is None else tuple(row["shares"]),
            "left_out": LeftOut(**row["left_out"]),
            "intervals": None if intervals is None else tuple((low, high) for low, high in intervals),
        }
    )
