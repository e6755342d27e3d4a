"""What became of each scene of two cuts: changes first, with small pictures of both; a row takes both players there."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

from emotion_core.analysis import Analysis, SceneEmotion
from emotion_core.compare import have_same_readings
from emotion_core.compare.change_list import (
    WORDS,
    ChangeList,
    Place,
    kind_words,
    reading_of,
    reading_text,
    shares_text,
    size_text,
)
from emotion_core.export.changes import nearest_picture
from emotion_core.labels import colour
from emotion_core.library import Film
from emotion_core.media import timecode_at

from ...services import page_cache, route_tokens
from ..component import component

_changes = component(
    "change_list", Path(__file__).parent, html="change_list.html", css=("change_list.css",), js="change_list.js"
)


def show(
    films: tuple[Film, Film],
    analyses: tuple[Analysis, Analysis],
    changes: ChangeList,
    audience: tuple[str, list[str]] | None = None,
) -> None:
    """The list, with filters by kind, by expression and by size.

    `audience` are a key of the numbers of two screenings, and what both audiences showed of each change.
    """
    labels = analyses[0].labels
    key, texts = audience or ("", None)
    _changes(
        key=f"changes-{films[0].id}-{films[1].id}",
        data={
            "films": [film.id for film in films],
            "links": [route_tokens.film_link(film.id) for film in films],
            "version": "-".join([*(page_cache.numbers_version(film.id) for film in films), key]),
            "kinds": list(changes.counts.items()),
            "words": WORDS,
            "labels": list(labels),
            "colours": [colour(label, labels) for label in labels],
            "rows": rows(analyses, changes, texts),
        },
        on_expired_change=partial(_forget_links, films),
    )


def _forget_links(films: tuple[Film, Film]) -> None:
    for film in films:
        route_tokens.forget_film_link(film.id)


def rows(
    analyses: tuple[Analysis, Analysis], changes: ChangeList, audience: list[str] | None = None
) -> list[dict[str, Any]]:
    """The changes as JSON types; texts are plain, never HTML."""
    labels, same = analyses[0].labels, have_same_readings(*analyses)
    result = []
    for number, change in enumerate(changes.changes):
        readings = [reading_of(change, k, same_readings=same) for k in range(len(labels))]
        texts = [{"verdict": reading.verdict, "text": shares_text(reading)} for reading in readings]
        sides = ((change.before, change.place_before), (change.after, change.place_after))
        result.append(
            {
                "kinds": list(change.kinds),
                "counted": change.counted(change.kind).scene.number,
                "badges": kind_words(change),
                "words": ", ".join(kind_words(change)),
                "seconds": round(float(changes.size_of(change)), 3),
                "amount": size_text(changes, change),
                "places": [
                    _place(analysis, row, place)
                    for analysis, (row, place) in zip(analyses, sides, strict=True)
                ],
                "readings": texts[:1] if all(text == texts[0] for text in texts) else texts,
                "told": reading_text(labels, change, same_readings=same),
                "audience": None if audience is None else audience[number],
            }
        )  # fmt: skip
    return result


def _place(analysis: Analysis, row: SceneEmotion | None, place: Place | None) -> dict[str, Any] | None:
    if row is None or place is None:
        return None
    media = analysis.observations.media
    return {
        "scene": row.scene.number,
        "name": row.scene.name,
        "dominant": None if row.dominant is None else analysis.labels.index(row.dominant),
        "frame_in": place.frame_in,
        "tc_in": timecode_at(media, place.span.start),
        "tc_out": timecode_at(media, place.span.end),
        "picture": None if (found := nearest_picture(analysis, place)) is None else found[0],
    }
