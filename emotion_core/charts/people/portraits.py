"""A face to know a track or a person by: which one, and where it is on its frame."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from ...analysis import Analysis
from ...analysis.usable_faces import rules_of
from ...media import timecode_at
from ...observations import Face
from ...tracks import Track

TRIED = 50
"""Faces of a person, from the largest, that are looked through for one that counts."""


def portrait(analysis: Analysis, tracks: Iterable[Track]) -> dict[str, Any]:
    """The face by which a person with these tracks is known, see `_cut_out`: one that counts for the report if any
    does, large, and surely one.
    """
    observations = analysis.observations
    faces = sorted((observations.faces[i] for track in tracks for i in track.faces), key=_weight, reverse=True)[:TRIED]
    pictures = (observations.media_at(face.sample_frame).active_display for face in faces)
    rules = rules_of(faces, analysis.report_settings, pictures)
    return _cut_out(analysis, next((face for face, rule in zip(faces, rules, strict=True) if rule is None), faces[0]))


def _cut_out(analysis: Analysis, face: Face) -> dict[str, Any]:
    """Where a face is: `frame` is its sampled frame, `box` left, top, width and height in shares of the displayed
    picture, `shape` that picture's width through its height, and `picture` whether a small picture of it is kept.
    """
    media = analysis.observations.media_at(face.sample_frame)
    size = media.display_width, media.display_height
    return {
        "frame": face.sample_frame,
        "box": [round(value / size[i % 2], 4) for i, value in enumerate(face.box)],
        "shape": round(media.display_width / media.display_height, 4),
        "picture": analysis.observations.scan_settings.keep_pictures,
    }


def track_entry(analysis: Analysis, track: Track, seconds: float) -> dict[str, Any]:
    """A track of the document: its `anchor`, its largest sure face as `portrait`, `seconds` on screen, and of its first
    face the `timecode`, the running time `at` which it is, and the number of its `scene`.
    """
    observations = analysis.observations
    start = observations.seconds_at(track.anchor.frame)
    scene = bisect_right(analysis.scenes, track.anchor.frame, key=lambda row: row.scene.frame_in)
    return {
        "anchor": list(track.anchor),
        "portrait": _cut_out(analysis, max((observations.faces[i] for i in track.faces), key=_weight)),
        "seconds": round(seconds, 2),
        "timecode": timecode_at(observations.media, start),
        "at": round(float(start), 3),
        "scene": scene,
    }


def _weight(face: Face) -> float:
    return float(face.score * (face.box[2] * face.box[3]) ** 0.5)
