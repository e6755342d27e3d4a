"""Shots: decided from the scores of a film's frames.

A scan stores what each detector measures on a frame; which frames are cuts is decided afterwards, so another detector
or threshold needs no decoding. The combined detector is in transitions/. Content and adaptive run PySceneDetect's own
decision with the score handed in; the rules of hash and histogram are a threshold and a shortest length, written out
here and tested equal to its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from ..errors import CutListError
from ..observations.observations import Observations
from ..settings import DEFAULT_THRESHOLDS, ShotSettings
from ..timecode import Span
from . import transitions
from .detectors import decider
from .frame_metrics import stored_scores


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames between two cuts."""

    frame_in: int
    frame_out: int
    """Exclusive."""
    span: Span
    name: str = ""
    """Given by a cut list; detectors give none."""


def without_layouts(observations: Observations, settings: ShotSettings) -> bool:
    """Whether the combined detector is asked for but the scan is older than the layouts it needs.

    The adaptive detector, at its usual threshold, then decides.
    """
    return settings.detector == "combined" and not observations.scores.has_layout


def shots_of(observations: Observations, settings: ShotSettings) -> tuple[Shot, ...]:
    """The film's shots, without gaps, from its first frame to its last. Raises CutListError for cuts past the end."""
    return shots_between(observations, settings, cuts_of(observations, settings))


def cuts_of(observations: Observations, settings: ShotSettings) -> tuple[int, ...]:
    """The first frames of all shots but the first, ascending. Raises CutListError for cuts past the end.

    A detector goes through the scores of every frame: more than a second for a feature film.
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
    elif settings.detector == "combined" and observations.scores.has_layout:
        threshold = settings.threshold if settings.threshold is not None else DEFAULT_THRESHOLDS["combined"]
        held = math.ceil(settings.held_seconds * float(observations.media.rate))
        cuts = set(transitions.cuts(observations.scores, threshold, settings.min_scene_frames, held))
    else:
        rule = decider(settings, observations.media.rate)
        rows = enumerate(stored_scores(observations.scores))
        cuts = {cut for frame, score in rows for cut in rule.push(frame, score)}
    return tuple(sorted(cut for cut in cuts if 0 < cut < frames))


def shots_between(observations: Observations, settings: ShotSettings, cuts: tuple[int, ...]) -> tuple[Shot, ...]:
    """The shots between these cuts, with the names that `settings`' cut list gives them."""
    names = dict(settings.cuts) if settings.detector == "cuts" else {}
    edges = [0, *cuts, observations.frames]
    return tuple(
        Shot(a, b, Span(observations.seconds_at(a), observations.seconds_at(b)), names.get(a, ""))
        for a, b in pairwise(edges)
    )
