"""Two cut lists compared without films: a table of what changed, and the same as files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from ...services import error_messages, markdown

if TYPE_CHECKING:  # loaded once both lists are there
    from emotion_core.interchange.compared_lists import ClipChange, SourceList

_SUFFIXES = ["edl", "otio", "otioz"]
_COLUMNS = {
    "kind": "Change", "name_before": "Clip, first", "name_after": "Clip, second", "tc_in_before": "In, first",
    "tc_in_after": "In, second", "head_frames": "Off its head, frames", "tail_frames": "Off its tail, frames",
    "shift_frames": "Later by, frames",
}  # fmt: skip


def show() -> None:
    """The box, closed at first."""
    with st.expander("Compare two lists, without films", icon=":material/format_list_bulleted:"):
        _box()


@st.fragment
def _box() -> None:
    st.caption("EDL or OpenTimelineIO, of one frame rate: compared by their clips' sources, whatever films there are.")
    files = [
        box.file_uploader(f"{word} list", type=_SUFFIXES, key=f"compared-list-{word}")
        for box, word in zip(st.columns(2, gap="medium"), ("First", "Second"), strict=True)
    ]
    if files[0] is None or files[1] is None:
        return
    with error_messages.show():
        from emotion_core.export.clip_changes import clip_changes_html, clip_changes_xlsx
        from emotion_core.interchange.compared_lists import (
            clip_change_table,
            clip_changes_json,
            clip_sentence,
            compare_lists,
            read_two_lists,
        )
        from emotion_core.report import csv_bytes

        first, second = read_two_lists(*((file.getvalue(), file.name) for file in files if file is not None))
        changes = compare_lists(first, second)
        for note in dict.fromkeys((*first.notes, *second.notes)):
            st.caption(markdown.escape(note))
        st.markdown(f"**{markdown.escape(clip_sentence(changes))}**")
        table = clip_change_table(first, second, changes)
        changed = table[table["kind"] != "unchanged"]
        if len(changed):
            shown = changed[list(_COLUMNS)].rename(columns=_COLUMNS)
            st.dataframe(shown, hide_index=True, placeholder="–", height="auto" if len(shown) <= 10 else 420)
        stem = f"{PurePath(first.name).stem}-vs-{PurePath(second.name).stem}-clips"
        writers: list[tuple[str, str, str, Callable[[SourceList, SourceList, tuple[ClipChange, ...]], bytes]]] = [
            ("CSV", ".csv", "text/csv", lambda *_: csv_bytes(table)),
            ("Excel", ".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", clip_changes_xlsx),
            ("Page to print", ".html", "text/html", clip_changes_html),
            ("JSON", ".json", "application/json", clip_changes_json),
        ]
        with st.container(horizontal=True):
            for title, suffix, mime, write in writers:
                st.download_button(
                    title, write(first, second, changes), f"{stem}{suffix}", mime, icon=":material/download:",
                    on_click="ignore", key=f"compared-list-{suffix}",
                )  # fmt: skip
