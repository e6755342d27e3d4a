"""A screening as CSV, a row a scene, and as JSON. Names of viewers are left out unless they are asked for."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..audience import (
    AI_ACT,
    AudienceShares,
    Mean,
    RatingsSummary,
    ScreeningSummary,
    Viewer,
    alignment_to_json,
    settings_to_json,
)
from ..labels import neutral_index

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
Cells = list[tuple[str, Any]]


def screening_csv(summary: ScreeningSummary) -> bytes:
    """The numbers of each scene, for spreadsheets: UTF-8 with BOM, CRLF, and no text cell that is a formula."""
    rows = [_scene_cells(summary, index) for index in range(len(summary.scenes))]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    if rows:
        writer.writerow([_safe(title) for title, _ in rows[0]])
    writer.writerows([[_safe(cell) for _, cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def screening_json(
    summary: ScreeningSummary, film: str, screening: str, notes: Sequence[str] = (), *, names: bool = False
) -> bytes:
    """All numbers a scene and a second, with the viewers' groups, alignment and consent; `film` is the film's name.

    With `names` also who the viewers are, and who confirmed that they were told.
    """
    consents = [viewer.consent for viewer in summary.viewers if viewer.consent is not None]
    notices = sorted({consent.notice for consent in consents})
    document = {
        "film": film,
        "screening": screening,
        "labels": list(summary.labels),
        "seconds_of_film": round(summary.duration, 6),
        "settings": settings_to_json(summary.settings),
        "notes": list(notes),
        "ai_act": AI_ACT,
        "notices": notices,
        "viewers": [_viewer(viewer, notices, names=names) for viewer in summary.viewers],
        "scenes": [dict(_scene_cells(summary, index)) for index in range(len(summary.scenes))],
        "film_as_a_whole": dict(_shares(summary.labels, summary.film, 0)),
        "ratings": None if summary.ratings is None else _ratings(summary.ratings),
        "seconds": {
            "viewers": [int(count) for count in summary.seconds.viewers],
            "shares": {
                label: [_number(value) for value in summary.seconds.share[:, place]]
                for place, label in enumerate(summary.labels)
            },
        },
    }
    return (json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _viewer(viewer: Viewer, notices: list[str], *, names: bool) -> dict[str, Any]:
    consent = viewer.consent
    told: dict[str, Any] | None = None
    if consent is not None:
        told = {"notice": notices.index(consent.notice), "given_at": consent.given_at}
        if names:
            told["given_by"] = consent.given_by
    return {
        "number": viewer.number,
        **({"name": viewer.name} if names else {}),
        "kind": viewer.kind,
        "groups": dict(viewer.groups),
        "seat": viewer.seat,
        "alignment": alignment_to_json(viewer.alignment),
        "consent": told,
    }


def _scene_cells(summary: ScreeningSummary, index: int) -> Cells:
    """Titles and cells of a scene's row; None where there is no number."""
    scene = summary.scenes[index]
    cells: Cells = [
        ("scene", scene.number),
        ("name", scene.name),
        ("start", round(scene.start, 6)),
        ("end", round(scene.end, 6)),
        ("part_of_film", scene.counts),
    ]
    cells += _shares(summary.labels, summary.by_scene, index)
    for place, label in enumerate(summary.labels):
        synchrony = summary.synchrony
        cells += [
            (f"{label}_synchrony", _number(synchrony.correlation[index, place])),
            (f"{label}_synchrony_p", _number(synchrony.p[index, place])),
            (f"{label}_synchrony_q", _number(synchrony.adjusted[index, place])),
        ]
    if summary.ratings is not None:
        mean = summary.ratings.scenes[index]
        cells += [(f"rating{end}", value) for end, value in _mean(mean).items()]
        cells.append(("rating_gap", _number(summary.ratings.gaps[index])))
    for column in summary.groups:
        for group in column.groups:
            cells += _shares(summary.labels, group.scenes, index, f"{column.name} {group.name}: ")
        if column.scenes is not None:
            cells += _shares(summary.labels, column.scenes, index, f"{column.name} balanced: ")
    return cells


def _ratings(ratings: RatingsSummary) -> dict[str, Any]:
    """Mean ratings of the film, raw, by group and group-balanced; those of scenes are in their rows."""
    return {
        "raw": _named(ratings.raw),
        "columns": {
            column.name: {
                "groups": {group.name: _named(group.rating) for group in column.groups},
                "balanced": _named(column.balanced),
            }
            for column in ratings.columns
        },
    }


def _named(mean: Mean) -> dict[str, Any]:
    return {f"rating{end}": value for end, value in _mean(mean).items()}


def _mean(mean: Mean) -> dict[str, Any]:
    """A mean with the ends of its columns' names."""
    limits = {"": mean.value, "_low": mean.low, "_high": mean.high}
    rounded = {end: None if value is None else round(value, 4) for end, value in limits.items()}
    return {**rounded, "_people": mean.people}


def _shares(labels: tuple[str, ...], shares: AudienceShares, index: int, prefix: str = "") -> Cells:
    share = shares.share[index]
    known = not np.isnan(share).any()
    neutral = neutral_index(labels)
    cells: Cells = [
        ("viewers", int(shares.viewers[index])),
        ("coverage", _number(shares.coverage[index])),
        ("top", labels[int(share.argmax())] if known else None),
        ("intensity", _number(1 - share[neutral]) if neutral is not None else None),
    ]
    for place, label in enumerate(labels):
        cells += [
            (label, _number(share[place])),
            (f"{label}_low", _number(shares.low[index, place])),
            (f"{label}_high", _number(shares.high[index, place])),
        ]
    return [(prefix + title, cell) for title, cell in cells]


def _number(value: float | np.floating[Any]) -> float | None:
    """Four decimals; None for what is missing."""
    number = float(value)
    return None if math.isnan(number) else round(number, 4)


def _safe(cell: Any) -> Any:
    """Prefix text that a spreadsheet would evaluate with an apostrophe (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell
