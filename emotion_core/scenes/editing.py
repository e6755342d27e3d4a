"""The editor's operations on scenes.

Each takes the corrections so far and the current scenes and returns the new corrections. Scenes are named by number
(from 1), positions by frame. An operation that is not possible raises CorrectionError.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..corrections import MARKS, Corrections, Mark
from ..errors import CorrectionError
from .scenes import Scene


def merge_scenes(corrections: Corrections, scenes: tuple[Scene, ...], first: int, last: int) -> Corrections:
    """Merge the scenes numbered `first` to `last`; the result keeps the name and mark of `first`."""
    _scene(scenes, first)
    if first >= last:
        raise CorrectionError(f"Scenes {first} to {last} cannot be merged.", "Name two scenes or more, in order.")
    _scene(scenes, last)
    for scene in scenes[first:last]:
        corrections = _remove_start(corrections, scene)
    return corrections


def split_scene(corrections: Corrections, scenes: tuple[Scene, ...], number: int, frame: int) -> Corrections:
    """Split scene `number`; the second part begins at `frame`."""
    scene = _scene(scenes, number)
    if not scene.frame_in < frame < scene.frame_out:
        raise CorrectionError(
            f"Scene {number} cannot be split at frame {frame}.",
            f"It can at frames {scene.frame_in + 1} to {scene.frame_out - 1}."
            if scene.frames > 1
            else "It has one frame only.",
        )
    return _add_start(_release_frame(corrections, scenes, frame), frame)


def split_at_frames(corrections: Corrections, scenes: tuple[Scene, ...], frames: Iterable[int]) -> Corrections:
    """Split scenes so that one begins at each of these frames; where one begins already, nothing is done."""
    starts, end = {scene.frame_in for scene in scenes}, scenes[-1].frame_out
    missing = sorted({frame for frame in frames if frame < end} - starts)
    if not missing:
        raise CorrectionError("Scenes begin at these frames already.", "Choose others.")
    for frame in missing:
        number = next(scene.number for scene in reversed(scenes) if scene.frame_in < frame)
        corrections = split_scene(corrections, scenes, number, frame)
    return corrections


def move_scene(corrections: Corrections, scenes: tuple[Scene, ...], number: int, frame: int) -> Corrections:
    """Make `frame` the first frame of scene `number`; the scene before it ends there."""
    scene = _scene(scenes, number)
    if number == 1:
        raise CorrectionError("The first scene begins where the film does.", "Split it, or move another one.")
    low, high = scenes[number - 2].frame_in + 1, scene.frame_out - 1
    if not low <= frame <= high:
        raise CorrectionError(
            f"Scene {number} cannot begin at frame {frame}: a scene would be left without a frame.",
            f"It can at frames {low} to {high}; merge scenes to take one out." if low < high else "Merge the scenes.",
        )
    if frame == scene.frame_in:
        return corrections
    if scene.id in corrections.begins or (frame == scene.id and frame not in scene.found):
        # A start set by hand is set elsewhere, together with its name and mark.
        name, mark = dict(corrections.names).get(scene.id), dict(corrections.marks).get(scene.id)
        without = _remove_start(corrections, scene).without_scene(scene.id)
        moved = _add_start(_release_frame(without, scenes, frame, scene), frame)
        return moved.with_name(frame, name).with_mark(frame, mark)
    moves = {key: to for key, to in corrections.moves if key != scene.id}
    if frame != scene.id:
        moves[scene.id] = frame
    joined = {*corrections.joined, *scene.found} - {scene.id}
    return replace(corrections, moves=tuple(sorted(moves.items())), joined=tuple(sorted(joined)))


def rename_scene(corrections: Corrections, scenes: tuple[Scene, ...], number: int, name: str) -> Corrections:
    """Name scene `number`; an empty name removes it. Runs of white space become one space."""
    scene, plain = _scene(scenes, number), " ".join(name.split())
    if not plain.isprintable():
        raise CorrectionError("This name has characters that cannot be shown.", "Write it anew.")
    return corrections.with_name(scene.id, None if plain == scene.name_found else plain)


def mark_scene(corrections: Corrections, scenes: tuple[Scene, ...], number: int, mark: Mark) -> Corrections:
    """Mark scene `number` as part of the film, or as leader, bars or slate."""
    scene = _scene(scenes, number)
    if mark not in MARKS:
        raise CorrectionError(f"Scene {number} was to be marked “{mark}”.", f"Choose one of {', '.join(MARKS)}.")
    return corrections.with_mark(scene.id, None if mark == scene.kind_found else mark)


def as_cut_list(scenes: tuple[Scene, ...]) -> tuple[tuple[tuple[int, str], ...], Corrections]:
    """The scenes as a cut list ((first frame, name) each), and the marks that a cut list cannot hold."""
    cuts = tuple((scene.frame_in, scene.name) for scene in scenes)
    marks = tuple((s.frame_in, mark) for s in scenes for mark in MARKS if s.kind == mark != s.kind_found)
    return cuts, Corrections(marks=marks)


def _scene(scenes: tuple[Scene, ...], number: int) -> Scene:
    if not 1 <= number <= len(scenes):
        raise CorrectionError(f"There is no scene {number}.", f"This film has scenes 1 to {len(scenes)}.")
    return scenes[number - 1]


def _add_start(corrections: Corrections, frame: int) -> Corrections:
    """Let a scene begin at `frame`, set by hand."""
    joined = tuple(f for f in corrections.joined if f != frame)
    return replace(corrections, begins=tuple(sorted({*corrections.begins, frame})), joined=joined)


def _remove_start(corrections: Corrections, scene: Scene) -> Corrections:
    """Join `scene` to the one before it. A detected scene keeps its name and mark for when it is split off again."""
    joined = {*corrections.joined, *scene.found}
    without = replace(
        corrections,
        begins=tuple(f for f in corrections.begins if f != scene.id),
        moves=tuple(move for move in corrections.moves if move[0] != scene.id),
        joined=tuple(sorted(joined)),
    )
    return without if scene.id in scene.found else without.without_scene(scene.id)


def _release_frame(
    corrections: Corrections, scenes: tuple[Scene, ...], frame: int, ignored: Scene | None = None
) -> Corrections:
    """Remove a move away from `frame`, so that another scene can begin there.

    The scene that was moved from there, unless it is `ignored`, becomes one that is set by hand.
    """
    moved_scene = next((scene for scene in scenes if scene.id == frame != scene.frame_in), None)
    if moved_scene is None or moved_scene is ignored:
        return corrections
    mark = dict(corrections.marks).get(frame)
    released = replace(corrections, moves=tuple(move for move in corrections.moves if move[0] != frame))
    released = _add_start(released.without_scene(frame), moved_scene.frame_in)
    return released.with_name(moved_scene.frame_in, moved_scene.name or None).with_mark(moved_scene.frame_in, mark)
