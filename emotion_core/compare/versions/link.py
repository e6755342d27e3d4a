"""What joins a version to the one before it: the footage that both show, and what became of each scene."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from ...analysis import Analysis, SceneEmotion
from ...observations import Layouts
from ..alignment import AlignmentMap, align, layouts_on_grid
from ..change_list import ChangeList, list_changes
from ..changes import SceneChange, pair
from ..compatibility import check_comparable
from ..footage_probe import may_share_footage, shares_footage, sketch
from ..pictures import Steps
from ..scene_matching import scene_edges
from .version import Version


def _share(before: Analysis, after: Analysis) -> bool:
    films = before.observations, after.observations
    return may_share_footage(*map(sketch, films)) and shares_footage(*films)


def _align(before: Analysis, after: Analysis) -> AlignmentMap:
    return align(before.observations, after.observations)


@dataclass(frozen=True, slots=True)
class Comparing:
    """What each step of a comparison is done by: computed, by default; a library takes what it kept."""

    share: Callable[[Analysis, Analysis], bool] = _share
    """Whether both show some of the same footage, as a cheap test tells: see footage_probe."""
    align: Callable[[Analysis, Analysis], AlignmentMap] = _align
    """See alignment.align."""
    pair: Callable[[Analysis, Analysis, AlignmentMap], tuple[SceneChange, ...]] = pair
    """See changes.pair."""
    list_changes: Callable[[Analysis, Analysis, AlignmentMap, Sequence[SceneChange]], ChangeList] = list_changes
    """See change_list.list_changes."""


_COMPUTED = Comparing()


@dataclass(frozen=True, slots=True, eq=False)
class Link:
    """Two versions, one after the other."""

    rate: Fraction
    """Steps a second of `source`."""
    source: NDArray[np.int32]
    """See AlignmentMap.source."""
    changes: ChangeList
    """Empty where the versions share no footage."""
    lost: Mapping[int, Layouts]
    """Layouts, at `rate`, of the scenes that only the first version has, by their numbers."""
    come: Mapping[int, Layouts]
    """The same of the second."""
    warnings: tuple[str, ...] = ()
    """See compatibility.check_comparable."""

    @property
    def shares_footage(self) -> bool:
        """Whether both versions show some of the same footage."""
        return bool(self.changes.changes)


def link_versions(before: Analysis, after: Analysis, by: Comparing = _COMPUTED) -> Link:
    """Compare two versions. Two that share nothing, as a cheap test tells, are not aligned.

    Raises ComparisonError where the label sets differ.
    """
    warnings = check_comparable(before, after)
    if not by.share(before, after):
        return unrelated(before, after, warnings)
    shared = by.align(before, after)
    changes = by.list_changes(before, after, shared, by.pair(before, after, shared))
    if not changes.changes:
        return unrelated(before, after, warnings)
    _, *layouts = layouts_on_grid(before.observations, after.observations)
    rows = changes.changes
    gone = [row.before for row in rows if row.kind in ("left out", "replaced") and row.before is not None]
    come = [row.after for row in rows if row.kind in ("new", "replaced") and row.after is not None]
    return Link(
        shared.rate,
        shared.source.astype(np.int32),
        changes,
        _of_scenes(before, gone, layouts[0], shared.rate),
        _of_scenes(after, come, layouts[1], shared.rate),
        warnings,
    )


def unrelated(before: Analysis, after: Analysis, warnings: tuple[str, ...] = ()) -> Link:
    """Two versions that share no footage."""
    rate, first, second = layouts_on_grid(before.observations, after.observations)
    return Link(
        rate,
        np.full(len(second), -1, dtype=np.int32),
        ChangeList((), rate, counts_frames=False),
        _of_scenes(before, before.scenes, first, rate),
        _of_scenes(after, after.scenes, second, rate),
        warnings,
    )


def _of_scenes(
    film: Analysis, scenes: tuple[SceneEmotion, ...] | list[SceneEmotion], layouts: Layouts, rate: Fraction
) -> dict[int, Layouts]:
    """Copies of the scenes' layouts by their numbers: a part of a film's would keep all of them in memory."""
    edges = scene_edges([row.scene for row in film.scenes], rate)
    return {row.scene.number: layouts[edges[row.scene.number - 1] : edges[row.scene.number]].copy() for row in scenes}


def on_grid(link: Link, rate: Fraction, steps: int) -> Steps:
    """`link.source` on another grid of both versions, with so many steps of the second."""
    middles = (np.arange(steps) + 0.5) / float(rate)
    at = np.clip((middles * float(link.rate)).astype(np.int64), 0, len(link.source) - 1)
    source = link.source[at].astype(np.int64)
    moved = np.floor((source + 0.5) / float(link.rate) * float(rate)).astype(np.int64)
    return np.where(source < 0, -1, moved)


def edges_of(version: Version, rate: Fraction) -> Steps:
    """First step of each scene of a version on a grid, and one past the last."""
    return scene_edges([row.scene for row in version.scenes], rate)
