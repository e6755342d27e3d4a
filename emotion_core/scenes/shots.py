"""Shots, decided from the scores of a film's frames.

A scan stores the metrics of every frame. Cuts are decided afterwards, so another detector or threshold needs no
decoding. Content and adaptive run PySceneDetect's own decision on the stored score; hash and histogram are a threshold
and a shortest length, written out in detectors.py and tested equal to PySceneDetect's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from ..errors import CutListError
from ..observations import Observations
from ..settings import DEFAULT_THRESHOLDS, ShotSettings
from ..timecode import Span
from .combined_detector.detect import find_cuts
from .detectors import cut_detector
from .frame_metrics import unpack_scores


@dataclass(frozen=True, slots=True)
class Shot:
    """The frames between two cuts."""

    frame_in: int
    frame_out: int
    """Exclusive."""
    span: Span
    name: str = ""
    """Name from a cut list; empty where a detector found the shot."""


def shots_of(observations: Observations, settings: ShotSettings) -> tuple[Shot, ...]:
    """The film's shots, without gaps, from first frame to last. Raises CutListError for cuts past the end."""
    return shots_between(observations, settings, cuts_of(observations, settings))


def cuts_of(observations: Observations, settings: ShotSettings) -> tuple[int, ...]:
    """First frames of all shots but the first, ascending. Raises CutListError for cuts past the end.

    A detector reads the scores of every frame, which takes more than a second for a feature film.
    """
    frames = observations.frames
    names = dict(settings.cuts) if settings.detector == "cuts" else {}
    beyond = [frame for frame in names if frame >= frames]
    if beyond:
        raise CutListError(
            f"The cut list names frame {beyond[0]}, but the film has {frames} frames (0 to {frames - 1}).",
            "Is it the list of another cut?",
        )
    if settings.detector == "cuts":
        cuts = set(names)
    elif settings.detector == "combined":
        threshold = settings.threshold if settings.threshold is not None else DEFAULT_THRESHOLDS["combined"]
        plain_shot_frames = math.ceil(settings.held_seconds * float(observations.media.rate))
        cuts = set(find_cuts(observations.scores, threshold, settings.min_scene_frames, plain_shot_frames))
    else:
        detector = cut_detector(settings, observations.media.rate)
        rows = enumerate(unpack_scores(observations.scores))
        cuts = {cut for frame, score in rows for cut in detector.push(frame, score)}
    return tuple(sorted(cut for cut in cuts if 0 < cut < frames))


def shots_between(observations: Observations, settings: ShotSettings, cuts: tuple[int, ...]) -> tuple[Shot, ...]:
    """The shots between `cuts`, named as in the cut list of `settings`."""
    names = dict(settings.cuts) if settings.detector == "cuts" else {}
    edges = [0, *cuts, observations.frames]
    return tuple(
        Shot(a, b, Span(observations.seconds_at(a), observations.seconds_at(b)), names.get(a, ""))
        for a, b in pairwise(edges)
    )
