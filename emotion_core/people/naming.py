"""An editor's corrections of people: names, one person in two, two in one, and what is nobody.

Each states the faces that were displayed, by their anchors, and gives a function from the corrections and tracks as
they are to new corrections. A person's correction is one of all its tracks: nothing but corrections of tracks is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from ..errors import CorrectionError
from ..face_corrections import FaceAnchor, FaceCorrections, plain_name
from ..observations import Face, Observations
from ..tracks import Track, anchor_of
from .people import Person

Operation = Callable[[FaceCorrections, Observations, Sequence[Track]], FaceCorrections]
"""From the current corrections, the scan and the current tracks to new corrections. Raises CorrectionError."""


def name_person(anchors: Iterable[FaceAnchor], name: str) -> Operation:
    """Name the person with these tracks; an empty name removes it. A name that another person has makes them one."""
    displayed, plain = tuple(anchors), plain_name(name) if name.strip() else None

    def operation(corrections: FaceCorrections, observations: Observations, tracks: Sequence[Track]) -> FaceCorrections:
        finder = _Finder(observations, tracks)
        return _named(corrections, finder, [finder.track(anchor) for anchor in displayed], plain)

    return operation


def merge_people(kept: Person, other: Person) -> Operation:
    """Make two people one: with the name of the first, else of the second, else with the first one's label."""
    name = kept.name or other.name or kept.label
    return name_person([track.anchor for track in (*kept.tracks, *other.tracks)], name)


def take_out(person: Person, track: Track, name: str) -> Operation:
    """Say that a track is another person's, of this name. The others keep their person: without a name its label
    becomes one, or they could be joined with the track again.
    """
    if plain_name(name).casefold() == person.label.casefold():
        raise CorrectionError(f"This face is to be another person's than {person.label}.", "Write another name.")
    rest = [other.anchor for other in person.tracks if other is not track]
    first, second = name_person(rest, person.label), name_person([track.anchor], name)

    def operation(corrections: FaceCorrections, observations: Observations, tracks: Sequence[Track]) -> FaceCorrections:
        if rest and person.name is None:
            corrections = first(corrections, observations, tracks)
        return second(corrections, observations, tracks)

    return operation


def leave_out(anchors: Iterable[FaceAnchor]) -> Operation:
    """Say that these tracks are nobody: their faces do not count."""
    displayed = tuple(anchors)

    def operation(corrections: FaceCorrections, observations: Observations, tracks: Sequence[Track]) -> FaceCorrections:
        finder = _Finder(observations, tracks)
        found = {finder.track(anchor).anchor for anchor in displayed}
        return replace(corrections, left_out=tuple(sorted({*corrections.left_out, *found})))

    return operation


def put_back(anchors: Iterable[FaceAnchor]) -> Operation:
    """Let the faces of tracks that were left out count again."""
    displayed = tuple(anchors)

    def operation(corrections: FaceCorrections, observations: Observations, tracks: Sequence[Track]) -> FaceCorrections:
        finder = _Finder(observations, tracks)
        found = {finder.track(anchor).anchor for anchor in displayed}
        kept = tuple(anchor for anchor in corrections.left_out if finder.owner(anchor) not in found)
        return replace(corrections, left_out=kept)

    return operation


def free_name(taken: Iterable[str], noun: str = "Person") -> str:
    """“Person 7”: the first number that is nobody's label."""
    used = {label.casefold() for label in taken}
    return next(label for n in range(1, len(used) + 2) if (label := f"{noun} {n}").casefold() not in used)


def _named(corrections: FaceCorrections, finder: _Finder, tracks: Sequence[Track], name: str | None) -> FaceCorrections:
    own = {track.anchor for track in tracks}
    names = {anchor: given for anchor, given in corrections.names if finder.owner(anchor) not in own}
    if name is not None:
        names |= dict.fromkeys(own, name)
    return replace(corrections, names=tuple(sorted(names.items())))


class _Finder:
    """Which track an anchor stands for: the one with the nearest face on its frame."""

    def __init__(self, observations: Observations, tracks: Sequence[Track]) -> None:
        self._observations = observations
        self._tracks: Mapping[int, Track] = {face: track for track in tracks for face in track.faces}
        self._faces: dict[int, list[Face]] = {}
        for face in observations.faces:
            if face.id in self._tracks:
                self._faces.setdefault(face.sample_frame, []).append(face)

    def owner(self, anchor: FaceAnchor) -> FaceAnchor | None:
        """The anchor of that track; None where its frame has no face now."""
        on_frame = self._faces.get(anchor.frame)
        if not on_frame:
            return None
        return self._tracks[min(on_frame, key=lambda face: self._distance(anchor, face)).id].anchor

    def track(self, anchor: FaceAnchor) -> Track:
        """The track. Raises CorrectionError where there is none."""
        own = self.owner(anchor)
        for face in self._faces.get(anchor.frame, ()):
            if self._tracks[face.id].anchor == own:
                return self._tracks[face.id]
        raise CorrectionError(
            f"There is no face at frame {anchor.frame} any more.", "Look at the people as they are now, and try again."
        )

    def _distance(self, anchor: FaceAnchor, face: Face) -> float:
        place = anchor_of(self._observations, face)
        return (place.x - anchor.x) ** 2 + (place.y - anchor.y) ** 2
