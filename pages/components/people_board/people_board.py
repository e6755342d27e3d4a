"""The board of a film's people: who is on screen when, with which expression, and with whom; corrected in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args
from urllib.parse import urlencode

import streamlit as st

from emotion_core.face_corrections import MAX_NAME_CHARACTERS, FaceAnchor
from emotion_core.library import Film

from ...services import route_tokens
from ..component import component

Does = Literal["name", "other", "merge", "leave out", "put back"]

_board = component(
    "people_board", Path(__file__).parent, html="people_board.html",
    css=("people_board.css", "gallery.css"), js="people_board.js",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Act:
    """What the editor asks of people."""

    does: Does
    """"name": the tracks get the name; "other": these tracks of the person are another's, of this name; "merge": the
    person is the same as `other`, a track of each; "leave out" and "put back": the tracks are nobody, or somebody after
    all."""
    label: str
    """The person as shown; empty for tracks of nobody."""
    anchors: tuple[FaceAnchor, ...]
    """Of the tracks as shown."""
    name: str
    other: str
    """The label of the person with whom it is merged."""


def show(film: Film, document: dict[str, Any], version: str, on_act: Callable[[Act], None]) -> None:
    """The board of `document`, of charts.people_document; `on_act` is called before the next run of the page."""
    key = f"people-board-{film.id}"
    _board(
        key=key,
        data={
            "film": film.id,
            "page": f"film?{urlencode({'film': film.id})}",
            "link": route_tokens.film_link(film.id),
            "version": version,
            "longest": MAX_NAME_CHARACTERS,
            "people": document,
        },
        on_act_change=lambda: _on_act(key, on_act),
    )


def _on_act(key: str, on_act: Callable[[Act], None]) -> None:
    act = read_act(st.session_state[key].get("act"))
    if act is not None:
        on_act(act)


def read_act(value: Any) -> Act | None:
    """What the script sent; None for anything else, since it comes from a browser."""
    match value:
        case {
            "does": str(does), "label": str(label), "anchors": list(anchors), "name": str(name), "other": str(other)
        } if does in get_args(Does):  # fmt: skip
            places = [_anchor(anchor) for anchor in anchors]
            if places and all(place is not None for place in places):
                return Act(cast("Does", does), label, tuple(place for place in places if place), name, other)
    return None


def _anchor(value: Any) -> FaceAnchor | None:
    match value:
        case [int(frame), int() | float() as x, int() | float() as y] if not isinstance(frame, bool) and frame >= 0:
            return FaceAnchor(frame, float(x), float(y))
    return None
