"""A film's sampled frames as JSON types: the faces on them, and for which pictures on screen each frame speaks."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ....analysis import Analysis, samples_behind, unusable_because
from ....errors import SettingsError
from ....media import timecode_at
from ....observations import Face, Observations, Sample
from ....report import wording
from ....scenes import Shot, shots_in
from ....tracks import anchor_of
from .track_data import SceneTrack, tracks_by_face

MOST = 600
"""Sampled frames, or shots, in one document."""
LEFT_OUT = "left out by the editor"
"""Why a face does not count whose track an editor left out."""


def samples_document(analysis: Analysis, first: int, end: int) -> dict[str, Any]:
    """The sampled frames behind a report from frame `first` to before frame `end`, ascending, with the `labels`.

    Raises SettingsError where they are more than MOST.
    """
    observations = analysis.observations
    rows = [row for row in analysis.scenes if row.scene.frame_in < end and row.scene.frame_out > first]
    scenes, tracks = tuple(row.scene for row in rows), tracks_by_face(analysis, rows)
    behind, shots = samples_behind(observations, scenes), shots_in(scenes)
    frames, cuts = [sample.frame for sample in behind], [shot.frame_in for shot in shots]
    low, high = bisect_left(frames, first), bisect_left(frames, end)
    _check_number(high - low, "sampled frames", first, end)
    samples = []
    for place in range(low, high):
        shot = shots[bisect_right(cuts, frames[place]) - 1]
        sample = _sample(analysis, behind[place], tracks)
        samples.append(sample | {"shown": shown_frames(observations, behind, place, shot)})
    return {"labels": list(analysis.labels), "samples": samples}


def shots_document(analysis: Analysis, first: int, end: int) -> dict[str, Any]:
    """The `shots` that begin from frame `first` to before frame `end`: their first `frame`, and their `times` in words.

    Raises SettingsError where they are more than MOST.
    """
    scenes = tuple(row.scene for row in analysis.scenes if row.scene.frame_in < end and row.scene.frame_out > first)
    shots = [shot for shot in shots_in(scenes) if first <= shot.frame_in < end]
    _check_number(len(shots), "shots", first, end)
    return {"shots": [{"frame": shot.frame_in, "times": wording.shot_times(analysis, shot)} for shot in shots]}


def shown_frames(observations: Observations, samples: Sequence[Sample], place: int, shot: Shot) -> tuple[int, int]:
    """The frames (second one exclusive) for which the sampled frame at `place` of `samples` speaks.

    They lie within half an interval of sampling around it, nearer to it than to its neighbours, and in its `shot`.
    """
    half = 1 / (2 * observations.scan_settings.samples_per_second)
    pts = samples[place].pts
    earliest, latest = pts - half, pts + half
    if place > 0:
        earliest = max(earliest, (samples[place - 1].pts + pts) / 2)
    if place + 1 < len(samples):
        latest = min(latest, (pts + samples[place + 1].pts) / 2)
    return (
        max(_frame_from(observations, earliest), shot.frame_in),
        min(max(_frame_from(observations, latest), samples[place].frame + 1), shot.frame_out),
    )


def _check_number(number: int, what: str, first: int, end: int) -> None:
    if number > MOST:
        raise SettingsError(
            f"The frames {first} to {end} hold {number:,} {what}.", f"Ask for fewer: at most {MOST} at once."
        )


def _frame_from(observations: Observations, seconds: Fraction) -> int:
    """The first frame at or after `seconds` of the media clock."""
    ticks = -(-seconds // observations.media.time_base)
    return int(np.searchsorted(observations.scores.pts, int(ticks)))


def _sample(analysis: Analysis, sample: Sample, tracks: Mapping[int, SceneTrack]) -> dict[str, Any]:
    media = analysis.observations.media_at(sample.frame)
    return {
        "frame": sample.frame,
        "timecode": timecode_at(media, sample.pts),
        "seconds": round(float(sample.pts), 3),
        "picture": sample.thumbnail is not None,  # whether one is kept
        "size": [media.display_width, media.display_height],  # display pixels
        "too_small": sample.too_small,
        "faces": _faces(analysis, sample, (media.display_width, media.display_height), tracks),
    }


def _faces(
    analysis: Analysis, sample: Sample, size: tuple[int, int], tracks: Mapping[int, SceneTrack]
) -> list[dict[str, Any]]:
    """The faces on a sampled frame from left to right, with the letters of their tracks in the scene; boxes in shares
    of the displayed frame.
    """
    observations = analysis.observations
    first = bisect_left(observations.faces, sample.frame, key=lambda face: face.sample_frame)
    end = bisect_right(observations.faces, sample.frame, key=lambda face: face.sample_frame)
    faces = sorted(observations.faces[first:end], key=lambda face: face.box[0])
    return [_face(analysis, face, tracks[face.id], size) for face in faces]


def _face(analysis: Analysis, face: Face, found: SceneTrack, size: tuple[int, int]) -> dict[str, Any]:
    observations = analysis.observations
    logits = np.array([observations.expressions[face.id].logits], dtype=np.float64)
    chances = analysis.temperature.scaling.probabilities(logits)[0]
    picture = observations.media_at(face.sample_frame).active_display
    return {
        "letter": found.letter,
        "number": found.number,
        "name": found.track.name,
        "anchor": list(anchor_of(observations, face)),
        "box": [round(value / size[i % 2], 4) for i, value in enumerate(face.box)],  # left, top, width, height
        "pixels": [round(value) for value in face.box],
        "probabilities": [round(chance, 3) for chance in chances.tolist()],  # one a label
        "left_out": LEFT_OUT
        if found.track.left_out
        else unusable_because(face, analysis.report_settings, picture),  # None where it counts
    }
