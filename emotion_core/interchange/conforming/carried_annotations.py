"""An editor's notes and targets of one cut, for another in the same library.

A note goes to the frame of its footage, a note of a scene to the scene that shows most of it. A scene of the second cut
gets the target of the scene of the first whose footage is most of it. What is there already stays as it is.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction

from ...annotations import Annotations, Note, Target
from ...errors import CorrectionError
from ...formatting import count
from ...scenes import Scene
from ...scenes.annotating import Operation
from .cuts import Cut, TwoCuts
from .moves import Move

Shared = dict[tuple[int, int], Fraction]

_NOTE, _TARGET = "note", "target"
HALF = Fraction(1, 2)
"""Share of a scene of the second cut from which another scene's target is its own."""


@dataclass(frozen=True, slots=True)
class CarriedAnnotations:
    """Notes and targets of the first cut as they would be in the second, and what became of each."""

    notes: tuple[Note, ...]
    targets: tuple[Target, ...]
    moves: tuple[Move, ...]

    def __bool__(self) -> bool:
        return bool(self.notes or self.targets)

    @property
    def words(self) -> str:
        """“3 notes and 2 targets”."""
        counted = ((len(self.notes), _NOTE), (len(self.targets), _TARGET))
        return " and ".join(count(number, word) for number, word in counted if number)

    def operation(self) -> Operation:
        """Adds them. A scene that has a target meanwhile keeps it."""

        def operation(annotations: Annotations, scenes: tuple[Scene, ...]) -> Annotations:
            ids, taken = {scene.id for scene in scenes}, annotations.by_scene
            for note in self.notes:
                if note.frame >= scenes[-1].frame_out or (note.of_scene and note.frame not in ids):
                    raise CorrectionError(
                        "The scenes of the second film were changed meanwhile.",
                        "Look at what would move, and try again.",
                    )
                annotations = annotations.with_note(note)
            free = [target for target in self.targets if target.scene in ids and target.scene not in taken]
            return annotations.with_targets(free)

        return operation


def carry_annotations(
    cuts: TwoCuts, annotations: Annotations, present: Annotations, labels: tuple[str, ...]
) -> CarriedAnnotations:
    """The notes and targets of the first cut for the second, which has those `present` and reads `labels`."""
    notes: list[Note] = []
    done: list[Move] = []
    shared = shared_seconds(cuts)
    for note in annotations.notes:
        moved, move = _note(cuts, shared, note)
        done.append(move)
        if moved is not None and moved not in present.notes:
            notes.append(moved)
    targets: list[Target] = []
    owners = _owners(cuts, shared)
    taken = present.by_scene
    for target in annotations.targets:
        scene = next((scene for scene in cuts.before.scenes if scene.id == target.scene), None)
        receivers = [each for each in cuts.after.scenes if scene is not None and owners.get(each.id) == scene.id]
        start = cuts.before.seconds(target.scene)
        end = None if scene is None else cuts.before.seconds(scene.frame_out)
        free = [each for each in receivers if each.id not in taken]
        name = f"scene {scene.number}" if scene is not None else f"frame {target.scene}"
        reason = _obstacle(cuts, target, scene, receivers, free, labels)
        if reason:
            done.append(Move(_TARGET, name, start, end, (), "lost", reason))
            continue
        targets += [target._replace(scene=each.id) for each in free]
        places = tuple((cuts.after.seconds(each.frame_in), cuts.after.seconds(each.frame_out)) for each in free)
        numbers = ", ".join(str(each.number) for each in free)
        several = f"scenes {numbers} show it" if len(free) > 1 else ""
        done.append(Move(_TARGET, name, start, end, places, "broken" if several else "moved", several))
    return CarriedAnnotations(tuple(dict.fromkeys(notes)), tuple(targets), tuple(done))


def _note(cuts: TwoCuts, shared: Shared, note: Note) -> tuple[Note | None, Move]:
    at = cuts.before.seconds(note.frame)
    name = note.text.partition("\n")[0][:80]
    if note.of_scene:
        scene = next((scene for scene in cuts.before.scenes if scene.id == note.frame), None)
        if scene is not None:
            bounds = cuts.before.seconds(scene.frame_in), cuts.before.seconds(scene.frame_out)
            receiver = _receiver(cuts, shared, scene)
            if receiver is None:
                return None, Move(_NOTE, name, *bounds, (), "lost", cuts.reason(bounds[0]))
            place = cuts.after.seconds(receiver.frame_in), cuts.after.seconds(receiver.frame_out)
            return Note(receiver.id, note.text, of_scene=True), Move(_NOTE, name, *bounds, (place,), "moved")
    places = cuts.footage.places(at)
    if not places:
        return None, Move(_NOTE, name, at, None, (), "lost", cuts.reason(at))
    return Note(cuts.after.frame(places[0]), note.text), Move(_NOTE, name, at, None, ((places[0], None),), "moved")


def _obstacle(
    cuts: TwoCuts,
    target: Target,
    scene: Scene | None,
    receivers: list[Scene],
    free: list[Scene],
    labels: tuple[str, ...],
) -> str:  # fmt: skip
    """Why a target has no place, in words; empty where it has one."""
    if scene is None:
        return "its scene is gone in the first film too"
    if target.expression is not None and target.expression not in labels:
        return f"the second film's model does not read “{target.expression}”"
    if not receivers:
        start, end = cuts.before.seconds(scene.frame_in), cuts.before.seconds(scene.frame_out)
        shown = bool(cuts.footage.parts(start, end))
        return "it is less than half of any scene of the second film" if shown else f"scene {scene.number} is left out"
    return "" if free else f"scene {receivers[0].number} of the second film has a target already"


def shared_seconds(cuts: TwoCuts) -> Shared:
    """Seconds of each scene of the second cut that show each scene of the first, by their ids."""
    starts = [scene.frame_in for scene in cuts.after.scenes]
    shared: Shared = {}
    for scene in cuts.before.scenes:
        for part in cuts.footage.parts(*_bounds(cuts.before, scene), every=True):
            first, last = (cuts.after.frame(moment) for moment in part.after)
            for other in cuts.after.scenes[max(0, bisect_right(starts, first) - 1) : bisect_left(starts, last)]:
                low, high = _bounds(cuts.after, other)
                seconds = min(high, part.after[1]) - max(low, part.after[0])
                if seconds > 0:
                    key = scene.id, other.id
                    shared[key] = shared.get(key, Fraction(0)) + seconds
    return shared


def _owners(cuts: TwoCuts, shared: Shared) -> dict[int, int]:
    """The scene of the first cut whose footage is half of a scene of the second or more, by ids."""
    lengths = {scene.id: high - low for scene in cuts.after.scenes for low, high in [_bounds(cuts.after, scene)]}
    best: dict[int, tuple[Fraction, int]] = {}
    for (before, after), seconds in shared.items():
        if seconds >= HALF * lengths[after] and seconds > best.get(after, (Fraction(0), 0))[0]:
            best[after] = seconds, before
    return {after: before for after, (_, before) in best.items()}


def _receiver(cuts: TwoCuts, shared: Shared, before: Scene) -> Scene | None:
    """The scene of the second cut that shows most of a scene of the first; the first of several."""
    shown = [scene for scene in cuts.after.scenes if (before.id, scene.id) in shared]
    return max(shown, key=lambda scene: shared[before.id, scene.id], default=None)


def _bounds(cut: Cut, scene: Scene) -> tuple[Fraction, Fraction]:
    return cut.seconds(scene.frame_in), cut.seconds(scene.frame_out)
