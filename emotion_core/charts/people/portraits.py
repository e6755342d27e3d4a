"""A face to know a track or a person by: which one, and where it is on its frame."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import Any

from ...analysis import Analysis
from ...media import timecode_at
from ...observations import Face
from ...tracks import Track


def portrait(analysis: Analysis, tracks: Iterable[Track]) -> dict[str, Any]:
    """The best face of these tracks: large, and surely one.

    `frame` is its sampled frame, `box` left, top, width and height in shares of the displayed picture, `shape` that
    picture's width through its height, and `picture` whether a small picture of it is kept.
    """
    faces = analysis.observations.faces
    best = max((faces[i] for track in tracks for i in track.faces), key=_weight)
    media = analysis.observations.media_at(best.sample_frame)
    size = media.display_width, media.display_height
    return {
        "frame": best.sample_frame,
        "box": [round(value / size[i % 2], 4) for i, value in enumerate(best.box)],
        "shape": round(media.display_width / media.display_height, 4),
        "picture": analysis.observations.scan_settings.keep_pictures,
    }


def track_entry(analysis: Analysis, track: Track, seconds: float) -> dict[str, Any]:
    """A track of the document: its `anchor`, `portrait`, `seconds` on screen, and of its first face the `timecode`, the
    running time `at` which it is, and the number of its `scene`.
    """
    observations = analysis.observations
    start = observations.seconds_at(track.anchor.frame)
    scene = bisect_right(analysis.scenes, track.anchor.frame, key=lambda row: row.scene.frame_in)
    return {
        "anchor": list(track.anchor),
        "portrait": portrait(analysis, [track]),
        "seconds": round(seconds, 2),
        "timecode": timecode_at(observations.media, start),
        "at": round(float(start), 3),
        "scene": scene,
    }


def _weight(face: Face) -> float:
    return float(face.score * (face.box[2] * face.box[3]) ** 0.5)
