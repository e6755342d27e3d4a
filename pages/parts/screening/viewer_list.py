"""The viewers of a screening: names and groups to edit, the state of each, and how each is in time with the film."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from emotion_core import formatting
from emotion_core.audience import Screening, Viewer
from emotion_core.errors import EmotionError
from emotion_core.ingest import ViewerState, begin_recording, viewer_states
from emotion_core.jobs import scans
from emotion_core.library import (
    ScreeningNumbers,
    forget_numbers,
    reactions_of_viewer,
    seats_of_recording,
    split_into_seats,
)

from ...services import error_messages, markdown, page_cache
from . import in_time

_FIXED = ("No.", "Viewer", "Kind", "State", "In time with the film", "Consent")
_KINDS = {"recording": "recording", "live": "live", "synthetic": "synthetic"}


def show(screening: Screening, numbers: ScreeningNumbers | None) -> None:
    """The table of the viewers, and what can be done with one of them."""
    unaligned = in_time.unaligned(screening.id)
    states = [_as_counted(each, numbers, unaligned) for each in viewer_states(page_cache.library(), screening.id)]
    if any(each.state == "reading" for each in states):
        _watch(screening.id)
    in_time.show_searches(screening.id, [each.viewer for each in states])
    for viewer_id, name, error in page_cache.library().unreadable_viewers(screening.id):
        error_messages.show_error(error)
        st.button(f"Delete {markdown.escape(name)}", key=f"lost-{viewer_id}", on_click=_delete, args=(viewer_id,))
    if not states:
        st.markdown("There are no viewers yet.")
        return
    _table(screening, states, numbers, unaligned)
    _one([each.viewer for each in states], {each.viewer.id: each for each in states})


def _as_counted(each: ViewerState, numbers: ScreeningNumbers | None, unaligned: set[str | None]) -> ViewerState:
    """The state, with what the numbers found out about it: that what was read off a recording is damaged."""
    if each.state != "ready":
        return each
    if each.viewer.alignment.method == "start" and each.viewer.recording in unaligned:
        return replace(each, words="Read, but does not count before it is in time with the film.")
    if numbers is None:
        try:
            reactions_of_viewer(page_cache.library(), each.viewer)
        except EmotionError as error:
            return replace(each, state="stopped", words=str(error))
        return each
    why = next((why for viewer, why in numbers.left_out if viewer.id == each.viewer.id), None)
    return each if why is None else replace(each, state="stopped", words=why)


@st.fragment(run_every=2)
def _watch(screening_id: str) -> None:
    """How far the recordings are; the page runs again when one is read."""
    states = viewer_states(page_cache.library(), screening_id)
    reading = [each for each in states if each.state == "reading"]
    known = st.session_state.get("screening-reading")
    st.session_state["screening-reading"] = len(reading)
    if known is not None and known != len(reading):
        st.rerun()
    shares = [each.status.progress.share for each in reading if each.status is not None]
    done = len(states) - len(reading) + sum(shares)
    text = f"{formatting.count(len(reading), 'recording is', 'recordings are')} being read"
    st.progress(min(1.0, done / max(1, len(states))), text)


def _table(
    screening: Screening, states: list[ViewerState], numbers: ScreeningNumbers | None, unaligned: set[str | None]
) -> None:
    columns = sorted({name for each in states for name in each.viewer.groups})
    added = st.session_state.get(f"group-columns-{screening.id}", [])
    columns += [name for name in added if name not in columns]
    titles = {f"{name} (group)" if name in _FIXED else name: name for name in columns}
    rows = [
        {
            "No.": each.viewer.number,
            "Viewer": each.viewer.name,
            **{title: each.viewer.groups.get(name, "") for title, name in titles.items()},
            "Kind": _KINDS[each.viewer.kind] + (f", seat {each.viewer.seat}" if each.viewer.seat else ""),
            "State": _state(each, numbers),
            "In time with the film": in_time.alignment_words(
                each.viewer.alignment, is_known=each.viewer.recording not in unaligned
            ),
            "Consent": "–" if each.viewer.consent is None else each.viewer.consent.given_by,
        }
        for each in states
    ]
    revision = page_cache.library().screening_revision(screening.id)
    key = f"viewers-{screening.id}-{revision}-{len(columns)}-{st.session_state.get('viewers-refused', 0)}"
    st.data_editor(
        pd.DataFrame(rows), hide_index=True, key=key, disabled=[name for name in _FIXED if name != "Viewer"],
        on_change=_edit, args=(key, [each.viewer for each in states], titles),
        height="auto" if len(rows) <= 10 else 420,
        column_config={"No.": st.column_config.NumberColumn(width="small")},
    )  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "A further group", max_chars=200, placeholder="age", key="group-new",
            help="Adds a column in which each viewer's group is typed, such as 18-29.",
        )  # fmt: skip
        st.button("Add column", icon=":material/add:", on_click=_add_column, args=(screening.id,))


def _state(each: ViewerState, numbers: ScreeningNumbers | None) -> str:
    """“ready”, or what hinders, with what a reader must know."""
    own = f"Viewer {each.viewer.number}: "
    notes = [note.removeprefix(own) for note in (numbers.notes if numbers else ()) if note.startswith(own)]
    words = "being read" if each.state == "reading" else each.words
    sentences = list(dict.fromkeys(filter(None, (*notes, each.note if not notes else ""))))
    if sentences and words and not words.endswith("."):
        words += "."
    return " ".join([words, *sentences])


def _add_column(screening_id: str) -> None:
    name = " ".join(str(st.session_state.get("group-new", "")).split())
    if name:
        key = f"group-columns-{screening_id}"
        st.session_state[key] = [*st.session_state.get(key, []), name]
        st.session_state["group-new"] = ""


def _edit(key: str, viewers: list[Viewer], titles: Mapping[str, str]) -> None:
    """Store what was typed into the table; what is refused is told, and shown as it was. `titles` lead to groups."""
    changed: Mapping[int, Mapping[str, object]] = st.session_state[key]["edited_rows"]
    refused: list[str] = []
    for row, cells in changed.items():
        viewer = viewers[int(row)]
        typed = {title: "" if value is None else str(value) for title, value in cells.items()}
        groups = {titles[title]: text for title, text in typed.items() if title in titles}
        try:
            if groups:
                page_cache.library().set_viewer_groups(viewer.id, {**viewer.groups, **groups})
            if "Viewer" in typed:
                page_cache.library().rename_viewer(viewer.id, typed["Viewer"])
        except EmotionError as error:
            refused.append(str(error))
    if refused:
        st.session_state["problem"] = " ".join(refused)
        st.session_state["viewers-refused"] = st.session_state.get("viewers-refused", 0) + 1


def _one(viewers: list[Viewer], states: Mapping[str, ViewerState]) -> None:
    """What can be done with one viewer: alignment, seats, reading again, deletion."""
    with st.container(border=True, key="screening-one"):
        by_id = {viewer.id: viewer for viewer in viewers}
        chosen = st.selectbox(
            "One viewer", list(by_id), None, placeholder="Choose a viewer to align or delete", key="one-viewer",
            format_func=lambda viewer_id: f"{by_id[viewer_id].number}: {by_id[viewer_id].name}",
        )  # fmt: skip
        if chosen is None:
            return
        viewer = by_id[chosen]
        if viewer.kind == "recording":
            in_time.show(viewer)
        with st.container(horizontal=True):
            state = states[viewer.id]
            if viewer.kind == "recording" and viewer.seat is None and state.state == "ready":
                st.button("One viewer for each seat", icon=":material/event_seat:", on_click=_split, args=(viewer.id,),
                          help="For a recording of a room: faces that stay at one place are viewers of their own.",
                          key="one-seats")  # fmt: skip
            if state.state == "stopped" and viewer.kind == "recording":
                st.button("Read it again", icon=":material/refresh:", on_click=_again, args=(viewer,), key="one-again")
            if st.button("Delete this viewer", icon=":material/delete:", key="one-delete"):
                _ask(viewer)


def _split(viewer_id: str) -> None:
    with error_messages.defer():
        library = page_cache.library()
        found = len(seats_of_recording(library, library.viewer(viewer_id)))
        split_into_seats(library, viewer_id)
        st.session_state["notice"] = f"{formatting.count(found, 'seat')} found; give each viewer a name."


def _again(viewer: Viewer) -> None:
    with error_messages.defer():
        assert viewer.recording is not None
        begin_recording(page_cache.library(), page_cache.library().film(viewer.recording))


@st.dialog("Delete this viewer?")
def _ask(viewer: Viewer) -> None:
    st.markdown(
        f"Everything of **{markdown.escape(viewer.name)}** will be removed from the library: readings, consent, "
        "ratings and the recording with what was read off it. A recording that lies in a folder of yours stays there."
    )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep", key="viewer-keep"):
            st.rerun()
        if st.button("Delete", type="primary", key="viewer-gone", on_click=_delete, args=(viewer.id,)):
            st.rerun()


def _delete(viewer_id: str) -> None:
    with error_messages.defer():
        scans.delete_viewer(page_cache.library(), viewer_id)
    forget_numbers()
