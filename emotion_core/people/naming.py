"""An editor's corrections of people: names, one person in two, two in one, and what is nobody.

Each states the faces that were displayed, by their anchors, and gives a function from the corrections and shots as they
are to new corrections. A person's correction is one of all its tracks: nothing but corrections of tracks is kept.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from ..errors import CorrectionError
from ..face_corrections import FaceAnchor, FaceCorrections, plain_name
from ..observations import Observations
from ..scenes import Shot
from ..tracks import Track, tracks_of
from ..tracks.editing import anchors_along
from ..tracks.places import nearest
from .people import Person

Operation = Callable[[FaceCorrections, Observations, Sequence[Shot]], FaceCorrections]
"""From the current corrections, the scan and the film's shots to new corrections. Raises CorrectionError."""


def name_person(anchors: Iterable[FaceAnchor], name: str) -> Operation:
    """Name the person with these tracks; an empty name removes it. A name that another person has makes them one."""
    displayed, plain = tuple(anchors), plain_name(name) if name.strip() else None

    def operation(corrections: FaceCorrections, observations: Observations, shots: Sequence[Shot]) -> FaceCorrections:
        finder = _Finder(observations, shots, corrections)
        tracks = finder.tracks(displayed)
        own = {track.anchor for track in tracks}
        names = {anchor: given for anchor, given in corrections.names if finder.owner(anchor) not in own}
        if plain is not None:
            names |= {anchor: plain for track in tracks for anchor in anchors_along(observations, track)}
        return replace(corrections, names=tuple(sorted(names.items())))

    return operation


def merge_people(kept: Person, other: Person) -> Operation:
    """Make two people one: with the name of the first, else of the second, else with the first one's label."""
    name = kept.name or other.name or kept.label
    return name_person([track.anchor for track in (*kept.tracks, *other.tracks)], name)


def take_out(person: Person, anchors: Iterable[FaceAnchor], name: str) -> Operation:
    """Say that these tracks of a person are another one's, of this name. The others keep their person: without a name
    its label becomes one, or they could be joined with the tracks again.
    """
    if plain_name(name).casefold() == person.label.casefold():
        raise CorrectionError(f"These faces are to be another person's than {person.label}.", "Write another name.")
    out = set(anchors)
    rest = [track.anchor for track in person.tracks if track.anchor not in out]
    first, second = name_person(rest, person.label), name_person(out, name)

    def operation(corrections: FaceCorrections, observations: Observations, shots: Sequence[Shot]) -> FaceCorrections:
        if rest and person.name is None:
            corrections = first(corrections, observations, shots)
        return second(corrections, observations, shots)

    return operation


def leave_out(anchors: Iterable[FaceAnchor]) -> Operation:
    """Say that these tracks are nobody: their faces do not count."""
    displayed = tuple(anchors)

    def operation(corrections: FaceCorrections, observations: Observations, shots: Sequence[Shot]) -> FaceCorrections:
        tracks = _Finder(observations, shots, corrections).tracks(displayed)
        added = {anchor for track in tracks for anchor in anchors_along(observations, track)}
        return replace(corrections, left_out=tuple(sorted({*corrections.left_out, *added})))

    return operation


def put_back(anchors: Iterable[FaceAnchor]) -> Operation:
    """Let the faces of tracks that were left out count again."""
    displayed = tuple(anchors)

    def operation(corrections: FaceCorrections, observations: Observations, shots: Sequence[Shot]) -> FaceCorrections:
        finder = _Finder(observations, shots, corrections)
        own = {track.anchor for track in finder.tracks(displayed)}
        kept = tuple(anchor for anchor in corrections.left_out if finder.owner(anchor) not in own)
        return replace(corrections, left_out=kept)

    return operation


def free_name(taken: Iterable[str], noun: str = "Person") -> str:
    """“Person 7”: the first number that is nobody's label."""
    used = {label.casefold() for label in taken}
    return next(label for n in range(1, len(used) + 2) if (label := f"{noun} {n}").casefold() not in used)


class _Finder:
    """Which track an anchor stands for, as corrections are applied."""

    def __init__(self, observations: Observations, shots: Sequence[Shot], corrections: FaceCorrections) -> None:
        self._observations = observations
        self._firsts = [shot.frame_in for shot in shots]
        self._tracks: dict[int, list[Track]] = defaultdict(list)
        for track in tracks_of(observations, shots, corrections):
            self._tracks[track.shot].append(track)

    def owner(self, anchor: FaceAnchor) -> FaceAnchor | None:
        """The anchor of that track; None where no face is near."""
        track = self._track(anchor)
        return None if track is None else track.anchor

    def tracks(self, anchors: Iterable[FaceAnchor]) -> list[Track]:
        """The tracks, each once. Raises CorrectionError where no face is near an anchor."""
        found = {}
        for anchor in anchors:
            track = self._track(anchor)
            if track is None:
                raise CorrectionError(
                    f"There is no face at that place of frame {anchor.frame} any more.",
                    "Look at the people as they are now, and try again.",
                )
            found[track.anchor] = track
        return list(found.values())

    def _track(self, anchor: FaceAnchor) -> Track | None:
        of_shot = self._tracks.get(bisect_right(self._firsts, anchor.frame) - 1, [])
        which = nearest(self._observations, [track.faces for track in of_shot], anchor)
        return None if which is None else of_shot[which]
