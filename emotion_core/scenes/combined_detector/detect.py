"""The decision of the combined detector: which of the possible transitions are cuts."""

from __future__ import annotations

from bisect import bisect, insort
from dataclasses import replace

from ...observations import Scores
from .dissolves import find_dissolves
from .hard_cuts import FLASH, find_hard_cuts
from .layouts import Layouts
from .plain_passages import find_passages
from .transition import Transition, frame_of

MAX_SHIFT = 3
"""Frames by which a passage through a plain picture may move, within its span, where a shot would else be too short."""

PLAIN_SHOT_FRAMES = 30
"""Frames from which a plain picture is a shot by itself: 1.2 s at 25 frames a second."""


def find_cuts(
    scores: Scores, threshold: float, min_scene_frames: int, plain_shot_frames: int = PLAIN_SHOT_FRAMES
) -> list[int]:
    """First frames of the shots after the first, ascending.

    The default `threshold` is 1; a lower one finds more. The first shot and every shot between two cuts have at least
    `min_scene_frames`. A plain picture that lasts `plain_shot_frames` is a shot.
    """
    return [cut.frame for cut in find_transitions(scores, threshold, min_scene_frames, plain_shot_frames)]


def find_transitions(
    scores: Scores, threshold: float, min_scene_frames: int, plain_shot_frames: int = PLAIN_SHOT_FRAMES
) -> tuple[Transition, ...]:
    """The transitions behind `find_cuts`, ascending.

    Where two exclude each other, a step between two frames wins over a slope through a plain picture, and a slope over
    a dissolve; within a kind the stronger one wins.
    """
    if len(scores) < 2:
        return ()
    layouts = Layouts(scores.layout)
    hard = find_hard_cuts(scores, layouts, min(FLASH, min_scene_frames - 1), threshold)
    passages, no_cut, no_dissolve = find_passages(layouts, plain_shot_frames, [cut.frame for cut in hard])
    strengths = {cut.frame: cut.strength for cut in hard}
    steps = [cut for cut in hard if not no_cut[cut.frame]]
    steps += [
        replace(passage, strength=strengths.get(passage.frame, min(passage.strength, 1.0)))
        for passage in passages
        if passage.is_exact
    ]
    slopes = [passage for passage in passages if not passage.is_exact]
    dissolves = [dissolve for dissolve in find_dissolves(layouts, threshold) if not no_dissolve[dissolve.frame]]
    accepted: list[Transition] = []  # ascending
    for kind in (steps, slopes, dissolves):
        for candidate in sorted(kind, key=lambda t: (-t.strength, t.frame)):
            if candidate.strength >= threshold and candidate.frame >= min_scene_frames:
                _accept(candidate, accepted, min_scene_frames)
    return tuple(accepted)


def _accept(candidate: Transition, accepted: list[Transition], shortest: int) -> None:
    """Add `candidate` to `accepted` if it excludes none of them, or if one of the two can move by MAX_SHIFT."""
    reach = max(shortest, candidate.last - candidate.first, 400)
    near = accepted[slice(*(bisect(accepted, candidate.frame + side, key=frame_of) for side in (-reach, reach)))]
    clashing = [other for other in near if _clash(candidate, other, shortest)]
    if not clashing:
        insort(accepted, candidate, key=frame_of)
    elif len(clashing) == 1 and {candidate.kind, clashing[0].kind} == {"plain", "hard"}:
        movable, fixed = (candidate, clashing[0]) if candidate.kind == "plain" else (clashing[0], candidate)
        frame = fixed.frame + (shortest if movable.frame > fixed.frame else -shortest)
        moved = replace(movable, frame=frame)
        others = [other for other in near if other is not clashing[0]]
        is_near = abs(frame - movable.frame) <= MAX_SHIFT
        can_move = is_near and movable.first <= frame <= movable.last and frame >= shortest
        if can_move and not any(_clash(moved, other, shortest) for other in others):
            accepted.remove(clashing[0])
            for transition in (moved, fixed):
                insort(accepted, transition, key=frame_of)


def _clash(a: Transition, b: Transition, shortest: int) -> bool:
    """Whether two transitions are too close for both to be cuts."""
    if abs(a.frame - b.frame) < shortest:
        return True
    kinds = {a.kind, b.kind}
    if kinds in ({"plain"}, {"dissolve", "plain"}):
        return a.first <= b.last and b.first <= a.last
    if "dissolve" in kinds:  # a dissolve may be found twice, or end in a step
        return a.first - 2 < b.frame < a.last + 2 or b.first - 2 < a.frame < b.last + 2
    return False
