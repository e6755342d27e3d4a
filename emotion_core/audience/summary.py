"""All numbers of a screening in one record: what pages, charts, exports and the terminal show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from threadpoolctl import threadpool_limits

from ..analysis import Analysis, SceneEmotion
from .records import Reactions, Viewer
from .settings import AudienceSettings
from .statistics import (
    AudienceShares,
    CastComparison,
    Differences,
    GroupColumn,
    Leaving,
    RatingsSummary,
    RatingsTable,
    SceneSpan,
    Synchrony,
    ViewerCurves,
    audience_shares,
    cast_against_audience,
    columns_left_out,
    columns_of,
    count_seconds,
    curves_by_scene,
    curves_by_second,
    differences_of,
    group_column,
    in_order,
    intensity,
    leaving_of,
    ratings_beside_reactions,
    seconds_of,
    spans_of,
    synchrony_of,
)


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class ScreeningSummary:
    """The numbers of a screening. Arrays have the order of `viewers`, seconds of the film, `scenes` and `labels`."""

    labels: tuple[str, ...]
    duration: float
    """Of the film, seconds."""
    scenes: tuple[SceneSpan, ...]
    viewers: tuple[Viewer, ...]
    settings: AudienceSettings
    viewer_seconds: ViewerCurves
    viewer_scenes: ViewerCurves
    seconds: AudienceShares
    by_scene: AudienceShares
    film: AudienceShares
    """One bin: the whole film."""
    synchrony: Synchrony
    """By scene. That of intensity is the neutral label's. Never compared between groups, see statistics.synchrony."""
    film_synchrony: Synchrony
    """One window: the whole film."""
    groups: tuple[GroupColumn, ...]
    differences: tuple[Differences, ...]
    """Of each column of `groups`, by scene."""
    film_differences: tuple[Differences, ...]
    """The same with one bin, the whole film: fewer comparisons, so smaller differences are found."""
    leaving: Leaving
    """Where the audience leaves, by scene."""
    cast: CastComparison | None
    """The film's own expressions beside the audience's; None without an analysis of the film."""
    ratings: RatingsSummary | None
    """Reviews beside the reactions; None without reviews."""
    notes: tuple[str, ...]
    """Sentences that a reader of the numbers must know."""


def summarize(
    labels: tuple[str, ...],
    scenes: Sequence[SceneEmotion] | Sequence[tuple[float, float]] | Sequence[SceneSpan],
    duration: float,
    viewers: Sequence[Viewer],
    reactions: Sequence[Reactions],
    settings: AudienceSettings | None = None,
    ratings: RatingsTable | None = None,
    film: Analysis | None = None,
) -> ScreeningSummary:
    """All numbers of a screening. A pure function; `reactions` has the order of `viewers`.

    `scenes` are an analysis's rows or (start, end) pairs in seconds, `duration` is the film's in seconds. `ratings` are
    of `read_ratings` with the same viewers and scenes; `film` is its analysis, with which the audience is compared.
    Raises SettingsError for a viewer who was read with other labels.
    """
    if len(viewers) != len(reactions):
        raise ValueError(f"{len(reactions)} reactions of {len(viewers)} viewers.")
    settings = settings or AudienceSettings()
    rows = [in_order(own, labels, viewer.name) for viewer, own in zip(viewers, reactions, strict=True)]
    spans = spans_of(scenes)
    with threadpool_limits(1, "blas"):  # on small arrays more threads than this one mostly wait, and take a core each
        seconds = curves_by_second(rows, count_seconds(duration), settings, len(labels))
        by_scene = curves_by_scene(rows, spans, settings, len(labels))
        whole = curves_by_scene(rows, [SceneSpan(1, 0.0, duration)], settings, len(labels))
        curves = {
            "seconds": (seconds, settings.second_resamples),
            "scenes": (by_scene, settings.resamples),
            "film": (whole, settings.resamples),
        }
        shares = {key: audience_shares(bins, settings, resamples=count) for key, (bins, count) in curves.items()}
        groups = tuple(group_column(name, own, len(viewers), curves, settings) for name, own in columns_of(viewers))
        windows = [seconds_of(span, seconds.values.shape[1]) for span in spans]
        in_scenes, in_film = synchrony_of(seconds, windows, settings)
        cast = None if film is None else cast_against_audience(film, labels, spans, seconds, shares["scenes"], settings)
        reviews = None
        if ratings is not None:
            shown = intensity(by_scene.values, labels), intensity(whole.values[:, 0], labels)
            reviews = ratings_beside_reactions(ratings, spans, *shown, settings)
        return ScreeningSummary(
            labels=labels,
            duration=duration,
            scenes=tuple(spans),
            viewers=tuple(viewers),
            settings=settings,
            viewer_seconds=seconds,
            viewer_scenes=by_scene,
            seconds=shares["seconds"],
            by_scene=shares["scenes"],
            film=shares["film"],
            synchrony=in_scenes,
            film_synchrony=in_film,
            groups=groups,
            differences=tuple(differences_of(column, by_scene, settings) for column in groups),
            film_differences=tuple(differences_of(column, whole, settings) for column in groups),
            leaving=leaving_of(labels, spans, by_scene, shares["scenes"]),
            cast=cast,
            ratings=reviews,
            notes=(
                *columns_left_out(viewers),
                *(note for column in groups for note in column.notes),
                *(reviews.notes if reviews else ()),
            ),
        )
