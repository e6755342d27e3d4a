"""The editor's operations on tracks.

Each takes the corrections so far and the film's shots, and returns the new corrections. A track is named by any of its
faces, by anchor. An operation that is not possible raises CorrectionError.

Names, and tracks that are left out, are kept by several anchors along the track: where cuts are found otherwise later,
each part of the track that has one of them keeps what was said about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ..errors import CorrectionError
from ..face_corrections import FaceAnchor, FaceCorrections, plain_name
from ..observations import Observations
from ..scenes import Shot
from .corrected import shots_at, tracks_of
from .places import nearest
from .records import Track, anchor_of

ANCHOR_EVERY = 8
"""Faces of a track from one of its anchors to the next; its last face has one too."""
_AGAIN = "Look at the faces as they are now, and correct them again."


def leave_out(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections, face: FaceAnchor, out: bool
) -> FaceCorrections:
    """Leave the track of a face out, or count it again."""
    track, places = _find(observations, shots, corrections, face)
    kept = {anchor for anchor in corrections.left_out if anchor not in places}
    return replace(
        corrections, left_out=tuple(sorted(kept | (set(anchors_along(observations, track)) if out else set())))
    )


def name(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections, face: FaceAnchor, text: str
) -> FaceCorrections:
    """Name the person of a face's track; an empty text removes the name."""
    track, places = _find(observations, shots, corrections, face)
    kept = {anchor: other for anchor, other in corrections.names if anchor not in places}
    if text.strip():
        kept |= dict.fromkeys(anchors_along(observations, track), plain_name(text))
    return replace(corrections, names=tuple(sorted(kept.items())))


def split(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections, face: FaceAnchor
) -> FaceCorrections:
    """Let a track begin anew at a face; two that were joined there are two again."""
    track, places = _find(observations, shots, corrections, face)
    rows = track.faces
    at = next((row for row in rows if observations.faces[row].sample_frame >= face.frame), None)
    if at is None or at == rows[0]:
        raise CorrectionError("A track cannot be split at its first face.", "Choose a later face of the person.")
    here = anchor_of(observations, observations.faces[at])
    seams = [pair for pair in corrections.joined if set(pair) <= places and pair[0].frame < here.frame <= pair[1].frame]
    apart = replace(corrections, joined=tuple(pair for pair in corrections.joined if pair not in seams))
    if apart != corrections and at in {other.faces[0] for other in tracks_of(observations, shots, apart)}:
        return apart
    return replace(corrections, split=tuple(sorted({*corrections.split, here})))


def join(
    observations: Observations,
    shots: Sequence[Shot],
    corrections: FaceCorrections,
    face: FaceAnchor,
    other_face: FaceAnchor,
) -> FaceCorrections:
    """Make one track of two of a shot; one that was split there is whole again."""
    one, _ = _find(observations, shots, corrections, face)
    other, _ = _find(observations, shots, corrections, other_face)
    if shots_at(shots, [face]) != shots_at(shots, [other_face]):
        raise CorrectionError(
            "The two faces are in different shots: a track lies within one.", "Give both the same name instead."
        )
    if one == other:
        raise CorrectionError("Both faces are of one track already.", "Choose a face of another track.")
    frames = [{observations.faces[row].sample_frame for row in track.faces} for track in (one, other)]
    if both := frames[0] & frames[1]:
        raise CorrectionError(
            f"Both faces are in the picture at frame {min(both)}: they are two persons.",
            "Split one of the tracks first, if it holds two.",
        )
    first, second = sorted(
        anchor_of(observations, observations.faces[row]) for row in _closest(observations, one, other)
    )
    whole = replace(corrections, split=tuple(anchor for anchor in corrections.split if anchor != second))
    if whole != corrections and any(
        set(one.faces) | set(other.faces) <= set(track.faces) for track in tracks_of(observations, shots, whole)
    ):
        return whole
    return replace(corrections, joined=tuple(sorted({*corrections.joined, (first, second)})))


def _find(
    observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections, face: FaceAnchor
) -> tuple[Track, set[FaceAnchor]]:
    """The track of a face, and the anchors of all corrections that stand for it."""
    tracks = tracks_of(observations, shots_at(shots, [face]), corrections)
    which = nearest(observations, [track.faces for track in tracks], face)
    if which is None:
        raise CorrectionError(f"There is no face at that place of frame {face.frame} any more.", _AGAIN)
    rows = [track.faces for track in tracks]
    near = {anchor for anchor in corrections.anchors if shots_at(shots, [anchor]) == shots_at(shots, [face])}
    return tracks[which], {anchor for anchor in near if nearest(observations, rows, anchor) == which}


def anchors_along(observations: Observations, track: Track) -> tuple[FaceAnchor, ...]:
    """The anchors by which what is said of a track is kept."""
    rows = dict.fromkeys((*track.faces[::ANCHOR_EVERY], track.faces[-1]))
    return tuple(anchor_of(observations, observations.faces[row]) for row in rows)


def _closest(observations: Observations, one: Track, other: Track) -> tuple[int, int]:
    """The faces of two tracks, one of each, that lie nearest in time."""
    pairs = ((a, b) for a in one.faces for b in other.faces)
    faces = observations.faces
    return min(pairs, key=lambda pair: (abs(faces[pair[0]].sample_frame - faces[pair[1]].sample_frame), pair))
