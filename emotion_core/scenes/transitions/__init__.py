"""The combined detector: hard cuts, passages through plain pictures, and dissolves, from a film's stored scores.

Each kind has its own evidence, told in its module: `hard`, `plain`, `dissolves`. All frames are decided at once.

Weights and thresholds were settled on films spliced from shots, and on one half of a set of real films whose
transitions were seen by eye: `python -m tests.benchmarks.cuts`, `python -m tests.benchmarks.real_cuts`.
"""

from __future__ import annotations

from bisect import bisect, insort
from dataclasses import replace

from ...observations.observations import Scores
from .dissolves import dissolves
from .hard import FLASH, hard_cuts
from .layouts import Layouts
from .plain import passages
from .transition import Transition, frame_of

GIVE = 3
"""Frames by which a passage through a plain picture moves, within its span, where a shot would else be too short."""

HELD = 30
"""Frames for which a plain picture is held that is a shot of its own: 1.2 s at 25 a second."""


def cuts(scores: Scores, threshold: float, min_scene_frames: int, held_frames: int = HELD) -> list[int]:
    """First frames of the shots after the first, ascending; `threshold` is 1 by default, lower finds more.

    Neither the first shot nor one between two cuts is shorter than `min_scene_frames`. A plain picture that is held for
    `held_frames` is a shot of its own. `scores` must have layouts.
    """
    return [one.frame for one in decided(scores, threshold, min_scene_frames, held_frames)]


def decided(scores: Scores, threshold: float, min_scene_frames: int, held_frames: int = HELD) -> tuple[Transition, ...]:
    """The transitions behind `cuts`, ascending.

    What lies at a step between two frames stands before slopes through a plain picture, and these before dissolves;
    within a kind the stronger one stays.
    """
    if len(scores) < 2:
        return ()
    layouts = Layouts(scores.layout)
    hard = hard_cuts(scores, layouts, min(FLASH, min_scene_frames - 1), threshold)
    through, no_cut, no_dissolve = passages(layouts, held_frames, [one.frame for one in hard])
    sure = {one.frame: one.strength for one in hard}
    steps = [one for one in hard if not no_cut[one.frame]]
    steps += [replace(one, strength=sure.get(one.frame, min(one.strength, 1.0))) for one in through if one.is_exact]
    slopes = [one for one in through if not one.is_exact]
    mixed = [one for one in dissolves(layouts, threshold) if not no_dissolve[one.frame]]
    kept: list[Transition] = []  # ascending
    for kind in (steps, slopes, mixed):
        for one in sorted(kind, key=lambda t: (-t.strength, t.frame)):
            if one.strength >= threshold and one.frame >= min_scene_frames:
                _put(one, kept, min_scene_frames)
    return tuple(kept)


def _put(one: Transition, kept: list[Transition], shortest: int) -> None:
    """Add `one` to those `kept` if it goes together with all of them, or if one of the two can move a little."""
    reach = max(shortest, one.last - one.first, 400)
    near = kept[slice(*(bisect(kept, one.frame + side, key=frame_of) for side in (-reach, reach)))]
    clashing = [other for other in near if _clash(one, other, shortest)]
    if not clashing:
        insort(kept, one, key=frame_of)
    elif len(clashing) == 1 and {one.kind, clashing[0].kind} == {"plain", "hard"}:
        movable, fixed = (one, clashing[0]) if one.kind == "plain" else (clashing[0], one)
        frame = fixed.frame + (shortest if movable.frame > fixed.frame else -shortest)
        moved = replace(movable, frame=frame)
        others = [other for other in near if other is not clashing[0]]
        can_move = abs(frame - movable.frame) <= GIVE and movable.first <= frame <= movable.last and frame >= shortest
        if can_move and not any(_clash(moved, other, shortest) for other in others):
            kept.remove(clashing[0])
            for both in (moved, fixed):
                insort(kept, both, key=frame_of)


def _clash(one: Transition, other: Transition, shortest: int) -> bool:
    """Whether two are too near to each other to be both cuts."""
    if abs(one.frame - other.frame) < shortest:
        return True
    kinds = {one.kind, other.kind}
    if kinds in ({"plain"}, {"dissolve", "plain"}):
        return one.first <= other.last and other.first <= one.last
    if "dissolve" in kinds:  # which may be seen twice, or end in a step
        return one.first - 2 < other.frame < one.last + 2 or other.first - 2 < one.frame < other.last + 2
    return False
