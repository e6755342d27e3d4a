"""From observations and report settings to an Analysis: the shares of each scene's usable faces, with intervals.

A scene's share of label k is a weighted mean over its usable faces i, on all its sampled frames:

    share_k = sum_i w_i p_ik / sum_i w_i,      w_i = score_i * sqrt(width_i * height_i)

p_ik is the softmax of the stored logits over the temperature (see expression/checkpoints/calibration.py), score the
detector's score (0 to 1), width and height the box in display pixels. A face twice as wide counts twice: faces in front
weigh more than faces behind, but a close-up does not drown all others as its area would. Where the picture's size
changes within a film, width and height are relative to it. The shares of a scene sum to 1.

Intervals are percentile bootstrap intervals (Efron 1979) that resample frames, not faces: faces of one frame are not
independent observations of a scene. The generator is seeded from the film's content and the scene's frames alone.
"""

from __future__ import annotations

import hashlib
import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..corrections import Corrections, describe
from ..expression.checkpoints import Temperature, temperature_by_settings
from ..labels import neutral_index
from ..observations import Face, Observations, Sample
from ..scenes import Scene, Shot, apply_corrections, assign_kinds, detect_scenes, ineffective_corrections
from ..settings import ReportSettings, ShotSettings
from .notes import report_notes
from .records import Analysis, SceneEmotion, count_reused, probabilities, samples_behind
from .usable_faces import LeftOut, Rule, is_sure, rules_of

MIN_FRAMES_FOR_INTERVAL = 3
"""With fewer frames with usable faces no interval is given."""


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
    chances = probabilities(observations, temperature.value)
    faces_of = faces_by_frame(observations)
    all_samples = samples_behind(observations, scenes)
    frames = np.array([sample.frame for sample in all_samples], dtype=np.int64)
    bounds = np.searchsorted(frames, [(scene.frame_in, scene.frame_out) for scene in scenes]).reshape(-1, 2).tolist()
    within = [all_samples[first:last] for first, last in bounds]
    known = [reusable.get(_row_key(scene, samples)) for scene, samples in zip(scenes, within, strict=True)]
    new = [sample for samples, row in zip(within, known, strict=True) if row is None for sample in samples]
    rules = rules_on(new, faces_of, observations, settings)
    rows = [
        summarize_scene(scene, samples, faces_of, chances, observations, settings, rules)
        if row is None
        else replace(row, scene=scene)
        for scene, samples, row in zip(scenes, within, known, strict=True)
    ]
    ineffective = [describe(item) for item in ineffective_corrections(settings.corrections, detected, scenes)]
    reused_faces = count_reused(observations, all_samples)
    notes = report_notes(observations, rows, settings, detected, ineffective, reused_faces, temperature)
    return Analysis(observations, settings, tuple(rows), notes, temperature)


_RowKey = tuple[int, int, bool, tuple[int, ...]]


def _row_key(scene: Scene, samples: tuple[Sample, ...]) -> _RowKey:
    """Cache key of a scene: all inputs that can change its numbers, given the same scan and settings."""
    return scene.frame_in, scene.frame_out, scene.counts, tuple(s.frame for s in samples)


def _reusable_rows(
    earlier: Analysis | None, observations: Observations, settings: ReportSettings, temperature: Temperature
) -> dict[_RowKey, SceneEmotion]:
    """The rows of an earlier analysis of the same scan, if the settings differ in cuts and editor's entries only."""
    if earlier is None or earlier.observations is not observations or earlier.temperature.value != temperature.value:
        return {}
    both = (earlier.report_settings.of_numbers, settings.of_numbers)
    rest = [replace(s, shots=ShotSettings(), corrections=Corrections()) for s in both]
    if rest[0] != rest[1]:
        return {}
    samples = samples_behind(observations, tuple(row.scene for row in earlier.scenes))
    frames = [sample.frame for sample in samples]
    return {
        _row_key(
            row.scene, samples[bisect_left(frames, row.scene.frame_in) : bisect_left(frames, row.scene.frame_out)]
        ): row
        for row in earlier.scenes
    }


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
    rules: Mapping[int, Rule | None] | None = None,
) -> SceneEmotion:
    """The row of a scene over these sampled frames. `faces_of` is of `faces_by_frame`, `chances` of `probabilities`;
    `rules` of `rules_on`, for a caller that has them for many scenes.
    """
    if rules is None:
        rules = rules_on(samples, faces_of, observations, settings)
    people = [s.too_small + sum(is_sure(f, settings) for f in faces_of[s.frame]) for s in samples]
    usable = [[f for f in faces_of[s.frame] if rules[f.id] is None] for s in samples]
    counts = Counter(rule for s in samples for f in faces_of[s.frame] if (rule := rules[f.id]) is not None)
    left_out = LeftOut.of(counts, too_small=sum(s.too_small for s in samples))
    return _sum_up(scene, [f for f in usable if f], people, left_out, chances, observations, settings)


def _sum_up(
    scene: Scene,
    usable: list[list[Face]],
    people: list[int],
    left_out: LeftOut,
    chances: NDArray[np.float64],
    observations: Observations,
    settings: ReportSettings,
) -> SceneEmotion:
    """The row of a scene. `usable` are its usable faces by frame, without empty frames; `people` is the number of sure
    faces of any size on each sampled frame; `chances` (faces, k) are the probabilities of all faces of the scan.
    """
    labels = observations.checkpoint.labels
    coverage = len(usable) / len(people) if people else None
    shares = intervals = dominant = intensity = None
    if usable and scene.counts:
        weights = [face_weights(observations, faces) for faces in usable]
        sums = np.stack([w @ chances[[f.id for f in faces]] for w, faces in zip(weights, usable, strict=True)])
        totals = np.array([w.sum() for w in weights])
        share = sums.sum(axis=0) / totals.sum()
        shares = tuple(share.tolist())
        neutral = neutral_index(labels)
        intensity = None if neutral is None else 1.0 - shares[neutral]
        if coverage is not None and coverage >= settings.coverage_floor:
            dominant = labels[int(share.argmax())]
        if len(usable) >= MIN_FRAMES_FOR_INTERVAL:
            intervals = _bootstrap(sums, totals, settings, _seed(observations, scene))
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


def face_weights(observations: Observations, faces: Sequence[Face]) -> NDArray[np.float64]:
    """The weights w_i of faces."""
    sizes = {frame: _relative_size(observations, frame) for frame in {face.sample_frame for face in faces}}
    return np.array([face.score * math.sqrt(face.box[2] * face.box[3]) / sizes[face.sample_frame] for face in faces])


def _relative_size(observations: Observations, frame: int) -> float:
    """The side of a frame's picture as a multiple of the film's; 1 in films whose size does not change."""
    own, film = observations.media_at(frame), observations.media
    if own is film:
        return 1.0
    areas = [width * height for _, _, width, height in (own.active_display, film.active_display)]
    return float(np.sqrt(areas[0] / areas[1]))


def _bootstrap(
    sums: NDArray[np.float64], totals: NDArray[np.float64], settings: ReportSettings, seed: int
) -> tuple[tuple[float, float], ...]:
    """Percentile intervals of the weighted shares over resampled frames: sums (frames, k), totals (frames,)."""
    frames = len(totals)
    drawn = np.random.default_rng(seed).multinomial(frames, np.full(frames, 1 / frames), size=settings.resamples)
    shares = (drawn @ sums) / (drawn @ totals)[:, None]
    tail = (1 - settings.confidence) / 2
    ordered = np.sort(np.ascontiguousarray(shares.T), axis=1)
    low, high = _quantile(ordered, tail), _quantile(ordered, 1 - tail)
    return tuple(zip(low.tolist(), high.tolist(), strict=True))


def _quantile(ordered: NDArray[np.float64], q: float) -> NDArray[np.float64]:
    """The quantile `q` of each row of ascending numbers, bit for bit as np.quantile, which takes five times as long."""
    place = (ordered.shape[1] - 1) * q
    before = math.floor(place)
    part = place - before
    below, above = ordered[:, before], ordered[:, min(before + 1, ordered.shape[1] - 1)]
    between: NDArray[np.float64] = (
        below + (above - below) * part if part < 0.5 else above - (above - below) * (1 - part)
    )
    return between


def _seed(observations: Observations, scene: Scene) -> int:
    text = f"{observations.media.content_id}:{scene.frame_in}:{scene.frame_out}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
