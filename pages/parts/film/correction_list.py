"""Undo, redo, and the list of a film's corrections, each with a button that removes it."""

from __future__ import annotations

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.corrections import Correction, as_list
from emotion_core.face_corrections import FaceCorrections, without_corrections
from emotion_core.library import editing
from emotion_core.report import ListedCorrection, listed_corrections, wording

from ...services import markdown, report_edits
from .. import history_buttons, icon_button

SHOWN = 50
"""Corrections listed at once."""


def show(film_id: str, analysis: Analysis) -> None:
    """Show the buttons; nothing for a film that was never corrected."""
    steps = history_buttons.steps_of(film_id)
    corrections = as_list(analysis.report_settings.corrections)
    faces = listed_corrections(analysis)
    if not steps.any and not corrections and not faces:
        return
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        history_buttons.show(film_id, steps)
        if number := len(corrections) + len(faces):
            with st.popover(f"Corrections ({number})", type="tertiary", icon=":material/edit:"):
                _list(film_id, analysis, corrections)
                _list_faces(film_id, faces)


def _list(film_id: str, analysis: Analysis, corrections: tuple[Correction, ...]) -> None:
    for correction in corrections[:SHOWN]:
        text, button = st.columns([8, 1], vertical_alignment="center")
        description = wording.correction_text(analysis, correction)
        text.markdown(markdown.escape(description))
        with button:
            icon_button.show(
                f"Take out: {description}", "close", f"remove-{correction.kind}-{correction.at}", kind="tertiary",
                hint="Take this one out", on_click=report_edits.correct,
                args=(film_id, editing.remove_correction(correction), f"without “{description}”", correction.at),
            )  # fmt: skip
    if len(corrections) > SHOWN:
        st.caption(f"And {len(corrections) - SHOWN} more, later in the film.")


def _list_faces(film_id: str, listed: tuple[ListedCorrection, ...]) -> None:
    def take_out(entry: ListedCorrection) -> None:
        def operation(now: FaceCorrections, *_: object) -> FaceCorrections:
            return without_corrections(now, entry.corrections)

        report_edits.correct_faces(film_id, operation, f"without “{entry.text}”")

    for number, entry in enumerate(listed[:SHOWN]):
        text, button = st.columns([8, 1], vertical_alignment="center")
        text.markdown(markdown.escape(entry.text))
        with button:
            icon_button.show(
                f"Take out: {entry.text}", "close", f"remove-face-{number}-{entry.frame}", kind="tertiary",
                hint="Take this one out", on_click=take_out, args=(entry,),
            )  # fmt: skip
    if len(listed) > SHOWN:
        st.caption(f"And {len(listed) - SHOWN} more of faces, later in the film.")
