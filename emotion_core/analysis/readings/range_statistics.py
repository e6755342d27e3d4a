"""The numbers of any range of frames, as if it were a scene: what an editor marks with in and out."""

from __future__ import annotations

from bisect import bisect_left

from ...scenes import Scene, Shot
from ...timecode import Span
from ..face_tracks import face_tracks
from ..records import Analysis, SceneEmotion, probabilities, samples_behind
from ..scene_statistics import faces_by_frame, summarize_scene


def summarize_range(analysis: Analysis, first: int, end: int) -> SceneEmotion:
    """Shares, intervals and evidence over the frames from `first` to before `end`, which are kept within the film.

    The sampled frames are those that count for the report's scenes, without those of black and of what is not film. A
    range that is exactly a scene has the scene's numbers.
    """
    observations = analysis.observations
    first = max(0, min(first, observations.frames - 1))
    end = max(first + 1, min(end, observations.frames))
    scenes = tuple(row.scene for row in analysis.scenes)
    samples = samples_behind(observations, scenes)
    frames = [sample.frame for sample in samples]
    within = samples[bisect_left(frames, first) : bisect_left(frames, end)]
    not_film = [scene for scene in scenes if not scene.counts]
    counted = [s for s in within if not any(scene.frame_in <= s.frame < scene.frame_out for scene in not_film)]
    shot = Shot(first, end, Span(observations.seconds_at(first), observations.seconds_at(end)))
    chances = probabilities(observations, analysis.temperature.scaling)
    scene = Scene(id=first, number=1, shots=(shot,))
    settings, faces = analysis.report_settings, faces_by_frame(observations)
    tracks = face_tracks(observations, scenes, settings)
    return summarize_scene(scene, counted, faces, chances, observations, settings, tracks)
