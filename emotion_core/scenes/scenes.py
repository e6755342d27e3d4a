"""Scenes, the rows of every report: shots or groups of shots as detected, with the editor's corrections applied."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from ..corrections import Correction, Corrections, as_list
from ..settings import ReportSettings
from ..timecode import Span
from .grouping import group_shots
from .shots import Shot, shots_of

if TYPE_CHECKING:
    from ..observations import Observations

SceneKind = Literal["film", "black", "not film"]


@dataclass(frozen=True, slots=True)
class Scene:
    """Neighbouring shots under one name."""

    id: int
    """Frame at which the scene was detected or split off; stays when numbers shift or its in point moves."""
    number: int
    """Position in the film, from 1."""
    shots: tuple[Shot, ...]
    name: str = ""
    kind: SceneKind = "film"
    """Only "film" counts in totals; black, leader, bars and slate have no expression."""
    found: tuple[int, ...] = ()
    """Those of its id and its first frame at which a scene would begin without corrections."""
    name_found: str = ""
    """Name before corrections."""
    kind_found: SceneKind = "film"
    """Kind before corrections."""

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
        """Whether the scene is part of the film."""
        return self.kind == "film"


def scenes_of_groups(groups: Iterable[tuple[Shot, ...]]) -> tuple[Scene, ...]:
    """Make a scene of each group of neighbouring shots, named after its first shot that has a name."""
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


def apply_corrections(
    detected: tuple[Scene, ...], corrections: Corrections, seconds_at: Callable[[int], Fraction]
) -> tuple[Scene, ...]:
    """The detected scenes with corrections applied, without gaps, over the same frames.

    A split inside a shot splits the shot too. The edge between two shots moves with the scene that begins there.
    `seconds_at` gives a frame's time on the media clock. Corrections that do not apply are ignored; see
    `ineffective_corrections`.
    """
    if not corrections:
        return detected
    frames = detected[-1].frame_out
    origins = {scene.frame_in: scene for scene in detected}
    moves = {scene: to for scene, to in corrections.moves if max(scene, to) < frames}
    ids = {to: scene for scene, to in moves.items()}
    removed = {*corrections.joined, *moves} - {0}
    added = {frame for frame in corrections.begins if frame < frames}
    edges = [*sorted((origins.keys() - removed) | added | ids.keys()), frames]
    shots = _correct_shots([shot for scene in detected for shot in scene.shots], moves, added, frames, seconds_at)
    firsts = [shot.frame_in for shot in shots]
    names, marks, starts = dict(corrections.names), dict(corrections.marks), sorted(origins)
    scenes = []
    for number, (first, last) in enumerate(pairwise(edges), start=1):
        scene_id = ids.get(first, first)
        origin = origins[starts[bisect_right(starts, scene_id) - 1]]
        name = origin.name if origin.frame_in == scene_id else ""
        scenes.append(
            Scene(
                id=scene_id,
                number=number,
                shots=tuple(shots[bisect_right(firsts, first) - 1 : bisect_right(firsts, last - 1)]),
                name=names.get(scene_id, name),
                kind=marks.get(scene_id, origin.kind),
                found=tuple(f for f in sorted({scene_id, first}) if f in origins and (f == scene_id or f not in moves)),
                name_found=name,
                kind_found=origin.kind,
            )
        )
    return tuple(scenes)


def _correct_shots(
    detected: list[Shot], moves: dict[int, int], added: set[int], frames: int, seconds_at: Callable[[int], Fraction]
) -> list[Shot]:
    """The shots with edges moved and added; a shot whose edges stay is the same object."""
    unchanged = {(shot.frame_in, shot.frame_out): shot for shot in detected}
    names_before = {shot.frame_in: shot.name for shot in detected}
    names = {frame: name for frame, name in names_before.items() if frame not in moves}
    names.update({to: names_before.get(scene, "") for scene, to in moves.items()})
    names.update({frame: names.get(frame, "") for frame in added})
    return [
        unchanged.get((a, b)) or Shot(a, b, Span(seconds_at(a), seconds_at(b)), names[a])
        for a, b in pairwise([*sorted(names), frames])
    ]


def ineffective_corrections(
    corrections: Corrections, detected: tuple[Scene, ...], scenes: Iterable[Scene]
) -> tuple[Correction, ...]:
    """The corrections without effect on `scenes`, because their cut or scene does not exist.

    The name or mark of a scene that was merged into the one before is not among them: it applies after a split.
    """
    frames, begins = detected[-1].frame_out, {scene.frame_in for scene in detected}
    ids = {scene.id for scene in scenes} | set(corrections.joined)
    return tuple(
        correction
        for correction in as_list(corrections)
        if (correction.kind == "merge" and correction.at not in begins)
        or (correction.kind in ("split", "move") and max(correction.at, correction.frame or 0) >= frames)
        or (correction.kind in ("name", "mark") and correction.at not in ids)
    )


def shots_in(scenes: Iterable[Scene]) -> tuple[Shot, ...]:
    """All shots of `scenes`, in order."""
    return tuple(shot for scene in scenes for shot in scene.shots)


def detect_scenes(
    observations: Observations, settings: ReportSettings, shots: tuple[Shot, ...] | None = None
) -> tuple[Scene, ...]:
    """The scenes before corrections. Pass `shots` to skip deciding them again."""
    if shots is None:
        shots = shots_of(observations, settings.shots)
    return scenes_of_groups(group_shots(observations, shots, settings))


def scenes_of(observations: Observations, settings: ReportSettings) -> tuple[Scene, ...]:
    """The scenes of a report, corrections applied. Raises CutListError for cuts past the film's end."""
    return apply_corrections(detect_scenes(observations, settings), settings.corrections, observations.seconds_at)
