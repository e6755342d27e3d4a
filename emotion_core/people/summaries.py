"""The numbers of a person's faces in a scene, kept in memory for each scan: a correction changes those of few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ..analysis import Analysis, FaceTracks, SceneEmotion, probabilities, summarize_scene
from ..analysis.face_tracks import face_tracks
from ..corrections import Corrections
from ..expression import Scaling
from ..face_corrections import FaceCorrections
from ..observations import Face, Observations, Sample
from ..scenes import Scene
from ..settings import ReportSettings, ShotSettings

MOST = 100_000
"""Of a scan; a feature film has some thousand scenes with a person."""

_Key = tuple[int, int, tuple[int, ...], tuple[int, ...]]
"""First frame of a scene and the one after its last; sampled frames; faces."""


@dataclass(slots=True)
class _Kept:
    settings: ReportSettings
    scaling: Scaling
    rows: dict[_Key, SceneEmotion] = field(default_factory=dict)


_kept: WeakKeyDictionary[Observations, _Kept] = WeakKeyDictionary()


class Summaries:
    """Sums up faces by the rules of an analysis."""

    def __init__(self, analysis: Analysis) -> None:
        self._analysis = analysis
        self._chances: NDArray[np.float64] = probabilities(analysis.observations, analysis.temperature.scaling)
        scenes = tuple(row.scene for row in analysis.scenes)
        self._tracks: FaceTracks = face_tracks(analysis.observations, scenes, analysis.report_settings)
        self._rows = self._kept_rows()

    def of(self, scene: Scene, samples: Sequence[Sample], faces: Mapping[int, list[Face]]) -> SceneEmotion:
        """The numbers of these faces, by frame, over the sampled frames with the person."""
        ids = tuple(face.id for sample in samples for face in faces[sample.frame])
        key = scene.frame_in, scene.frame_out, tuple(sample.frame for sample in samples), ids
        row = self._rows.get(key)
        if row is None:
            observations, settings = self._analysis.observations, self._analysis.report_settings
            row = summarize_scene(scene, samples, faces, self._chances, observations, settings, self._tracks)
            self._rows[key] = row
        return row if row.scene == scene else replace(row, scene=scene)

    def _kept_rows(self) -> dict[_Key, SceneEmotion]:
        """Those of the scan under these settings; cuts and corrections change which there are, not what each is."""
        analysis = self._analysis
        settings = replace(analysis.report_settings.of_numbers, shots=ShotSettings(), corrections=Corrections())
        if settings.faces_weigh == "faces":
            settings = replace(settings, faces=FaceCorrections())
        scaling = analysis.temperature.scaling
        kept = _kept.get(analysis.observations)
        if kept is None or (kept.settings, kept.scaling) != (settings, scaling) or len(kept.rows) > MOST:
            kept = _kept[analysis.observations] = _Kept(settings, scaling)
        return kept.rows
