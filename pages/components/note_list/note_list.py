"""The list of an editor's notes: a click goes to the frame; notes are added, changed and removed in place.

Texts that were typed stay in their fields until the page shows them as notes: a refused one is not lost.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

import streamlit as st

from emotion_core.analysis import Analysis, placed_notes
from emotion_core.annotations import MAX_NOTE_CHARACTERS, Note
from emotion_core.library import Film
from emotion_core.report import annotation_wording
from emotion_core.timecode import nominal_rate

from ..component import component

Does = Literal["add", "add of scene", "change", "remove"]

_notes = component("note_list", Path(__file__).parent, html="note_list.html", css=("note_list.css",), js="note_list.js")


@dataclass(frozen=True, slots=True)
class Act:
    """What the editor asks of a note."""

    does: Does
    note: Note
    """As it was shown; of a new note its frame, or a frame of its scene, with the text."""
    text: str
    """The new text; empty for a removal."""


def show(film: Film, analysis: Analysis, on_act: Callable[[Act], None]) -> None:
    """The list; `on_act` is called before the next run of the page with what the editor asks."""
    media = analysis.observations.media
    key = f"notes-{film.id}"
    _notes(
        key=key,
        data={
            "film": film.id,
            "rate_over": media.rate.numerator,
            "rate_under": media.rate.denominator,
            "base": nominal_rate(media.rate),
            "start": media.start_frame,
            "drop": media.drop_frame,
            "longest": MAX_NOTE_CHARACTERS,
            "notes": [
                {
                    "frame": note.frame,
                    "tc": annotation_wording.note_timecode(analysis, note),
                    "scene": note.row.scene.number,
                    "text": note.note.text,
                    "of_scene": note.of_scene,
                    "stored": [note.note.frame, note.note.of_scene],
                }
                for note in placed_notes(analysis)
            ],
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
        case {"does": str(does), "frame": int(frame), "of_scene": bool(whole), "before": str(old), "text": str(text)}:
            if does in get_args(Does) and not isinstance(frame, bool):
                return Act(cast("Does", does), Note(frame, old, whole), text)
    return None
