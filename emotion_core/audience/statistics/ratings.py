"""Ratings beside reactions: means that say how they were weighed, and where ratings and reactions part.

A reviewer's rating of the film is the one they gave it, else the mean of their scenes'. The raw mean weighs each
reviewer the same, the group-balanced mean as in groups. Intervals resample reviewers.

A reaction is here the mean intensity, 1 - neutral: that a face showed something, whatever it was. No more is claimed of
it; a film may be liked without a move of the face. How far both agree is a rank correlation (see agreement). Where they
part is the gap, both standardised first (mean 0,
deviation 1 over the scenes, or over the viewers):

    gap = (rating - mean) / deviation - (intensity - mean) / deviation

positive where the rating is higher than the faces. A group's gap is the mean over its viewers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...formatting import count
from ..settings import AudienceSettings
from .agreement import Agreement, across_scenes, across_viewers, column_means
from .curves import Floats32, Ints, SceneSpan
from .groups import MAX_COLUMNS, MAX_GROUPS, group_weights
from .leaving import ranked
from .ratings_file import RatingsTable
from .resampling import Part, draw_weights, intervals_over, mean_over

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Mean:
    """A mean with its interval."""

    value: float | None
    """None where nobody is behind it."""
    low: float | None
    """Limits; None with too few people."""
    high: float | None
    people: int


@dataclass(frozen=True, slots=True)
class RatedGroup:
    """A group of reviewers."""

    name: str
    rating: Mean
    gap: Mean
    """Of those who are viewers too: how far ratings lie above reactions, in standard deviations over viewers."""
    too_few: bool
    """Fewer reviewers than least_viewers: shown, never ranked."""


@dataclass(frozen=True, slots=True)
class RatedColumn:
    """A column of groups."""

    name: str
    groups: tuple[RatedGroup, ...]
    balanced: Mean
    """The group-balanced mean rating; without a value with fewer than two groups that have a weight."""
    missing: tuple[str, ...]
    """Groups of the target population without a reviewer."""


@dataclass(frozen=True, slots=True, eq=False)
class RatingsSummary:
    """The ratings of a screening, and where they part from reactions."""

    raw: Mean
    """Of the film, each reviewer the same."""
    columns: tuple[RatedColumn, ...]
    scenes: tuple[Mean, ...]
    """Mean rating of each scene."""
    across_scenes: Agreement
    across_viewers: Agreement
    gaps: Floats32
    """(scenes,) rating minus intensity, each standardised over the scenes; NaN where a scene lacks either."""
    by_gap: tuple[int, ...]
    """Indices of scenes, the largest gap in either direction first."""
    notes: tuple[str, ...]


def ratings_beside_reactions(
    table: RatingsTable,
    spans: Sequence[SceneSpan],
    scene_intensity: Floats32 | None,
    film_intensity: Floats32 | None,
    settings: AudienceSettings,
) -> RatingsSummary:
    """Sum up ratings. Intensities are the viewers': (viewers, scenes) and (viewers,); None without a neutral label."""
    reviewers = sorted({rating.reviewer for rating in table.ratings})
    place = {name: index for index, name in enumerate(reviewers)}
    viewer_of = np.full(len(reviewers), -1, dtype=np.int64)
    film = np.full(len(reviewers), np.nan)
    scenes = np.full((len(reviewers), len(spans)), np.nan)
    for rating in table.ratings:
        row = place[rating.reviewer]
        viewer_of[row] = -1 if rating.viewer is None else rating.viewer
        if rating.scene is None:
            film[row] = rating.value
        else:
            scenes[row, rating.scene] = rating.value
    unrated = np.isnan(film)
    film[unrated] = [np.nanmean(row) for row in scenes[unrated]]
    own_scenes, own_film = (_of_reviewers(values, viewer_of) for values in (scene_intensity, film_intensity))
    means = tuple(mean_of(column, settings) for column in scenes.T)
    gaps = _gaps(scenes, scene_intensity)
    viewer_gaps = np.full(len(film), np.nan) if own_film is None else _viewer_gaps(film, own_film)
    return RatingsSummary(
        raw=mean_of(film, settings),
        columns=tuple(_columns(table, reviewers, film, viewer_gaps, settings)),
        scenes=means,
        across_scenes=across_scenes(scenes, own_scenes, settings),
        across_viewers=across_viewers(film, own_film, settings),
        gaps=gaps,
        by_gap=ranked(np.abs(gaps), spans),
        notes=_notes(table),
    )


def mean_of(values: Doubles, settings: AudienceSettings, parts: list[Part] | None = None) -> Mean:
    """The mean over people, or of parts of them, with an interval over people; NaN is nobody's."""
    people = int((~np.isnan(values)).sum())
    if not people:
        return Mean(None, None, None, 0)
    least, most = float(np.nanmin(values)), float(np.nanmax(values))
    width = (most - least) or 1.0
    scaled = ((values - least) / width).astype(np.float32)[:, None, None]
    parts = parts if parts is not None else [Part(np.arange(len(values)), 1.0)]
    weights = draw_weights(len(values), settings.resamples, settings.seed)
    limits = intervals_over(scaled, parts, weights, settings.confidence, settings.least_viewers)
    mean, low, high = (float(array[0, 0]) for array in (mean_over(scaled, parts), *limits))
    placed = [None if np.isnan(value) else least + width * value for value in (mean, low, high)]
    return Mean(placed[0], placed[1], placed[2], people)


def _of_reviewers(values: Floats32 | None, viewer_of: Ints) -> Doubles | None:
    """The viewers' values in the reviewers' order; NaN for who is no viewer."""
    if values is None:
        return None
    own = values.astype(np.float64)[np.maximum(viewer_of, 0)] if len(values) else np.zeros((len(viewer_of), 0))
    own[viewer_of < 0] = np.nan
    return np.asarray(own)


def _standardised(values: Doubles) -> Doubles:
    deviation = np.nanstd(values) if (~np.isnan(values)).any() else 0.0
    return (values - np.nanmean(values)) / deviation if deviation > 1e-9 else values * 0


def _gaps(scenes: Doubles, intensity: Floats32 | None) -> Floats32:
    """Gaps by scene: the audience's mean rating against its mean intensity."""
    rated = column_means(scenes)
    shown = np.full(len(rated), np.nan) if intensity is None else column_means(intensity.astype(np.float64))
    both = ~np.isnan(rated) & ~np.isnan(shown)
    gaps = np.full(len(rated), np.nan, dtype=np.float32)
    if both.sum() >= 2:
        gaps[both] = _standardised(rated[both]) - _standardised(shown[both])
    return gaps


def _viewer_gaps(film: Doubles, intensity: Doubles) -> Doubles:
    both = ~np.isnan(film) & ~np.isnan(intensity)
    gaps = np.full(len(film), np.nan)
    if both.sum() >= 2:
        gaps[both] = _standardised(film[both]) - _standardised(intensity[both])
    return gaps


def _columns(
    table: RatingsTable, reviewers: list[str], film: Doubles, gaps: Doubles, settings: AudienceSettings
) -> list[RatedColumn]:
    columns = []
    names = sorted({name for reviewer in reviewers for name in table.groups[reviewer]})
    for name in names:
        own = np.array([table.groups[reviewer].get(name, "") for reviewer in reviewers])
        found = sorted(set(own.tolist()) - {""})
        if not found or len(found) > MAX_GROUPS:
            continue
        weights, missing = group_weights(found, settings.targets.get(name))
        rows = {group: np.flatnonzero(own == group) for group in found}
        groups = tuple(
            RatedGroup(
                group,
                mean_of(film[rows[group]], settings),
                mean_of(gaps[rows[group]], settings),
                len(rows[group]) < settings.least_viewers,
            )
            for group in found
        )
        parts = [Part(rows[group], weights[group]) for group in found if weights[group]]
        balanced = mean_of(film, settings, parts) if len(parts) >= 2 else Mean(None, None, None, 0)
        columns.append(RatedColumn(name, groups, balanced, missing))
    return columns[:MAX_COLUMNS]


def _notes(table: RatingsTable) -> tuple[str, ...]:
    notes = []
    if table.unknown:
        notes.append(
            f"Ratings: {count(len(table.unknown), 'reviewer')} without a place among the viewers of this screening: in "
            "the means, and not compared with reactions."
        )
    if table.scenes_changed:
        notes.append(
            "Ratings: the film's scenes have changed since they were taken in; a scene's rating stays at its time, and "
            "where scenes became one it is their mean."
        )
    if table.without_rating:
        notes.append(f"Ratings: not counted, since without a rating: {count(table.without_rating, 'row')}.")
    return tuple(notes)
