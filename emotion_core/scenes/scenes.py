"""Scenes, the rows of every report: shots or groups of them as they were found, and what the editor corrected."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, get_args

from ..corrections import Correction, Corrections, listed
from ..settings import ReportSettings
from ..timecode import Span
from .grouping import grouped
from .shots import Shot, shots_of

if TYPE_CHECKING:
    from ..observations.observations import Observations

SceneKind = Literal["film", "black", "not film"]
KINDS: tuple[SceneKind, ...] = get_args(SceneKind)


@dataclass(frozen=True, slots=True)
class Scene:
    """Neighbouring shots under one name."""

    id: int
    """Stays with the scene when numbers shift or its in point moves: the frame where it was found or split off."""
    number: int
    """Its place in the film, from 1."""
    shots: tuple[Shot, ...]
    name: str = ""
    kind: SceneKind = "film"
    """Only "film" counts in totals; what is black, or leader, bars or slate, has no expression."""
    found: tuple[int, ...] = ()
    """Of its id and its first frame, those where a scene was found: where one would begin without corrections."""
    name_found: str = ""
    """Its name before corrections."""
    kind_found: SceneKind = "film"
    """Its kind before corrections."""

    @property
    def frame_in(self) -> int:
        return self.shots[0].frame_in

    @property
    def frame_out(self) -> int:
        """Exclusive."""
        return self.shots[-1].frame_out

    @property
    def frames(self) -> int:
        return self.frame_out - self.frame_in

    @property
    def span(self) -> Span:
        return Span(self.shots[0].span.start, self.shots[-1].span.end)

    @property
    def counts(self) -> bool:
        """Whether it is part of the film."""
        return self.kind == "film"


def of_groups(groups: Iterable[tuple[Shot, ...]]) -> tuple[Scene, ...]:
    """Each group of neighbouring shots as a scene, with the first name that a cut list gave one of them."""
    return tuple(
        Scene(
            id=shots[0].frame_in,
            number=number,
            shots=shots,
            name=(name := next((shot.name for shot in shots if shot.name), "")),
            found=(shots[0].frame_in,),
            name_found=name,
        )
        for number, shots in enumerate(groups, start=1)
    )


def corrected(
    found: tuple[Scene, ...], corrections: Corrections, seconds_at: Callable[[int], Fraction]
) -> tuple[Scene, ...]:
    """`found` as the editor corrected it: without gaps from the same first frame to the same last one.

    A split inside a shot parts the shot, and the edge between two shots moves with the scene that begins there.
    `seconds_at` gives a frame's time on the media clock. What no longer applies is passed over (`idle` says what).
    """
    if not corrections:
        return found
    frames = found[-1].frame_out
    places = {scene.frame_in: scene for scene in found}
    moves = {scene: to for scene, to in corrections.moves if max(scene, to) < frames}
    ids = {to: scene for scene, to in moves.items()}
    gone = {*corrections.joined, *moves} - {0}
    added = {frame for frame in corrections.begins if frame < frames}
    edges = [*sorted((places.keys() - gone) | added | ids.keys()), frames]
    shots = _shots([shot for scene in found for shot in scene.shots], moves, added, frames, seconds_at)
    firsts = [shot.frame_in for shot in shots]
    names, marks, starts = dict(corrections.names), dict(corrections.marks), sorted(places)
    scenes = []
    for number, (first, last) in enumerate(pairwise(edges), start=1):
        scene_id = ids.get(first, first)
        origin = places[starts[bisect_right(starts, scene_id) - 1]]
        name = origin.name if origin.frame_in == scene_id else ""
        scenes.append(
            Scene(
                id=scene_id,
                number=number,
                shots=tuple(shots[bisect_right(firsts, first) - 1 : bisect_right(firsts, last - 1)]),
                name=names.get(scene_id, name),
                kind=marks.get(scene_id, origin.kind),
                found=tuple(f for f in sorted({scene_id, first}) if f in places and (f == scene_id or f not in moves)),
                name_found=name,
                kind_found=origin.kind,
            )
        )
    return tuple(scenes)


def _shots(
    found: list[Shot], moves: dict[int, int], added: set[int], frames: int, seconds_at: Callable[[int], Fraction]
) -> list[Shot]:
    """The shots with their edges moved and added; those whose edges stay are the same."""
    here = {(shot.frame_in, shot.frame_out): shot for shot in found}
    given = {shot.frame_in: shot.name for shot in found}
    names = {frame: name for frame, name in given.items() if frame not in moves}
    names.update({to: given.get(scene, "") for scene, to in moves.items()})
    names.update({frame: names.get(frame, "") for frame in added})
    return [
        here.get((a, b)) or Shot(a, b, Span(seconds_at(a), seconds_at(b)), names[a])
        for a, b in pairwise([*sorted(names), frames])
    ]


def idle(corrections: Corrections, found: tuple[Scene, ...], scenes: Iterable[Scene]) -> tuple[Correction, ...]:
    """The corrections without effect on `scenes`: of cuts that are not found any more, of scenes that do not begin.

    The name or mark of a scene that was merged with the one before waits for it and is not meant.
    """
    frames, begins = found[-1].frame_out, {scene.frame_in for scene in found}
    here = {scene.id for scene in scenes} | set(corrections.joined)
    return tuple(
        one
        for one in listed(corrections)
        if (one.kind == "merge" and one.at not in begins)
        or (one.kind in ("split", "move") and max(one.at, one.frame or 0) >= frames)
        or (one.kind in ("name", "mark") and one.at not in here)
    )


def shots_in(scenes: Iterable[Scene]) -> tuple[Shot, ...]:
    """All shots of these scenes, in order."""
    return tuple(shot for scene in scenes for shot in scene.shots)


def found_in(
    observations: Observations, settings: ReportSettings, shots: tuple[Shot, ...] | None = None
) -> tuple[Scene, ...]:
    """The scenes before corrections. `shots`, where known, saves deciding them anew."""
    if shots is None:
        shots = shots_of(observations, settings.shots)
    return of_groups(grouped(observations, shots, settings))


def scenes_of(observations: Observations, settings: ReportSettings) -> tuple[Scene, ...]:
    """The scenes of a report. Raises CutListError for cuts past the film's end."""
    return corrected(found_in(observations, settings), settings.corrections, observations.seconds_at)
