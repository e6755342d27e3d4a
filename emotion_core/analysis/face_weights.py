"""How much each usable face weighs in the shares of a scene, by ReportSettings.faces_weigh.

With the weights w_i of faces as in scene_statistics, a track t of usable faces has the mean

    m_tk = sum_{i in t} w_i p_ik / W_t,      W_t = sum_{i in t} w_i

and a scene's share is sum_t v_t m_tk / sum_t v_t, over its tracks:

    "faces"         v_t = W_t: each face counts by itself
    "screen time"   v_t = seconds for which the track is on screen in the scene
    "tracks"        v_t = 1

A face therefore weighs w_i v_t / W_t. A sampled frame stands for the time up to halfway to its neighbours, within its
scene; a track is on screen for the time of the frames on which its face was found, usable or not.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ..observations import Face, Observations, Sample
from ..settings import ReportSettings
from ..timecode import Span

Floats = NDArray[np.float64]


def face_weights(observations: Observations, faces: Sequence[Face]) -> Floats:
    """The weights w_i of faces."""
    sizes = {frame: _relative_size(observations, frame) for frame in {face.sample_frame for face in faces}}
    return np.array([face.score * math.sqrt(face.box[2] * face.box[3]) / sizes[face.sample_frame] for face in faces])


@dataclass(frozen=True, slots=True, eq=False)
class TrackWeights:
    """The weights of a scene's n usable faces by their tracks."""

    faces: Floats
    """(n,) w_i."""
    tracks: NDArray[np.int64]
    """(n,) numbers of their tracks within the scene, from 0 without a gap."""
    worth: Floats
    """(tracks,) v_t."""

    @property
    def weights(self) -> Floats:
        """(n,) w_i v_t / W_t."""
        return self.faces * (self.worth / np.bincount(self.tracks, self.faces))[self.tracks]


def weigh_tracks(
    observations: Observations,
    settings: ReportSettings,
    span: Span,
    samples: Sequence[Sample],
    faces_of: Mapping[int, list[Face]],
    usable: Sequence[Face],
    track_of: Mapping[int, int],
) -> TrackWeights:
    """The weights of a scene's `usable` faces, for a setting other than "faces".

    `span` is the scene's, `samples` its sampled frames, `faces_of` all faces by frame, `track_of` tracks by face id.
    """
    which, tracks = np.unique([track_of[face.id] for face in usable], return_inverse=True)
    worth = np.ones(len(which))
    if settings.faces_weigh == "screen time":
        seconds = dict.fromkeys(which.tolist(), 0.0)
        for sample, stands_for in zip(samples, _seconds(samples, span), strict=True):
            for track in {track_of[face.id] for face in faces_of[sample.frame] if face.id in track_of}:
                if track in seconds:
                    seconds[track] += stands_for
        worth = np.array([seconds[track] for track in which.tolist()])
    return TrackWeights(face_weights(observations, usable), tracks.reshape(-1).astype(np.int64), worth)


def _seconds(samples: Sequence[Sample], span: Span) -> list[float]:
    """How long each sampled frame stands for."""
    times = [float(sample.pts) for sample in samples]
    edges = [float(span.start), *((a + b) / 2 for a, b in pairwise(times)), float(span.end)]
    return [max(b - a, 1e-6) for a, b in pairwise(edges)]


def _relative_size(observations: Observations, frame: int) -> float:
    """The side of a frame's picture as a multiple of the film's; 1 in films whose size does not change."""
    own, film = observations.media_at(frame), observations.media
    if own is film:
        return 1.0
    areas = [width * height for _, _, width, height in (own.active_display, film.active_display)]
    return float(np.sqrt(areas[0] / areas[1]))
