"""The editor's verbs: each takes the corrections so far and the scenes as they stand, and gives the new corrections.

Scenes are named by their number (their place from 1), positions by frame. What cannot be done raises CorrectionError.
"""

from __future__ import annotations

from dataclasses import replace

from ..corrections import MARKS, Corrections, Mark
from ..errors import CorrectionError
from .scenes import Scene


def merged(corrections: Corrections, scenes: tuple[Scene, ...], first: int, last: int) -> Corrections:
    """The scenes from number `first` to number `last` as one, which keeps the first one's name and mark."""
    _scene(scenes, first)
    if first >= last:
        raise CorrectionError(f"Scenes {first} to {last} cannot be merged.", "Name two scenes or more, in order.")
    _scene(scenes, last)
    for scene in scenes[first:last]:
        corrections = _not_beginning(corrections, scene)
    return corrections


def split(corrections: Corrections, scenes: tuple[Scene, ...], number: int, frame: int) -> Corrections:
    """Scene `number` in two, the second from `frame` on."""
    scene = _scene(scenes, number)
    if not scene.frame_in < frame < scene.frame_out:
        raise CorrectionError(
            f"Scene {number} cannot be split at frame {frame}.",
            f"It can at frames {scene.frame_in + 1} to {scene.frame_out - 1}."
            if scene.frames > 1
            else "It has one frame only.",
        )
    return _beginning(_freed(corrections, scenes, frame), frame)


def moved(corrections: Corrections, scenes: tuple[Scene, ...], number: int, frame: int) -> Corrections:
    """Scene `number` with `frame` as its first one; the scene before it ends there."""
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
        # Set by hand: it is simply set elsewhere, with all that hangs on it.
        name, mark = dict(corrections.names).get(scene.id), dict(corrections.marks).get(scene.id)
        without = _not_beginning(corrections, scene).without_scene(scene.id)
        return _beginning(_freed(without, scenes, frame, scene), frame).with_name(frame, name).with_mark(frame, mark)
    moves = {key: to for key, to in corrections.moves if key != scene.id}
    if frame != scene.id:
        moves[scene.id] = frame
    joined = {*corrections.joined, *scene.found} - {scene.id}
    return replace(corrections, moves=tuple(sorted(moves.items())), joined=tuple(sorted(joined)))


def renamed(corrections: Corrections, scenes: tuple[Scene, ...], number: int, name: str) -> Corrections:
    """Scene `number` under this name; empty for none. White space is evened out."""
    scene, plain = _scene(scenes, number), " ".join(name.split())
    if not plain.isprintable():
        raise CorrectionError("This name has characters that cannot be shown.", "Write it anew.")
    return corrections.with_name(scene.id, None if plain == scene.name_found else plain)


def marked(corrections: Corrections, scenes: tuple[Scene, ...], number: int, mark: Mark) -> Corrections:
    """Scene `number` as part of the film, or as leader, bars or slate."""
    scene = _scene(scenes, number)
    if mark not in MARKS:
        raise CorrectionError(f"Scene {number} was to be marked “{mark}”.", f"Choose one of {', '.join(MARKS)}.")
    return corrections.with_mark(scene.id, None if mark == scene.kind_found else mark)


def as_cut_list(scenes: tuple[Scene, ...]) -> tuple[tuple[tuple[int, str], ...], Corrections]:
    """The scenes as a cut list, and what such a list cannot say: which of them are marked."""
    cuts = tuple((scene.frame_in, scene.name) for scene in scenes)
    marks = tuple((s.frame_in, mark) for s in scenes for mark in MARKS if s.kind == mark != s.kind_found)
    return cuts, Corrections(marks=marks)


def _scene(scenes: tuple[Scene, ...], number: int) -> Scene:
    if not 1 <= number <= len(scenes):
        raise CorrectionError(f"There is no scene {number}.", f"This film has scenes 1 to {len(scenes)}.")
    return scenes[number - 1]


def _beginning(corrections: Corrections, frame: int) -> Corrections:
    """A scene begins at `frame`, set by hand."""
    joined = tuple(f for f in corrections.joined if f != frame)
    return replace(corrections, begins=tuple(sorted({*corrections.begins, frame})), joined=joined)


def _not_beginning(corrections: Corrections, scene: Scene) -> Corrections:
    """`scene` goes on from the one before it. Name and mark of one that was found wait for its return."""
    joined = {*corrections.joined, *scene.found}
    without = replace(
        corrections,
        begins=tuple(f for f in corrections.begins if f != scene.id),
        moves=tuple(move for move in corrections.moves if move[0] != scene.id),
        joined=tuple(sorted(joined)),
    )
    return without if scene.id in scene.found else without.without_scene(scene.id)


def _freed(corrections: Corrections, scenes: tuple[Scene, ...], frame: int, but: Scene | None = None) -> Corrections:
    """Without a move away from `frame`: the scene moved from there, unless it is `but`, is set by hand from now on."""
    away = next((scene for scene in scenes if scene.id == frame != scene.frame_in), None)
    if away is None or away is but:
        return corrections
    mark = dict(corrections.marks).get(frame)
    freed = replace(corrections, moves=tuple(move for move in corrections.moves if move[0] != frame))
    freed = _beginning(freed.without_scene(frame), away.frame_in)
    return freed.with_name(away.frame_in, away.name or None).with_mark(away.frame_in, mark)
