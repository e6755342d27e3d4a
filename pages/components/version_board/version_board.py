"""The board of a project: scenes by versions in words and colours, and every pair of versions to compare."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from emotion_core.compare.versions import (
    Cell,
    HistoryKind,
    SceneHistory,
    Version,
    cell_words,
    history_words,
    scene_numbers,
)
from emotion_core.formatting import percent
from emotion_core.library.projects import ComparedVersions
from emotion_core.media import timecode_at

from ..component import component

_board = component(
    "version_board", Path(__file__).parent, html="version_board.html", css=("version_board.css",), js="version_board.js"
)
_TONES: dict[HistoryKind, str] = {
    "first": "same",
    "unchanged": "same",
    "left out": "gone",
    "replaced": "gone",
    "out": "absent",
    "not yet": "absent",
    "new": "new",
    "extended": "new",
    "repeated": "new",
    "trimmed": "less",
    "reinstated": "back",
}
"""Colours of kinds; all others have one of their own, “other”."""


def show(drawn: dict[str, Any], state: str, on_compare: Callable[[str, str], None]) -> None:
    """The board of a `document`; `state` is text that changes with it. `on_compare` is called with the ids of two
    versions before the next run of the page.
    """
    key = "version-board"
    known = {version["id"] for version in drawn["versions"]}

    def asked() -> None:
        match st.session_state[key].get("compare"):
            case [str(first), str(second)] if {first, second} <= known:
                on_compare(first, second)

    _board(key=key, data={"state": state, **drawn}, on_compare_change=asked)


def document(compared: ComparedVersions) -> dict[str, Any]:
    """What the board draws, as JSON types; texts are plain, never HTML."""
    versions = compared.versions
    return {
        "versions": [
            {"id": each.film_id, "number": number, "name": each.name, "seconds": float(each.media.duration)}
            for number, each in zip(compared.numbers, versions, strict=True)
        ],
        "rows": [
            {
                "title": _title(history, number),
                "told": history_words(history, compared.numbers),
                "changed": history.has_changed,
                "cells": [_cell(version, cell) for version, cell in zip(versions, history.cells, strict=True)],
            }
            for history, number in zip(compared.histories, scene_numbers(compared.histories), strict=True)
        ],
    }


def _title(history: SceneHistory, number: str) -> str:
    last = history.last
    if last is None:
        return "Scene"
    here = bool(history.cells[-1].scenes)
    title = f"Scene {number}" if here else f"Once scene {number}"
    return f"{title} · {last.scene.name}" if last.scene.name else title


def _cell(version: Version, cell: Cell) -> dict[str, Any]:
    numbers = ", ".join(str(row.scene.number) for row in cell.scenes)
    detail = " · ".join(part for part in (f"scene {numbers}" if numbers else "", cell.size) if part)
    words = {"first": "there", "out": "out", "not yet": ""}.get(cell.kind) if len(cell.kinds) == 1 else None
    return {
        "tone": _TONES.get(cell.kind, "other"),
        "words": cell_words(cell) if words is None else words,
        "detail": detail,
        "title": _hint(version, cell),
        "links": cell.kind not in ("first", "out", "not yet"),
    }


def _hint(version: Version, cell: Cell) -> str:
    """What a cell says in full: where the scene is, and its dominant expression."""
    lines = [cell_words(cell)]
    for row in cell.scenes:
        at = timecode_at(version.media, row.scene.span.start)
        shown = "not enough faces"
        if row.dominant is not None and row.shares is not None:
            shown = f"{row.dominant} {percent(row.shares[version.labels.index(row.dominant)])}"
        lines.append(f"scene {row.scene.number} at {at}: {shown}")
    return "\n".join(lines)
