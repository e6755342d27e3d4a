"""Two cut lists compared without films: a table of what changed, and the same as files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ...services import error_messages, markdown

if TYPE_CHECKING:  # loaded once both lists are there
    from emotion_core.export.clip_changes import ComparedClips

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
        from emotion_core.export.clip_changes import ComparedClips
        from emotion_core.interchange.compared_lists import clip_change_table, read_two_lists

        clips = ComparedClips.of(*read_two_lists(*((file.getvalue(), file.name) for file in files if file is not None)))
        for note in dict.fromkeys((*clips.before.notes, *clips.after.notes)):
            st.caption(markdown.escape(note))
        st.markdown(f"**{markdown.escape(clips.sentence)}**")
        table = clip_change_table(clips.before, clips.after, clips.changes)
        changed = table[table["kind"] != "unchanged"]
        if len(changed):
            shown = changed[list(_COLUMNS)].rename(columns=_COLUMNS)
            st.dataframe(shown, hide_index=True, placeholder="–", height="auto" if len(shown) <= 10 else 420)
        _take_away(clips)


def _take_away(clips: ComparedClips) -> None:
    """The menu of what the changes leave the app as."""
    from emotion_core.export.changes import file_stem
    from emotion_core.export.clip_changes import FORMATS, archive, problem_of, write
    from emotion_core.interchange import pack_files

    from .. import marker_form  # the players of two films wait for what the page loads

    stem = file_stem((clips.before.name, clips.after.name))
    with st.popover("Take changes away", icon=":material/file_export:", key="compared-list-taken"):
        for name, form in FORMATS.items():
            problem = problem_of(name, clips)
            packed = (stem, b"") if problem else pack_files(write(name, clips, stem), f"{stem}-clips-parts")
            is_one = packed[0].endswith(form.suffix)
            st.download_button(
                form.title, packed[1], packed[0], form.mime if is_one else "application/zip", on_click="ignore",
                type="tertiary", key=f"compared-list-{name}", disabled=bool(problem),
            )  # fmt: skip
            if problem:
                st.caption(markdown.escape(problem))
        with_markers = marker_form.button("to-markers-of-lists")
        st.download_button(
            "Everything, as a ZIP", lambda: archive(clips)[1], f"{stem}-clips.zip", "application/zip",
            icon=":material/folder_zip:", on_click="ignore", key="compared-list-everything",
        )  # fmt: skip
    if with_markers:
        marker_form.of_lists(clips)
