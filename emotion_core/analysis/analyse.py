"""Observations + report settings -> Analysis: what each scene's usable faces show, with intervals.

A scene's share of label k is a weighted mean over its usable faces i, on all its sampled frames:

    share_k = sum_i w_i p_ik / sum_i w_i,      w_i = score_i * sqrt(width_i * height_i)

p_ik is the softmax of the stored logits over the temperature (calibration.py says which), score the detector's (0 to
1), width and height the box in display pixels: a face twice as wide counts twice, so faces in front weigh more than
faces behind, without a close-up drowning all else as its area would. Where the picture's size changes within a film,
width and height are taken relative to it. Shares of a scene sum to 1.

Intervals are percentile bootstrap intervals (Efron 1979) that resample frames, not faces: faces of one frame are not
independent looks at a scene. The generator is seeded from the film's content and the scene's frames alone.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..corrections import Corrections, said
from ..expression.checkpoints.calibration import Temperature, by_settings
from ..labels import neutral_index
from ..observations.observations import Face, Observations, Sample
from ..scenes.kinds import with_kinds
from ..scenes.scenes import Scene, corrected, found_in, idle
from ..scenes.shots import Shot
from ..settings import ReportSettings, ShotSettings
from .intervals import MIN_FRAMES_FOR_INTERVAL, _bootstrap, _seed
from .notes import notes
from .records import Analysis, SceneEmotion, _read_once, probabilities, samples_behind
from .usable_faces import LeftOut, left_out_by


def analyse(
    observations: Observations,
    settings: ReportSettings,
    *,
    temperature: Temperature | None = None,
    shots: tuple[Shot, ...] | None = None,
    earlier: Analysis | None = None,
) -> Analysis:
    """The whole report of a scan: cuts decided, scenes formed, faces summed up. Pure; the same in, the same out.

    `temperature` is what `calibration.resolved` makes of the settings; None for what they say by themselves.
    `shots` under these settings and an `earlier` analysis under any only save work: of a correction, all but the few
    scenes that it changes.
    """
    found = found_in(observations, settings, shots)
    scenes = corrected(found, settings.corrections, observations.seconds_at)
    scenes = with_kinds(observations, scenes, dict(settings.corrections.marks))
    temperature = temperature or by_settings(settings.temperature)
    known = _known(earlier, observations, settings, temperature)
    chances = probabilities(observations, temperature.value)
    faces_of: dict[int, list[Face]] = defaultdict(list)
    for face in observations.faces:
        faces_of[face.sample_frame].append(face)
    looked_at = samples_behind(observations, scenes)
    sampled = np.array([s.frame for s in looked_at], dtype=np.int64)
    rows = []
    for scene in scenes:
        first, last = np.searchsorted(sampled, [scene.frame_in, scene.frame_out])
        samples = looked_at[first:last]
        if (row := known.get(_essence(scene, samples))) is not None:
            rows.append(replace(row, scene=scene))
            continue
        people = [s.too_small + _sure(faces_of[s.frame], settings) for s in samples]
        rules = {
            f.id: left_out_by(f, settings, observations.media_at(s.frame).active_display)
            for s in samples
            for f in faces_of[s.frame]
        }
        good = [[f for f in faces_of[s.frame] if rules[f.id] is None] for s in samples]
        kinds = Counter(rules.values())
        left_out = LeftOut(sum(s.too_small for s in samples), kinds["unsure"], kinds["cut"])
        rows.append(_sum_up(scene, [g for g in good if g], people, left_out, chances, observations, settings))
    waiting = [said(one) for one in idle(settings.corrections, found, scenes)]
    read_once = _read_once(observations, looked_at)
    said_of_it = notes(observations, rows, settings, found, waiting, read_once, temperature)
    return Analysis(observations, settings, tuple(rows), said_of_it, temperature)


_Essence = tuple[int, int, bool, tuple[int, ...]]


def _essence(scene: Scene, samples: tuple[Sample, ...]) -> _Essence:
    """What a scene's numbers hang on, within a scan and under settings that are otherwise the same."""
    return scene.frame_in, scene.frame_out, scene.counts, tuple(s.frame for s in samples)


def _known(
    earlier: Analysis | None, observations: Observations, settings: ReportSettings, temperature: Temperature
) -> dict[_Essence, SceneEmotion]:
    """The scenes of an earlier analysis of this very scan, as far as only its boundaries, names and marks differ."""
    if earlier is None or earlier.observations is not observations or earlier.temperature.value != temperature.value:
        return {}
    plain = [replace(s, shots=ShotSettings(), corrections=Corrections()) for s in (earlier.report_settings, settings)]
    if plain[0] != plain[1]:
        return {}
    looked_at = samples_behind(observations, tuple(row.scene for row in earlier.scenes))
    frames = [s.frame for s in looked_at]
    return {
        _essence(
            row.scene, looked_at[bisect_left(frames, row.scene.frame_in) : bisect_left(frames, row.scene.frame_out)]
        ): row
        for row in earlier.scenes
    }


def _sure(faces: list[Face], settings: ReportSettings) -> int:
    return sum(f.score >= settings.min_face_score for f in faces)


def _sum_up(
    scene: Scene,
    good: list[list[Face]],
    people: list[int],
    left_out: LeftOut,
    chances: NDArray[np.float64],
    observations: Observations,
    settings: ReportSettings,
) -> SceneEmotion:
    labels = observations.checkpoint.labels
    coverage = len(good) / len(people) if people else None
    shares = intervals = dominant = intensity = None
    if good and scene.counts:
        sizes = [_size(observations, frame[0].sample_frame) for frame in good]
        weights = [
            np.array([f.score * np.sqrt(f.box[2] * f.box[3]) / size for f in frame])
            for frame, size in zip(good, sizes, strict=True)
        ]
        sums = np.stack([w @ chances[[f.id for f in frame]] for w, frame in zip(weights, good, strict=True)])
        totals = np.array([w.sum() for w in weights])
        share = sums.sum(axis=0) / totals.sum()
        shares = tuple(share.tolist())
        neutral = neutral_index(labels)
        intensity = None if neutral is None else 1.0 - shares[neutral]
        if coverage is not None and coverage >= settings.coverage_floor:
            dominant = labels[int(share.argmax())]
        if len(good) >= MIN_FRAMES_FOR_INTERVAL:
            intervals = _bootstrap(sums, totals, settings, _seed(observations, scene))
    return SceneEmotion(
        scene=scene,
        shares=shares,
        intervals=intervals,
        dominant=dominant,
        intensity=intensity,
        faces=sum(len(frame) for frame in good),
        people=float(np.mean(people)) if people else None,
        frames_sampled=len(people),
        frames_with_faces=len(good),
        coverage=coverage,
        left_out=left_out,
    )


def _size(observations: Observations, frame: int) -> float:
    """How large a frame's picture is, a side, as a multiple of the film's; 1 in films whose size does not change."""
    own, film = observations.media_at(frame), observations.media
    if own is film:
        return 1.0
    areas = [width * height for _, _, width, height in (own.active_display, film.active_display)]
    return float(np.sqrt(areas[0] / areas[1]))
