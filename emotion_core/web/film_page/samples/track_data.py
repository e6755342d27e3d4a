"""The tracks of scenes as JSON types: by which letter each face is shown, and what an editor can correct."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import Any

from ....analysis import Analysis, SceneEmotion, rules_of
from ....errors import SettingsError
from ....formatting import count, percent
from ....media import timecode_at
from ....observations import Face
from ....scenes import shots_in
from ....tracks import Track, track_reading, tracks_of

MOST = 2_000
"""Tracks in one document."""


@dataclass(frozen=True, slots=True)
class SceneTrack:
    """A track in its scene."""

    number: int
    """Among the scene's, from 0, in the order of their first faces, from left to right on one frame."""
    track: Track

    @property
    def letter(self) -> str:
        """A to Z, then AA to AZ and so on."""
        before, last = divmod(self.number, 26)
        return (ascii_uppercase[before - 1] if 0 < before <= 26 else "") + ascii_uppercase[last]


def tracks_by_face(analysis: Analysis, rows: Sequence[SceneEmotion]) -> dict[int, SceneTrack]:
    """The track of each face of these scenes, by the face's id."""
    return {face: found for row in rows for found in _scene_tracks(analysis, row) for face in found.track.faces}


def tracks_document(analysis: Analysis, first: int, end: int) -> dict[str, Any]:
    """The `tracks` of the scenes with a frame from `first` to before `end`, and the `names` of people of the film.

    Raises SettingsError for more than MOST tracks.
    """
    rows = [row for row in analysis.scenes if row.scene.frame_in < end and row.scene.frame_out > first]
    tracks = [found for row in rows for found in _scene_tracks(analysis, row)]
    if len(tracks) > MOST:
        raise SettingsError(f"The frames {first} to {end} hold {len(tracks):,} tracks.", f"Ask for {MOST} at most.")
    names = sorted({name for _, name in analysis.report_settings.faces.names})
    return {"tracks": [_track(analysis, found) for found in tracks], "names": names}


def _scene_tracks(analysis: Analysis, row: SceneEmotion) -> list[SceneTrack]:
    faces = analysis.observations.faces
    found = tracks_of(analysis.observations, shots_in([row.scene]), analysis.report_settings.faces)
    ordered = sorted(found, key=lambda track: (faces[track.faces[0]].sample_frame, faces[track.faces[0]].box[0]))
    return [SceneTrack(number, track) for number, track in enumerate(ordered)]


def _track(analysis: Analysis, found: SceneTrack) -> dict[str, Any]:
    observations, track = analysis.observations, found.track
    faces = [observations.faces[face] for face in track.faces]
    media, first, last = observations.media, faces[0].sample_frame, faces[-1].sample_frame
    times = [timecode_at(media, observations.seconds_at(frame)) for frame in (first, last)]
    return {
        "letter": found.letter,
        "number": found.number,
        "name": track.name,
        "left_out": track.left_out,
        "shot": track.shot,  # counted from 0 in its scene
        "anchor": list(track.anchor),
        "first": first,
        "frames": [face.sample_frame for face in faces],
        "times": times[0] if first == last else f"{times[0]} – {times[1]}",
        "evidence": count(len(faces), "face"),
        "reading": _reading(analysis, track, faces),  # in words; None where no face counts
    }


def _reading(analysis: Analysis, track: Track, faces: list[Face]) -> str | None:
    observations, settings = analysis.observations, analysis.report_settings
    pictures = (observations.media_at(face.sample_frame).active_display for face in faces)
    rules = rules_of(faces, settings, pictures)
    usable = [face.id for face, rule in zip(faces, rules, strict=True) if rule is None]
    if not usable or track.left_out:
        return None
    chances = track_reading(observations, usable, analysis.temperature.scaling)
    best = int(chances.argmax())
    return f"{analysis.labels[best]} {percent(float(chances[best]))}"
