"""The tracks of a film's shots with an editor's corrections applied: split first, then joined, named and left out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..face_corrections import FaceAnchor, FaceCorrection, FaceCorrections, as_list
from ..observations import Observations
from ..scenes import Shot
from .linked import Rows, features_in, linked_tracks
from .places import nearest
from .records import Track, anchor_of


def tracks_of(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections | None = None
) -> tuple[Track, ...]:
    """The tracks of these shots, in film order. They need not be all shots of the film; each stands by itself.

    Corrections that do not apply are ignored; see `ineffective`.
    """
    return _corrected(observations, shots, corrections or FaceCorrections()).tracks


def ineffective(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections
) -> tuple[FaceCorrection, ...]:
    """The corrections without effect on the tracks of the film's shots, because no face is there, or not a second one
    in the same shot, or the two are on screen at once.
    """
    effective = _corrected(observations, shots, corrections).effective
    return tuple(correction for correction in as_list(corrections) if correction not in effective)


def track_at(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections, face: FaceAnchor
) -> Track | None:
    """The track of the film's shots that a face's anchor stands for; None where no face is near."""
    tracks = tracks_of(observations, shots_at(shots, [face]), corrections)
    which = nearest(observations, [track.faces for track in tracks], face)
    return None if which is None else tracks[which]


def anchors_by_track(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections
) -> dict[FaceAnchor, FaceAnchor]:
    """The first face of the track that each anchor of the corrections stands for; without those near which no face is.

    `shots` are the film's.
    """
    out = {}
    for shot in shots_at(shots, corrections.anchors):
        tracks = tracks_of(observations, [shot], corrections)
        rows = [track.faces for track in tracks]
        for anchor in set(corrections.anchors):
            if shot.frame_in <= anchor.frame < shot.frame_out:
                which = nearest(observations, rows, anchor)
                if which is not None:
                    out[anchor] = tracks[which].anchor
    return out


def shots_at(shots: Sequence[Shot], anchors: Iterable[FaceAnchor]) -> tuple[Shot, ...]:
    """Those of a film's shots in which anchors lie."""
    firsts = [shot.frame_in for shot in shots]
    indices = {bisect_right(firsts, anchor.frame) - 1 for anchor in anchors}
    return tuple(shots[i] for i in sorted(indices) if i >= 0)


@dataclass(frozen=True, slots=True)
class _Corrected:
    tracks: tuple[Track, ...]
    effective: frozenset[FaceCorrection]


def _corrected(observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections) -> _Corrected:
    linked = linked_tracks(observations, shots)
    by_shot: dict[int, list[FaceCorrection]] = {}
    firsts = [shot.frame_in for shot in shots]
    for correction in as_list(corrections):
        index = bisect_right(firsts, correction.at.frame) - 1
        if index >= 0 and correction.at.frame < shots[index].frame_out:
            by_shot.setdefault(index, []).append(correction)
    tracks: list[Track] = []
    effective: set[FaceCorrection] = set()
    for index, (shot, found) in enumerate(zip(shots, linked, strict=True)):
        own = by_shot.get(index)
        if own is None:
            tracks += [_track(observations, index, rows) for rows in found]
        else:
            tracks += _correct(observations, index, shot, list(found), own, effective)
    return _Corrected(tuple(tracks), frozenset(effective))


def _track(observations: Observations, shot: int, rows: Rows, name: str | None = None, left_out: bool = False) -> Track:
    return Track(shot, rows, anchor_of(observations, observations.faces[rows[0]]), name, left_out)


def _correct(
    observations: Observations,
    index: int,
    shot: Shot,
    tracks: list[Rows],
    corrections: list[FaceCorrection],
    effective: set[FaceCorrection],
) -> list[Track]:
    """The tracks of one shot; those of its corrections that apply are added to `effective`."""
    frames = features_in(observations).frames
    for correction in (c for c in corrections if c.kind == "split"):
        which = nearest(observations, tracks, correction.at)
        if which is None:
            continue
        rows = tracks[which]
        parts = (
            tuple(r for r in rows if frames[r] < correction.at.frame),
            tuple(r for r in rows if frames[r] >= correction.at.frame),
        )
        if all(parts):
            tracks[which : which + 1] = parts
            effective.add(correction)
    for correction in (c for c in corrections if c.kind == "join"):
        if correction.other is None or not shot.frame_in <= correction.other.frame < shot.frame_out:
            continue
        one, other = nearest(observations, tracks, correction.at), nearest(observations, tracks, correction.other)
        if one is None or other is None:
            continue
        if one == other:
            effective.add(correction)
        elif not {frames[r] for r in tracks[one]} & {frames[r] for r in tracks[other]}:
            tracks[one] = tuple(sorted(tracks[one] + tracks[other], key=lambda row: frames[row]))
            del tracks[other]
            effective.add(correction)
    names: dict[int, str] = {}
    out: set[int] = set()
    for correction in (c for c in corrections if c.kind in ("name", "left out")):
        which = nearest(observations, tracks, correction.at)
        if which is None:
            continue
        effective.add(correction)
        if correction.kind == "name":
            names.setdefault(which, correction.value)
        else:
            out.add(which)
    made = [_track(observations, index, rows, names.get(i), i in out) for i, rows in enumerate(tracks)]
    return sorted(made, key=lambda track: track.faces[0])
