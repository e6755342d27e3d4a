"""A list of the first film, or its notes and targets, for the second: what moves, what loses its place."""

from __future__ import annotations

from pathlib import PurePath

import streamlit as st

from emotion_core.interchange.conforming import (
    LIST_SUFFIXES,
    CarriedAnnotations,
    Move,
    TwoCuts,
    carry_annotations,
    conform_list,
    lost_table,
    summary,
)
from emotion_core.library import Film
from emotion_core.report import csv_bytes

from ...services import error_messages, markdown, page_cache, report_edits
from . import kept_comparisons

_SHOWN = {
    "what": "What", "name": "Name", "tc_in": "In the first film", "became": "Became", "reason": "Why",
    "tc_in_after": "In the second",
}  # fmt: skip


def show(films: tuple[Film, Film], names: tuple[str, str]) -> None:
    """The box, closed at first."""
    with st.expander("Move a list to the new cut", icon=":material/move_down:"):
        _box(films, names)


@st.fragment
def _box(films: tuple[Film, Film], names: tuple[str, str]) -> None:
    first, second = films
    file = st.file_uploader(
        f"A list of {markdown.escape(names[0])}: cut list, markers, subtitles or a table",
        type=list(LIST_SUFFIXES), key=f"conform-{first.id}-{second.id}",
        help="EDL, OpenTimelineIO, FCPXML, XML of Final Cut Pro 7 and Premiere Pro, AAF, ALE, CSV, Premiere Pro's and "
        "Avid's markers, WebVTT or SRT.",
    )  # fmt: skip
    every = st.checkbox(
        "Markers and texts at every place that shows their footage", key=f"conform-every-{first.id}-{second.id}"
    )
    with error_messages.show():
        if file is not None:
            cuts = kept_comparisons.two_cuts(first.id, second.id)
            moved = conform_list(file.getvalue(), file.name, cuts, every=every)
            for note in moved.notes:
                st.caption(markdown.escape(note))
            st.markdown(f"**{markdown.escape(summary(moved.moves))}**")
            stem = f"{PurePath(file.name).stem}-for-{PurePath(names[1]).stem}"
            with st.container(horizontal=True):
                if moved.content:
                    st.download_button(
                        "Download the list", moved.content, f"{stem}{moved.suffix}", type="primary",
                        icon=":material/download:", on_click="ignore",
                    )  # fmt: skip
                if moved.lost:
                    st.download_button(
                        "Download what changed", csv_bytes(lost_table(cuts, moved.moves)), f"{stem}-lost.csv",
                        "text/csv", icon=":material/download:", on_click="ignore",
                    )  # fmt: skip
            _list_lost(cuts, moved.lost)
    with error_messages.show():
        error_messages.show_deferred()
        _annotations(films, names)


def _annotations(films: tuple[Film, Film], names: tuple[str, str]) -> None:
    """The first film's notes and targets, which are set in the second at a click."""
    first, second = films
    before, after = page_cache.analysis(first.id), page_cache.analysis(second.id)
    written = before.report_settings.annotations
    if not written:
        return
    cuts = kept_comparisons.two_cuts(first.id, second.id)
    carried = carry_annotations(cuts, written, after.report_settings.annotations, after.labels)
    st.markdown(f"**Notes and targets of {markdown.escape(names[0])}**")
    st.caption(f"{summary(carried.moves)} What {markdown.escape(names[1])} has already stays as it is.")
    _list_lost(cuts, tuple(move for move in carried.moves if move.state != "moved"))
    if carried:
        st.button(
            f"Set {carried.words} in the second film", icon=":material/sticky_note_2:",
            key=f"carry-{first.id}-{second.id}", on_click=_carry, args=(carried, second.id, names[0]),
        )  # fmt: skip
    else:
        st.caption("All that has a place is there.")


def _carry(carried: CarriedAnnotations, film_id: str, name: str) -> None:
    report_edits.annotate(film_id, carried.operation(), f"notes and targets of {name}")


def _list_lost(cuts: TwoCuts, lost: tuple[Move, ...]) -> None:
    if lost:
        table = lost_table(cuts, lost)[list(_SHOWN)].rename(columns=_SHOWN)
        st.dataframe(table, hide_index=True, height="auto" if len(table) <= 8 else 320, placeholder="–")
