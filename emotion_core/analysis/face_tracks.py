"""What an analysis takes from tracks: which faces the editor left out, and by which track each face weighs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np

from ..face_corrections import FaceCorrection, describe
from ..observations import Observations
from ..scenes import Scene, Shot, shots_in
from ..settings import ReportSettings
from ..tracks import Track, ineffective, shots_at, tracks_of
from .records import Analysis

Key = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class FaceTracks:
    """Of the scenes of a report."""

    left_out: frozenset[int] = frozenset()
    """Ids of faces that do not count, because the editor left their tracks out."""
    track_of: Mapping[int, int] | None = None
    """The track of each face id, where tracks weigh; else None."""
    tracks: tuple[tuple[int, ...], ...] = ()
    """The faces of each of these tracks."""
    unfit: list[str] = field(default_factory=list)
    """The corrections of faces without effect, in words."""


NO_TRACKS = FaceTracks()


def face_tracks(observations: Observations, scenes: Sequence[Scene], settings: ReportSettings) -> FaceTracks:
    """What tracks say under these settings. Where nothing asks for tracks, no face is linked."""
    corrections = settings.faces
    if settings.faces_weigh == "faces" and not corrections:
        return NO_TRACKS
    shots = shots_in(scenes)
    unfit = _described(ineffective(observations, shots_at(shots, corrections.anchors), corrections), shots)
    if settings.faces_weigh == "faces":
        left_out = _left_out(tracks_of(observations, shots_at(shots, corrections.left_out), corrections))
        return FaceTracks(left_out, unfit=unfit)
    tracks = tracks_of(observations, shots, corrections)
    track_of = {face: i for i, track in enumerate(tracks) for face in track.faces}
    return FaceTracks(_left_out(tracks), track_of, tuple(track.faces for track in tracks), unfit)


def face_key(tracks: FaceTracks, faces: Sequence[int]) -> Key:
    """All that tracks can change of the numbers of a scene with these faces: what is left out, and what is a track."""
    out = tuple(face for face in faces if face in tracks.left_out) if tracks.left_out else ()
    if tracks.track_of is None:
        return out
    numbers = [tracks.track_of.get(face, -1) for face in faces]
    _, same = np.unique(numbers, return_inverse=True) if numbers else ((), np.empty(0, dtype=np.int64))
    return (*out, -1, *same.tolist())


def tracks_in(analysis: Analysis) -> tuple[Track, ...]:
    """The tracks of a report, in film order, computed once for each analysis; Track.shot counts the shots of its
    scenes, from 0.
    """
    known = _known.get(analysis)
    if known is None:
        shots = shots_in(row.scene for row in analysis.scenes)
        known = _known[analysis] = tracks_of(analysis.observations, shots, analysis.report_settings.faces)
    return known


_known: WeakKeyDictionary[Analysis, tuple[Track, ...]] = WeakKeyDictionary()


def _described(unfit: Sequence[FaceCorrection], shots: Sequence[Shot]) -> list[str]:
    """Corrections in words. What was said of a track is kept by several anchors along it, and is told once a shot."""
    firsts = [shot.frame_in for shot in shots]
    once: dict[object, FaceCorrection] = {}
    for item in unfit:
        of_track = item.kind in ("name", "left out")
        key = (item.kind, item.value, bisect_right(firsts, item.at.frame)) if of_track else item
        once.setdefault(key, item)
    return [describe(item) for item in once.values()]


def _left_out(tracks: Sequence[Track]) -> frozenset[int]:
    return frozenset(face for track in tracks if track.left_out for face in track.faces)
