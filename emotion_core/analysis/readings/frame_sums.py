"""Weighted sums of the probabilities of the usable faces on each sampled frame, and shares over any run of frames.

With w_i the weight of a usable face in its scene (see face_weights) and p_ik its probability of label k, frame f has

    W_f = sum_i w_i        S_fk = sum_i w_i p_ik        over its usable faces i

and the share of label k over a set of frames is sum_f S_fk / sum_f W_f: over a scene's frames, the scene's share.

The interval of such a share is the ratio estimator's, over the n frames with usable faces (Cochran, Sampling
Techniques, 1977, section 6.3); r_fk are its residuals and z the normal quantile of the confidence:

    r_fk = S_fk - share_k W_f        share_k +- z sqrt(n / (n - 1) sum_f r_fk^2) / sum_f W_f
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ...observations import Face
from ..face_tracks import FaceTracks, face_tracks
from ..face_weights import face_weights, weigh_tracks
from ..intervals import MIN_FRAMES_FOR_INTERVAL
from ..records import Analysis, probabilities, samples_behind, samples_by_scene
from ..scene_statistics import faces_by_frame
from ..usable_faces import rules_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pooled:
    """Shares over m runs of frames; NaN where no face was usable."""

    shares: Floats
    """(m, k)"""
    low: Floats
    """(m, k), as `high`: ends of the interval, NaN with fewer than MIN_FRAMES_FOR_INTERVAL frames with faces."""
    high: Floats
    faces: Ints
    """(m,) usable faces."""
    frames: Ints
    """(m,) sampled frames."""
    frames_with_faces: Ints

    @property
    def coverage(self) -> Floats:
        """(m,) frames_with_faces / frames; NaN without a sampled frame."""
        return np.where(self.frames > 0, self.frames_with_faces / np.maximum(self.frames, 1), np.nan)


@dataclass(frozen=True, eq=False)
class FrameSums:
    """The n sampled frames of the scenes that are part of the film, ascending."""

    seconds: Floats
    """(n,) of running time."""
    scenes: Ints
    """(n,) index of the frame's scene, from 0."""
    faces: Ints
    """(n,) usable faces."""
    weights: Floats
    """(n,) W_f."""
    sums: Floats
    """(n, k) S_fk."""

    @cached_property
    def _running(self) -> Floats:
        """Sums from the first frame up to each: W, faces, frames with faces, W^2, then S, S^2 and S W by label."""
        one = np.stack([self.weights, self.faces, self.faces > 0, self.weights**2], axis=1)
        per_label = (self.sums, self.sums**2, self.sums * self.weights[:, None])
        columns = np.concatenate([one, *per_label], axis=1)
        return np.concatenate([np.zeros((1, columns.shape[1])), np.cumsum(columns, axis=0)])

    def shares(self, first: Ints, last: Ints) -> Floats:
        """(m, k) shares over the frames from index `first` up to `last`, exclusive."""
        k = self.sums.shape[1]
        run = self._running[last] - self._running[first]
        return _ratio(run[:, 4 : 4 + k], run[:, 0])

    def pooled(self, first: Ints, last: Ints, confidence: float) -> Pooled:
        """Shares with intervals over the frames from index `first` up to `last`, exclusive."""
        k = self.sums.shape[1]
        run = self._running[last] - self._running[first]
        total, faces, with_faces, squares = run[:, :4].T
        sums, sums_squared, products = run[:, 4 : 4 + k], run[:, 4 + k : 4 + 2 * k], run[:, 4 + 2 * k :]
        shares = _ratio(sums, total)
        residuals = np.maximum(sums_squared - 2 * shares * products + shares**2 * squares[:, None], 0)
        n = np.where(with_faces >= MIN_FRAMES_FOR_INTERVAL, with_faces, np.nan)[:, None]
        spread = NormalDist().inv_cdf(0.5 + confidence / 2) * _ratio(np.sqrt(n / (n - 1) * residuals), total)
        return Pooled(
            shares=shares,
            low=np.maximum(shares - spread, 0),
            high=np.minimum(shares + spread, 1),
            faces=faces.round().astype(np.int64),
            frames=last - first,
            frames_with_faces=with_faces.round().astype(np.int64),
        )


def _ratio(values: Floats, totals: Floats) -> Floats:
    """`values` (m, k) over `totals` (m,), NaN where a total is 0 but for rounding."""
    return values / np.where(totals > 1e-9, totals, np.nan)[:, None]


def sums_by_frame(analysis: Analysis) -> FrameSums:
    """The sums of an analysis; computed once for each."""
    sums = _known.get(analysis)
    if sums is None:
        sums = _known[analysis] = _computed(analysis)
    return sums


_known: WeakKeyDictionary[Analysis, FrameSums] = WeakKeyDictionary()


def _computed(analysis: Analysis) -> FrameSums:
    observations = analysis.observations
    starts = np.array([row.scene.frame_in for row in analysis.scenes], dtype=np.int64)
    counting = np.array([row.scene.counts for row in analysis.scenes], dtype=bool)
    behind = samples_behind(observations, tuple(row.scene for row in analysis.scenes))
    frames = np.array([sample.frame for sample in behind], dtype=np.int64)
    scenes = np.searchsorted(starts, frames, side="right") - 1
    frames, scenes = frames[counting[scenes]], scenes[counting[scenes]]
    faces = _faces(analysis)
    at = np.searchsorted(frames, faces.frames)
    inside = at < len(frames)
    inside[inside] = frames[at[inside]] == faces.frames[inside]
    at, own_weights = at[inside], faces.weights[inside]
    weights, sums = np.zeros(len(frames)), np.zeros((len(frames), len(analysis.labels)))
    np.add.at(weights, at, own_weights)
    np.add.at(sums, at, own_weights[:, None] * faces.chances[inside])
    counts = np.bincount(at, minlength=len(frames))
    base = observations.media.time_base
    seconds = observations.scores.pts[frames].astype(np.float64) * (base.numerator / base.denominator)
    return FrameSums(seconds, scenes, counts, weights, sums)


@dataclass(frozen=True, slots=True)
class _Faces:
    """The usable faces of a scan; scenes and their corrections change them only where tracks do."""

    frames: Ints
    weights: Floats
    chances: Floats
    """(faces, k)"""
    left_out: frozenset[int]
    """As FaceTracks.left_out."""


_known_faces: WeakKeyDictionary[Analysis, _Faces] = WeakKeyDictionary()


def _faces(analysis: Analysis) -> _Faces:
    """Computed once for all analyses of a scan that differ in their scenes only."""
    observations, settings = analysis.observations, analysis.report_settings
    tracks = face_tracks(observations, tuple(row.scene for row in analysis.scenes), settings)
    if tracks.track_of is None:
        for other, faces in list(_known_faces.items()):
            if _have_same_faces(other, analysis) and faces.left_out == tracks.left_out:
                _known_faces[analysis] = faces
                return faces
    usable = _usable_faces(analysis, tracks.left_out)
    if tracks.track_of is None:
        weights = face_weights(observations, usable)
    else:
        usable, weights = _weighed_by_track(analysis, usable, tracks)
    chances = probabilities(observations, analysis.temperature.scaling)[[face.id for face in usable]]
    frames = np.array([face.sample_frame for face in usable], dtype=np.int64)
    faces = _known_faces[analysis] = _Faces(frames, weights, chances, tracks.left_out)
    return faces


def _weighed_by_track(analysis: Analysis, usable: list[Face], tracks: FaceTracks) -> tuple[list[Face], Floats]:
    """Those of the usable faces that count for a scene, scene by scene, and their weights."""
    assert tracks.track_of is not None
    observations, faces_of = analysis.observations, faces_by_frame(analysis.observations)
    counting = {face.id for face in usable}
    faces: list[Face] = []
    weights = [np.empty(0)]
    for row, samples in zip(analysis.scenes, samples_by_scene(analysis), strict=True):
        own = [face for sample in samples for face in faces_of[sample.frame] if face.id in counting]
        if own:
            weighed = weigh_tracks(
                observations, analysis.report_settings, row.scene.span, samples, faces_of, own, tracks.track_of
            )
            faces += own
            weights.append(weighed.weights)
    return faces, np.concatenate(weights)


def _have_same_faces(one: Analysis, other: Analysis) -> bool:
    return (
        one.observations is other.observations
        and one.report_settings.min_face_score == other.report_settings.min_face_score
        and one.report_settings.face_limits == other.report_settings.face_limits
        and one.report_settings.faces_weigh == other.report_settings.faces_weigh
        and one.temperature.scaling == other.temperature.scaling
    )


def _usable_faces(analysis: Analysis, left_out: frozenset[int]) -> list[Face]:
    observations, settings = analysis.observations, analysis.report_settings
    of_film = observations.media.active_display  # worked out anew each time it is asked for
    pictures: dict[int, tuple[int, int, int, int]] = {}
    for frame in {face.sample_frame for face in observations.faces}:
        own = observations.media_at(frame)
        pictures[frame] = of_film if own is observations.media else own.active_display
    faces = observations.faces
    rules = rules_of(faces, settings, (pictures[face.sample_frame] for face in faces))
    return [face for face, rule in zip(faces, rules, strict=True) if rule is None and face.id not in left_out]
