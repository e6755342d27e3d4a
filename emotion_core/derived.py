"""The cache of analyses: what can be deleted at any time and is rebuilt from Observations."""

from __future__ import annotations

import contextlib
import json
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from .errors import LibraryError
from .observations import Observations
from .scenes import Scene
from .settings import ReportSettings, digest
from .shots import Shot
from .storage import write_whole
from .summary import Analysis, SceneEmotion, analyse
from .timecode import Span

FORMAT = 2
"""Raised whenever the arithmetic behind a report changes, so that no old result is taken for a new one."""


def analysis(folder: Path, observations: Observations, segments: int, settings: ReportSettings) -> Analysis:
    """The analysis of `observations`, from `folder` if it was made before, else made and put there."""
    file = folder / f"{digest(settings)}-{segments}-v{FORMAT}.json"
    try:
        stored = json.loads(file.read_text())
        scenes = tuple(_scene_emotion(row) for row in stored["scenes"])
        return Analysis(observations, settings, scenes, tuple(stored["notes"]))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # not there, or not whole: made anew
    made = analyse(observations, settings)
    text = json.dumps({"scenes": [asdict(row) for row in made.scenes], "notes": made.notes}, default=str)
    with contextlib.suppress(LibraryError):  # on a full disk it is only made again next time
        write_whole(file, text.encode())
    return made


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
            "scene": Scene(scene["id"], scene["number"], shots, scene["name"]),
            "shares": None if row["shares"] is None else tuple(row["shares"]),
            "intervals": None if intervals is None else tuple((low, high) for low, high in intervals),
        }
    )
