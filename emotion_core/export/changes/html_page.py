"""Change notes: the list of changes as one HTML page with small pictures of both cuts, to read and to print.

It opens without a network, holds no script, and a content security policy forbids it every request. Printed, it has
pages of A4 with numbers, and breaks between changes.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...compare import check_comparable, have_same_readings
from ...compare.change_list import (
    WORDS,
    FootageChange,
    Place,
    ScreenTime,
    kind_words,
    reading_of,
    reading_text,
    shares_text,
    size_text,
)
from ...formatting import printable, signed
from ...media import timecode_at
from ...report import provenance, wording
from ..pictures import data_address
from .audiences import audience_note, audience_texts
from .compared_cuts import nearest_picture

if TYPE_CHECKING:
    from ...analysis import Analysis, SceneEmotion
    from .compared_cuts import ComparedCuts

PICTURE = (352, 198)
"""Largest width and height of a picture, pixels: twice the size at which it is shown, for print."""
WHICH = ("First", "Second")


def write(cuts: ComparedCuts) -> bytes:
    """The page, UTF-8; it holds its pictures."""
    listed, audiences = cuts.listed, audience_texts(cuts)
    rows = [
        _change(cuts, number, change, None if audiences is None else audiences[number - 1])
        for number, change in enumerate(listed.changes, start=1)
    ]
    is_unchanged = [change.kinds == ("unchanged",) for change in listed.changes]
    page: str = _template().render(
        names=cuts.names,
        sentence=cuts.sentence,
        footage=cuts.footage,
        films=[_film(*each) for each in zip(WHICH, cuts.names, cuts.analyses, strict=True)],
        warnings=check_comparable(*cuts.analyses),
        audience_note=audience_note(cuts),
        has_audience=audiences is not None,
        counts=[(WORDS.get(kind, kind), number) for kind, number in listed.counts.items()],
        times=[_time(time) for time in cuts.times],
        changes=[row for row, same in zip(rows, is_unchanged, strict=True) if not same],
        unchanged=[row for row, same in zip(rows, is_unchanged, strict=True) if same],
    )
    return page.encode()


def _film(which: str, name: str, analysis: Analysis) -> dict[str, Any]:
    observations = analysis.observations
    return {
        "which": which,
        "name": name,
        "facts": wording.film_facts(analysis),
        "reading": provenance.reading_description(observations.checkpoint, observations.engine, analysis.temperature),
        "content": observations.media.content_id,
    }


def _time(time: ScreenTime) -> dict[str, Any]:
    numbers = [f"{seconds:.1f}" for seconds in (time.before, time.after)]
    numbers += [signed(time.change), f"{signed(time.low)} to {signed(time.high)}"]
    return {"label": time.label, "cells": numbers, "verdict": "clear" if time.is_clear else "no clear change"}


def _change(cuts: ComparedCuts, number: int, change: FootageChange, audience: str | None) -> dict[str, Any]:
    """What the template shows of a change; of an unchanged scene no picture."""
    labels, same = cuts.analyses[0].labels, have_same_readings(*cuts.analyses)
    texts = [shares_text(reading_of(change, k, same_readings=same)) for k in range(len(labels))]
    has_pictures = change.kinds != ("unchanged",)
    sides = ((change.before, change.place_before), (change.after, change.place_after))
    return {
        "number": number,
        "kinds": kind_words(change),
        "amount": size_text(cuts.listed, change),
        "sides": [_side(cuts, side, *each, has_picture=has_pictures) for side, each in enumerate(sides)],
        "told": reading_text(labels, change, same_readings=same),
        "readings": list(zip(labels, texts, strict=True)) if len(set(texts)) > 1 else [],
        "audience": audience,
    }


def _side(
    cuts: ComparedCuts, side: int, row: SceneEmotion | None, place: Place | None, *, has_picture: bool
) -> dict[str, Any]:
    which, analysis = WHICH[side], cuts.analyses[side]
    if row is None or place is None:
        instead = f"not in the {which.lower()}"
        return {"which": which, "place": "", "tc_in": "–", "tc_out": "–", "picture": None, "instead": instead}
    media = analysis.observations.media
    return {
        "which": which,
        "place": printable(wording.scene_title(row)),
        "tc_in": timecode_at(media, place.span.start),
        "tc_out": timecode_at(media, place.span.end),
        "picture": _picture(cuts, side, place) if has_picture else None,
        "instead": "no picture",
    }


def _picture(cuts: ComparedCuts, side: int, place: Place) -> str | None:
    found = nearest_picture(cuts.analyses[side], place)
    content = None if found is None else cuts.picture(side, found[1])
    return None if content is None else data_address(content, PICTURE)


@cache
def _template() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template("changes.html")
