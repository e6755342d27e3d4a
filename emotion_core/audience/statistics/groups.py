"""Groups of viewers: each group's own shares, and the group-balanced mean beside the plain one.

A column of groups is for instance "age" or "seat"; each viewer is in at most one of its groups. The plain mean weighs
each viewer the same, so a screening with many students is a mean of students. The group-balanced mean weighs groups:

    balanced_k = sum_g w_g mean_g,k      mean_g,k over the usable viewers of group g, weights w_g sum to 1

with equal weights, or with those of a target population (post-stratification). Its interval resamples viewers within
their groups (see resampling). In bins where a group that has a weight has no usable viewer, it is missing, not guessed.
Groups of a target population that the screening lacks are named, and the others' weights scaled up to sum to 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...formatting import count
from ..records import Viewer
from ..settings import AudienceSettings
from .curves import Ints, ViewerCurves
from .resampling import Part
from .shares import AudienceShares, audience_shares

MAX_COLUMNS = 8
MAX_GROUPS = 12
"""Of a column; a column of which each viewer has a value of their own groups nobody."""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """One group of a column: a mean of its own, with its own interval."""

    name: str
    rows: Ints
    """Its viewers, as rows of the viewers' curves."""
    weight: float
    """In the group-balanced mean, 0 to 1."""
    too_few: bool
    """Fewer viewers than the settings' least_viewers: shown, and never ranked or tested."""
    seconds: AudienceShares
    scenes: AudienceShares
    film: AudienceShares
    """One bin: the whole film."""

    @property
    def viewers(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, eq=False)
class GroupColumn:
    """A column of groups."""

    name: str
    groups: tuple[Group, ...]
    """By name."""
    by_target: bool
    """Whether the weights are a target population's, not equal ones."""
    missing: tuple[str, ...]
    """Groups of the target population that no viewer is in."""
    without: int
    """Viewers who are in no group of this column, or in one without a weight in the target population."""
    seconds: AudienceShares | None
    """The group-balanced mean; None with fewer than two groups that have a weight."""
    scenes: AudienceShares | None
    film: AudienceShares | None

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences that belong beside the numbers."""
        notes = []
        if self.missing:
            names = ", ".join(self.missing)
            notes.append(f"{self.name}: nobody is in {names}; the other groups' weights were scaled up to sum to 1.")
        if self.without:
            notes.append(f"{self.name}: in no group that has a weight: {count(self.without, 'viewer')}.")
        if few := [f"{group.name} ({group.viewers})" for group in self.groups if group.too_few]:
            notes.append(f"{self.name}: too few viewers in {', '.join(few)}; shown, and not ranked or tested.")
        if self.film is None:
            notes.append(f"{self.name}: fewer than two groups have a weight, so there is no group-balanced mean.")
        return tuple(notes)


def columns_of(viewers: Sequence[Viewer]) -> tuple[tuple[str, dict[str, Ints]], ...]:
    """The columns of the viewers' groups with each group's rows.

    At most MAX_COLUMNS columns with at most MAX_GROUPS groups; others are no groups but notes about single viewers.
    """
    columns = []
    for name in _names(viewers):
        of_viewer = [viewer.groups.get(name, "") for viewer in viewers]
        found = Counter(group for group in of_viewer if group)
        if len(found) <= MAX_GROUPS:
            rows = {group: np.flatnonzero(np.array([own == group for own in of_viewer])) for group in sorted(found)}
            columns.append((name, rows))
    return tuple(columns[:MAX_COLUMNS])


def columns_left_out(viewers: Sequence[Viewer]) -> tuple[str, ...]:
    """A sentence a column that `columns_of` leaves out, and why."""
    shown = {name for name, _ in columns_of(viewers)}
    notes = []
    for name in _names(viewers):
        found = {viewer.groups.get(name, "") for viewer in viewers} - {""}
        if len(found) > MAX_GROUPS:
            notes.append(
                f"{name}: left out, since it has {len(found)} groups, and at most {MAX_GROUPS} are shown. Write fewer, "
                "such as age bands."
            )
        elif name not in shown:
            notes.append(f"{name}: left out, since at most {MAX_COLUMNS} columns of groups are shown.")
    return tuple(notes)


def _names(viewers: Sequence[Viewer]) -> list[str]:
    return sorted({name for viewer in viewers for name, group in viewer.groups.items() if group})


def group_weights(
    groups: Sequence[str], target: Mapping[str, float] | None
) -> tuple[dict[str, float], tuple[str, ...]]:
    """The weight of each group, and the target's groups that are not among them."""
    if not target:
        return {group: 1 / len(groups) for group in groups}, ()
    present = {group: float(target.get(group, 0.0)) for group in groups}
    total = sum(present.values())
    missing = tuple(group for group, weight in target.items() if weight and group not in present)
    return {group: weight / total if total else 0.0 for group, weight in present.items()}, missing


def group_column(
    name: str,
    rows: Mapping[str, Ints],
    viewers: int,
    curves: Mapping[str, tuple[ViewerCurves, int]],
    settings: AudienceSettings,
) -> GroupColumn:
    """The shares of each group of a column and their balanced mean.

    `curves` are those by "seconds", "scenes" and "film", each with its number of resamples.
    """
    target = settings.targets.get(name)
    weights, missing = group_weights(tuple(rows), target)

    def over(parts: list[Part]) -> dict[str, AudienceShares]:
        return {
            key: audience_shares(bins, settings, resamples=resamples, parts=parts)
            for key, (bins, resamples) in curves.items()
        }

    groups = tuple(
        Group(group, own, weights[group], len(own) < settings.least_viewers, **over([Part(own, 1.0)]))
        for group, own in rows.items()
    )
    parts = [Part(group.rows, group.weight) for group in groups if group.weight]
    balanced = over(parts) if len(parts) >= 2 else {}
    return GroupColumn(
        name=name,
        groups=groups,
        by_target=bool(target),
        missing=missing,
        without=viewers - sum(len(part.rows) for part in parts),
        seconds=balanced.get("seconds"),
        scenes=balanced.get("scenes"),
        film=balanced.get("film"),
    )
