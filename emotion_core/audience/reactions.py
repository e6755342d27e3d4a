"""What one viewer's face showed in the film's time: from a scanned recording, or from a live session's readings."""

from __future__ import annotations

import numpy as np

from ..expression import Scaling
from ..formatting import hms
from ..observations import FaceList, Observations
from ..settings import ReportSettings
from .readings import Readings
from .recording_faces import RecordingFaces
from .records import Alignment, Floats, Reactions, ViewerKind
from .seats import find_seats, rows_of_seat
from .viewer_faces import usual_rows

NOTEWORTHY = 2.0
"""Seconds by which a recording must be shorter or longer than its film before a reader is told."""


def reactions_of_recording(
    observations: Observations,
    settings: ReportSettings,
    scaling: Scaling,
    alignment: Alignment,
    duration: float,
    seat: int | None = None,
) -> Reactions:
    """The reactions in a recording: one row a sampled frame, NaN where the viewer has no usable face.

    `settings` say which faces count, `scaling` makes probabilities of logits, both as in reports. `duration` is the
    film's in seconds; frames before its beginning and after its end are left out. Of several faces on a frame the
    viewer's is the one at the seat or, without a seat, nearest to the usual place.
    """
    return reactions_of_faces(
        RecordingFaces.of(FaceList.of(observations), settings), scaling, alignment, duration, seat
    )


def reactions_of_faces(
    recording: RecordingFaces, scaling: Scaling, alignment: Alignment, duration: float, seat: int | None = None
) -> Reactions:
    """As `reactions_of_recording`, of faces that were taken from the observations before."""
    faces = recording.faces
    own = usual_rows(faces) if seat is None else rows_of_seat(faces, find_seats(faces), seat)
    shown = np.full((len(recording.seconds), len(recording.labels)), np.nan)
    shown[faces.sample[own]] = scaling.probabilities(recording.logits[own])
    seconds = alignment.film_seconds(recording.seconds)
    inside = (seconds >= 0) & (seconds <= duration)
    return Reactions(recording.labels, seconds[inside], shown[inside])


def reactions_of_readings(readings: Readings, duration: float) -> Reactions:
    """The reactions of a live session: a part of the film that was seen again counts the first time only.

    A session falls into runs, each without a jump back in the film's time; readings while the player stands still are
    left out. A whole second of the film belongs to the first run that was there.
    """
    seconds = readings.seconds
    run = np.zeros(len(seconds), dtype=np.int64)
    run[1:] = np.cumsum(np.diff(seconds) < 0)
    moves = np.ones(len(seconds), dtype=np.bool_)
    moves[1:] = np.diff(seconds) != 0
    inside = moves & (seconds >= 0) & (seconds <= duration)
    seconds, shown, run = seconds[inside], readings.probabilities[inside], run[inside]
    whole = np.floor(seconds).astype(np.int64)
    first = np.full(int(whole.max(initial=-1)) + 1, len(readings.seconds), dtype=np.int64)
    np.minimum.at(first, whole, run)
    counts = run == first[whole]
    again = np.unique(np.stack([whole[~counts], run[~counts]]), axis=1).shape[1]
    order = np.argsort(seconds[counts], kind="stable")
    return Reactions(readings.labels, seconds[counts][order], shown[counts][order], replayed=float(again))


def extent_note(alignment: Alignment, recording: float, duration: float) -> str:
    """A sentence where a recording is shorter or longer than its film; empty where it fits. Lengths in seconds."""
    begin, end = alignment.film_seconds(np.array([0.0, recording]))
    if begin >= duration or end <= 0:
        return (
            "With this offset no part of the recording falls into the film: "
            f"it runs from {_signed(begin)} to {_signed(end)} of a film of {hms(duration)}."
        )
    missing = []
    if begin > NOTEWORTHY:
        missing.append(f"begins {hms(float(begin))} after the film's beginning")
    if end < duration - NOTEWORTHY:
        missing.append(f"ends {hms(float(duration - end))} before its end")
    if missing:
        return f"The recording {' and '.join(missing)}: there the viewer is missing."
    if begin < -NOTEWORTHY or end > duration + NOTEWORTHY:
        return f"The recording is longer than the film: {hms(float(recording - duration))} of it are not used."
    return ""


def no_face_note(reactions: Reactions, kind: ViewerKind = "recording") -> str:
    """A sentence where no face was usable in the film's time; empty otherwise. `kind` is the viewer's."""
    if reactions.usable.any():
        return ""
    problem = (
        "No face of this viewer could be used: in the film's time none is large, sure, whole and clear enough and "
        "turned to the camera."
    )
    return f"{problem} Check the picture, the offset and the seat." if kind == "recording" else problem


def _signed(seconds: float | Floats) -> str:
    value = float(seconds)
    return f"-{hms(-value)}" if value < 0 else hms(value)
