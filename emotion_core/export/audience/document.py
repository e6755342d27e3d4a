"""A screening as JSON: all numbers a scene and a second, the viewers with their consent, and what is behind them."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from ...audience import AI_ACT, RatingsSummary, Viewer, alignment_to_json, notice_version, settings_to_json
from ...settings import to_json as report_settings_json
from .scene_table import mean_cells, number, scene_cells, share_cells
from .screened_film import ScreenedFilm
from .viewer_reading import ViewerReading, reading_of_film


def write(screened: ScreenedFilm) -> bytes:
    """The file, UTF-8."""
    return (json.dumps(to_json(screened), indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def to_json(screened: ScreenedFilm) -> dict[str, Any]:
    """The document as JSON types."""
    summary = screened.summary
    notices = sorted({viewer.consent.notice for viewer in summary.viewers if viewer.consent is not None})
    return {
        "film": screened.film,
        "film_sha256": screened.analysis.observations.media.content_id,
        "film_reading": reading_of_film(screened.analysis).to_json(),
        "film_report_settings": report_settings_json(screened.analysis.report_settings.of_numbers),
        "screening": screened.screening,
        "labels": list(summary.labels),
        "seconds_of_film": round(summary.duration, 6),
        "settings": settings_to_json(summary.settings),
        "notes": list(screened.notes),
        "ai_act": AI_ACT,
        "notices": notices,
        "viewers": [_viewer(screened, viewer, notices) for viewer in summary.viewers],
        "scenes": [dict(scene_cells(screened, index)) for index in range(len(summary.scenes))],
        "film_as_a_whole": dict(share_cells(summary.labels, summary.film, 0)),
        "synchrony_of_film": {
            label: {
                "correlation": number(summary.film_synchrony.correlation[0, place]),
                "p": number(summary.film_synchrony.p[0, place]),
                "viewers": int(summary.film_synchrony.viewers[0, place]),
                "missing": summary.film_synchrony.because(0, place),
            }
            for place, label in enumerate(summary.labels)
        },
        "seconds": _seconds(screened),
        "cast_lag": None if summary.cast is None else asdict(summary.cast.lag),
        "groups": [
            {
                "column": column.name,
                "weights": {group.name: number(group.weight) for group in column.groups},
                "viewers": {group.name: group.viewers for group in column.groups},
                "too_few": [group.name for group in column.groups if group.too_few],
                "by_target": column.by_target,
            }
            for column in summary.groups
        ],
        "ratings": None if summary.ratings is None else _ratings(summary.ratings),
    }


def _viewer(screened: ScreenedFilm, viewer: Viewer, notices: list[str]) -> dict[str, Any]:
    """A viewer; who confirmed the consent is a name, and only there where names are wanted."""
    consent, names = viewer.consent, screened.names
    told: dict[str, Any] | None = None
    if consent is not None:
        told = {
            "notice": notices.index(consent.notice),
            "notice_version": notice_version(consent.notice),
            "given_at": consent.given_at,
            "confirmed": bool(consent.given_by),
        }
        if names:
            told["given_by"] = consent.given_by
    return {
        "number": viewer.number,
        **({"name": viewer.name} if names else {}),
        "kind": viewer.kind,
        "groups": dict(viewer.groups),
        "seat": viewer.seat,
        "alignment": alignment_to_json(viewer.alignment),
        "reading": screened.readings.get(viewer.id, ViewerReading()).to_json(),
        "consent": told,
    }


def _seconds(screened: ScreenedFilm) -> dict[str, Any]:
    """The shares of each second as columns; a list has a value a second."""
    seconds = screened.summary.seconds
    arrays = {"shares": seconds.share, "lows": seconds.low, "highs": seconds.high}
    return {
        "viewers": [int(count) for count in seconds.viewers],
        "coverage": [number(value) for value in seconds.coverage],
        **{
            name: {
                label: [number(value) for value in array[:, place]]
                for place, label in enumerate(screened.summary.labels)
            }
            for name, array in arrays.items()
        },
    }


def _ratings(ratings: RatingsSummary) -> dict[str, Any]:
    """Mean ratings of the film, raw, by group and group-balanced; those of scenes are in their rows."""
    return {
        "raw": dict(mean_cells(ratings.raw)),
        "columns": {
            column.name: {
                "groups": {group.name: dict(mean_cells(group.rating)) for group in column.groups},
                "balanced": dict(mean_cells(column.balanced)),
            }
            for column in ratings.columns
        },
        "across_scenes": asdict(ratings.across_scenes),
        "across_viewers": asdict(ratings.across_viewers),
    }
