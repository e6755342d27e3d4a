"""The cache of analyses: what can be deleted at any time and is rebuilt from Observations."""

from __future__ import annotations

import contextlib
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

from ..errors import UNREADABLE, LibraryError
from ..expression.checkpoints.calibration import Temperature
from ..observations.observations import Observations
from ..scenes.scenes import Scene
from ..scenes.shots import Shot, cuts_of, shots_between
from ..settings import ReportSettings, ShotSettings, digest
from ..storage import hashed_json
from ..timecode import Span
from .analyse import analyse
from .records import Analysis, SceneEmotion
from .usable_faces import LeftOut

KEPT = 8
"""Analyses a scan. Each correction makes another one, of up to a megabyte."""

FORMAT = 5
"""Raised whenever the arithmetic behind a report or the form of these files changes, so that no old result is taken for
a new one. Since 5 each file carries its own hash."""


def analysis(
    folder: Path,
    observations: Observations,
    segments: int,
    settings: ReportSettings,
    temperature: Temperature,
    earlier: Analysis | None = None,
) -> Analysis:
    """The analysis of `observations`, from `folder` if it was made before, else made and put there.

    An `earlier` one saves the work for all scenes that are as they were.
    """
    file = folder / f"{digest(settings)}-{temperature.key}-{segments}-v{FORMAT}.json"
    try:
        stored = hashed_json.read(file, bare=False)
        scenes = tuple(_scene_emotion(row) for row in stored["scenes"])
        return Analysis(observations, settings, scenes, tuple(stored["notes"]), temperature)
    except (OSError, *UNREADABLE):
        pass  # not there, or not as it was written: made anew
    shots = _shots(folder, observations, settings.shots)
    made = analyse(observations, settings, temperature=temperature, shots=shots, earlier=earlier)
    _keep(file, {"scenes": [_stored(row) for row in made.scenes], "notes": made.notes})
    _thin_out(folder, file)
    return made


def _shots(folder: Path, observations: Observations, settings: ShotSettings) -> tuple[Shot, ...]:
    """The shots under `settings`: detectors need not go through every frame again for each correction."""
    if settings.detector == "cuts":
        cuts = cuts_of(observations, settings)
    else:
        file = folder / f"cuts-{digest(settings)}-v{FORMAT}.json"
        try:
            cuts = tuple(int(cut) for cut in hashed_json.read(file, bare=False)["cuts"])
        except (OSError, *UNREADABLE):
            cuts = cuts_of(observations, settings)
            _keep(file, {"cuts": cuts})
    return shots_between(observations, settings, cuts)


def damaged(folder: Path) -> list[Path]:
    """The files in `folder` that are not as they were written; each is made anew when it is asked for."""
    return [file for file in sorted(folder.glob(f"*-v{FORMAT}.json")) if not hashed_json.whole(file, bare=False)]


def _keep(file: Path, content: dict[str, Any]) -> None:
    with contextlib.suppress(LibraryError):  # on a full disk it is only made again next time
        hashed_json.write(file, content)


def _thin_out(folder: Path, made: Path) -> None:
    """Remove all but `made` and the newest other analyses; another process may do the same."""
    with contextlib.suppress(OSError):
        analyses = (file for file in folder.glob("*.json") if not file.name.startswith("cuts-") and file != made)
        files = sorted(analyses, key=lambda file: file.stat().st_mtime_ns, reverse=True)
        for old in files[KEPT - 1 :]:
            old.unlink()


def _stored(row: SceneEmotion) -> dict[str, Any]:
    """A row as JSON types. By hand, since `dataclasses.asdict` copies every number of a thousand scenes."""
    scene = row.scene
    shots = [
        {**_plain(shot), "span": {"start": str(shot.span.start), "end": str(shot.span.end)}} for shot in scene.shots
    ]
    return {**_plain(row), "scene": {**_plain(scene), "shots": shots}, "left_out": _plain(row.left_out)}


def _plain(record: SceneEmotion | Scene | Shot | LeftOut) -> dict[str, Any]:
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _scene_emotion(row: dict[str, Any]) -> SceneEmotion:
    scene = row["scene"]
    shots = tuple(
        Shot(s["frame_in"], s["frame_out"], Span(*(Fraction(s["span"][k]) for k in ("start", "end"))), s["name"])
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
