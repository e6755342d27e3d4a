"""The corrections of a film's faces as a list in words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from ..analysis import Analysis
from ..face_corrections import FaceAnchor, FaceCorrection, as_list
from ..formatting import count
from ..media import timecode_at
from ..scenes import shots_in
from ..tracks import anchors_by_track


@dataclass(frozen=True, slots=True)
class ListedCorrection:
    """What an editor said in one step or several, an entry of the list."""

    text: str
    """In words, by timecode."""
    frame: int
    """The first frame that it is about."""
    corrections: tuple[FaceCorrection, ...]
    """What is taken back with it."""


def listed_corrections(analysis: Analysis) -> tuple[ListedCorrection, ...]:
    """The corrections of a film's faces, ascending by frame: an entry a track that is left out, a name, a split and a
    join.
    """
    observations, corrections = analysis.observations, analysis.report_settings.faces
    if not corrections:
        return ()
    shots = shots_in(row.scene for row in analysis.scenes)
    track_of = anchors_by_track(observations, shots, corrections)
    firsts = [shot.frame_in for shot in shots]
    gone: dict[int, FaceAnchor] = {}
    for anchor in sorted(set(corrections.anchors) - set(track_of)):  # of one track of their shot, as far as is known
        track_of[anchor] = gone.setdefault(bisect_right(firsts, anchor.frame), anchor)
    groups: dict[tuple[str, object], list[FaceCorrection]] = {}
    for entry in as_list(corrections):
        key: object = entry
        if entry.kind == "left out":
            key = track_of[entry.at]
        elif entry.kind == "name":
            key = entry.value
        groups.setdefault((entry.kind, key), []).append(entry)
    made = [ListedCorrection(_text(analysis, own, track_of), own[0].at.frame, tuple(own)) for own in groups.values()]
    return tuple(sorted(made, key=lambda listed: listed.frame))


def _text(analysis: Analysis, entries: list[FaceCorrection], track_of: dict[FaceAnchor, FaceAnchor]) -> str:
    first = entries[0]
    at = _timecode(analysis, first.at.frame)
    match first.kind:
        case "left out":
            return f"Face at {at} left out"
        case "join":
            return f"Faces at {at} and {_timecode(analysis, first.other.frame if first.other else 0)} are one track"
        case "split":
            return f"New track from the face at {at} on"
        case "name":
            tracks = len({track_of[entry.at] for entry in entries})
            of = f"the face at {at}" if tracks == 1 else f"{count(tracks, 'track')}, the first at {at}"
            return f"Name “{first.value}” of {of}"


def _timecode(analysis: Analysis, frame: int) -> str:
    return timecode_at(analysis.observations.media, analysis.observations.seconds_at(frame))
