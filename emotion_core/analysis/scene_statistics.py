"""From observations and report settings to an Analysis: the shares of each scene's usable faces, with intervals.

A scene's share of label k is a weighted mean over its usable faces i, on all its sampled frames:

    share_k = sum_i w_i p_ik / sum_i w_i,      w_i = score_i * sqrt(width_i * height_i)

p_ik comes from the stored logits by the scaling of the report (see expression/probabilities.py), score the
detector's score (0 to 1), width and height the box in display pixels. A face twice as wide counts twice: faces in front
weigh more than faces behind, but a close-up does not drown all others as its area would. Where the picture's size
changes within a film, width and height are relative to it. The shares of a scene sum to 1.

Where tracks weigh, see face_weights. Intervals are those of intervals.py.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..corrections import Corrections, describe
from ..expression.checkpoints import Temperature, temperature_by_settings
from ..face_corrections import FaceCorrections
from ..labels import neutral_index
from ..observations import Face, Observations, Sample
from ..scenes import Scene, Shot, apply_corrections, assign_kinds, detect_scenes, ineffective_corrections
from ..settings import ReportSettings, ShotSettings
from .face_tracks import NO_TRACKS, FaceTracks, Key, face_key, face_tracks
from .face_weights import face_weights, weigh_tracks
from .intervals import MIN_FRAMES_FOR_INTERVAL, Intervals, over_frames, over_tracks, seed_of
from .notes import report_notes
from .records import Analysis, SceneEmotion, count_reused, probabilities, samples_behind
from .usable_faces import LeftOut, Rule, is_sure, rules_of


def analyse(
    observations: Observations,
    settings: ReportSettings,
    *,
    temperature: Temperature | None = None,
    shots: tuple[Shot, ...] | None = None,
    earlier: Analysis | None = None,
) -> Analysis:
    """The report of a scan: decide cuts, form scenes, sum up their faces. A pure function.

    `temperature` is what `resolve_temperature` gives for the settings; None for what they say by themselves.
    `shots`, found under these settings, and an `earlier` analysis under any settings only save work: after a correction
    all but the few scenes that it changes.
    """
    detected = detect_scenes(observations, settings, shots)
    scenes = apply_corrections(detected, settings.corrections, observations.seconds_at)
    scenes = assign_kinds(observations, scenes, dict(settings.corrections.marks))
    temperature = temperature or temperature_by_settings(settings.temperature)
    reusable = _reusable_rows(earlier, observations, settings, temperature)
    tracks = face_tracks(observations, scenes, settings)
    chances = probabilities(observations, temperature.scaling)
    faces_of = faces_by_frame(observations)
    all_samples = samples_behind(observations, scenes)
    frames = np.array([sample.frame for sample in all_samples], dtype=np.int64)
    bounds = np.searchsorted(frames, [(scene.frame_in, scene.frame_out) for scene in scenes]).reshape(-1, 2).tolist()
    within = [all_samples[first:last] for first, last in bounds]
    known = [
        reusable.get(_row_key(scene, samples, faces_of, tracks)) for scene, samples in zip(scenes, within, strict=True)
    ]
    new = [sample for samples, row in zip(within, known, strict=True) if row is None for sample in samples]
    rules = rules_on(new, faces_of, observations, settings)
    rows = [
        summarize_scene(scene, samples, faces_of, chances, observations, settings, tracks, rules)
        if row is None
        else replace(row, scene=scene)
        for scene, samples, row in zip(scenes, within, known, strict=True)
    ]
    ineffective = [describe(item) for item in ineffective_corrections(settings.corrections, detected, scenes)]
    ineffective += tracks.unfit
    reused_faces = count_reused(observations, all_samples)
    notes = report_notes(observations, rows, settings, detected, ineffective, reused_faces, temperature)
    return Analysis(observations, settings, tuple(rows), notes, temperature)


_RowKey = tuple[int, int, bool, tuple[int, ...], Key]


def _row_key(
    scene: Scene, samples: Sequence[Sample], faces_of: Mapping[int, list[Face]], tracks: FaceTracks
) -> _RowKey:
    """Cache key of a scene: all inputs that can change its numbers, given the same scan and settings."""
    faces = () if tracks is NO_TRACKS else tuple(face.id for sample in samples for face in faces_of[sample.frame])
    frames = tuple(sample.frame for sample in samples)
    return scene.frame_in, scene.frame_out, scene.counts, frames, face_key(tracks, faces)


def _reusable_rows(
    earlier: Analysis | None, observations: Observations, settings: ReportSettings, temperature: Temperature
) -> dict[_RowKey, SceneEmotion]:
    """The rows of an earlier analysis of the same scan, if the settings differ in cuts and editor's entries only."""
    if earlier is None or earlier.observations is not observations:
        return {}
    if earlier.temperature.scaling != temperature.scaling:
        return {}
    both = (earlier.report_settings.of_numbers, settings.of_numbers)
    rest = [replace(s, shots=ShotSettings(), corrections=Corrections(), faces=FaceCorrections()) for s in both]
    if rest[0] != rest[1]:
        return {}
    scenes = tuple(row.scene for row in earlier.scenes)
    samples = samples_behind(observations, scenes)
    frames = [sample.frame for sample in samples]
    tracks, faces_of = face_tracks(observations, scenes, earlier.report_settings), faces_by_frame(observations)
    parts = [samples[bisect_left(frames, s.frame_in) : bisect_left(frames, s.frame_out)] for s in scenes]
    return {_row_key(row.scene, part, faces_of, tracks): row for row, part in zip(earlier.scenes, parts, strict=True)}


def faces_by_frame(observations: Observations) -> Mapping[int, list[Face]]:
    """All faces of a scan by their sampled frame; frames without faces have an empty list."""
    faces_of: dict[int, list[Face]] = defaultdict(list)
    for face in observations.faces:
        faces_of[face.sample_frame].append(face)
    return faces_of


def rules_on(
    samples: Sequence[Sample], faces_of: Mapping[int, list[Face]], observations: Observations, settings: ReportSettings
) -> dict[int, Rule | None]:
    """The rule that leaves out each face on these sampled frames, by the face's id; None where it counts."""
    film = observations.media
    of_film = film.active_display  # worked out anew each time it is asked for
    faces, pictures = [], []
    for sample in samples:
        on_frame, own = faces_of[sample.frame], observations.media_at(sample.frame)
        faces += on_frame
        pictures += [of_film if own is film else own.active_display] * len(on_frame)
    return dict(zip((face.id for face in faces), rules_of(faces, settings, pictures), strict=True))


def summarize_scene(
    scene: Scene,
    samples: Sequence[Sample],
    faces_of: Mapping[int, list[Face]],
    chances: NDArray[np.float64],
    observations: Observations,
    settings: ReportSettings,
    tracks: FaceTracks = NO_TRACKS,
    rules: Mapping[int, Rule | None] | None = None,
) -> SceneEmotion:
    """The row of a scene over these sampled frames. `faces_of` is of `faces_by_frame`, `chances` of `probabilities`;
    `rules` of `rules_on`, for a caller that has them for many scenes.

    Without `tracks` faces weigh by themselves, and none is left out by the editor.
    """
    if rules is None:
        rules = rules_on(samples, faces_of, observations, settings)
    out = tracks.left_out
    people = [s.too_small + sum(f.id not in out and is_sure(f, settings) for f in faces_of[s.frame]) for s in samples]
    usable = [[f for f in faces_of[s.frame] if f.id not in out and rules[f.id] is None] for s in samples]
    on_frames = [face.id for s in samples for face in faces_of[s.frame]]
    counts = Counter(rule for face in on_frames if face not in out and (rule := rules[face]) is not None)
    too_small, by_editor = sum(s.too_small for s in samples), sum(face in out for face in on_frames)
    left_out = LeftOut(too_small=too_small, by_editor=by_editor, **{str(rule): n for rule, n in counts.items()})
    usable = [faces for faces in usable if faces]
    shares = intervals = None
    if usable and scene.counts:
        if tracks.track_of is None:
            shares, intervals = _shares(scene, usable, chances, observations, settings)
        else:
            shares, intervals = _shares_by_track(
                scene, samples, faces_of, usable, chances, observations, settings, tracks.track_of
            )
    return _sum_up(scene, usable, people, left_out, shares, intervals, observations, settings)


def _shares(
    scene: Scene,
    usable: list[list[Face]],
    chances: NDArray[np.float64],
    observations: Observations,
    settings: ReportSettings,
) -> tuple[NDArray[np.float64], Intervals | None]:
    """Shares (k,) and intervals where faces weigh by themselves; `usable` as in _sum_up."""
    weights = [face_weights(observations, faces) for faces in usable]
    sums = np.stack([w @ chances[[f.id for f in faces]] for w, faces in zip(weights, usable, strict=True)])
    totals = np.array([w.sum() for w in weights])
    share = sums.sum(axis=0) / totals.sum()
    if len(usable) < MIN_FRAMES_FOR_INTERVAL:
        return share, None
    return share, over_frames(sums, totals, settings, seed_of(observations, scene))


def _shares_by_track(
    scene: Scene,
    samples: Sequence[Sample],
    faces_of: Mapping[int, list[Face]],
    usable: list[list[Face]],
    chances: NDArray[np.float64],
    observations: Observations,
    settings: ReportSettings,
    track_of: Mapping[int, int],
) -> tuple[NDArray[np.float64], Intervals | None]:
    """The same where tracks weigh."""
    faces = [face for frame in usable for face in frame]
    weighed = weigh_tracks(observations, settings, scene.span, samples, faces_of, faces, track_of)
    own = chances[[face.id for face in faces]]
    weights = weighed.weights
    share = weights @ own / weights.sum()
    if len(usable) < MIN_FRAMES_FOR_INTERVAL:
        return share, None
    return share, over_tracks(weighed, own, settings, seed_of(observations, scene))


def _sum_up(
    scene: Scene,
    usable: list[list[Face]],
    people: list[int],
    left_out: LeftOut,
    share: NDArray[np.float64] | None,
    intervals: Intervals | None,
    observations: Observations,
    settings: ReportSettings,
) -> SceneEmotion:
    """The row of a scene. `usable` are its usable faces by frame, without empty frames; `people` is the number of sure
    faces of any size on each sampled frame.
    """
    labels = observations.checkpoint.labels
    coverage = len(usable) / len(people) if people else None
    shares = dominant = intensity = None
    if share is not None:
        shares = tuple(share.tolist())
        neutral = neutral_index(labels)
        intensity = None if neutral is None else 1.0 - shares[neutral]
        if coverage is not None and coverage >= settings.coverage_floor:
            dominant = labels[int(share.argmax())]
    return SceneEmotion(
        scene=scene,
        shares=shares,
        intervals=intervals,
        dominant=dominant,
        intensity=intensity,
        faces=sum(len(faces) for faces in usable),
        people=float(np.mean(people)) if people else None,
        frames_sampled=len(people),
        frames_with_faces=len(usable),
        coverage=coverage,
        left_out=left_out,
    )
