"""A recording in time with the film by moments that both show: typed, or chosen of those that were found."""

from __future__ import annotations

import re

import streamlit as st

from emotion_core import audience, parsing
from emotion_core.audience import Viewer
from emotion_core.errors import SettingsError
from emotion_core.ingest import FoundMarks, Mark, find_marks, found_marks

from ...services import error_messages, markdown, page_cache

_MOMENTS = (1, 2)
_SIDES = ("film", "recording")
_TIME = re.compile(r"(?:(?:(\d{1,2}):)?(\d{1,2}):)?(\d{1,6}(?:[.,]\d{1,6})?)(?: s)?")


def show(viewer: Viewer) -> None:
    """The moments of a viewer who has a recording, and what is found in both to choose from."""
    assert viewer.recording is not None
    film_id = page_cache.library().screening(viewer.screening_id).film_id
    sides = dict(zip(_SIDES, (film_id, viewer.recording), strict=True))
    found = {side: found_marks(page_cache.library(), each) for side, each in sides.items()}
    if any(each == "sought" for each in found.values()):
        _watch(list(sides.values()))
    elif None in found.values():
        st.button(
            "Find claps and flashes", icon=":material/graphic_eq:", key="one-marks", on_click=_find,
            args=(list(sides.values()),), help="In the sound and the pictures of the film and of the recording.",
        )  # fmt: skip
    choices = {side: each for side, each in found.items() if isinstance(each, FoundMarks)}
    for side, each in choices.items():
        words = f"{len(each.marks)} found in the {side}, by time." if each.marks else f"None found in the {side}."
        st.caption(markdown.escape(f"{words} {each.note}"))
    hint = "Choose, or type seconds" if choices else "Type seconds"
    st.caption("Seconds of one moment in both; a second one, far from it, also gives the drift.")
    _show_kept(viewer.id)
    for number in _MOMENTS:
        for side, place in zip(sides, st.columns(2), strict=True):
            found_words = [mark_words(mark) for mark in (choices[side].marks if side in choices else ())]
            kept = st.session_state.get(_key(viewer.id, number, side))
            place.selectbox(
                f"Moment {number}, second of the {side}",
                [*found_words, *({kept} - {None, *found_words})],
                None, accept_new_options=True, placeholder=hint, key=_key(viewer.id, number, side),
                on_change=_keep, args=(viewer.id,),
            )  # fmt: skip
    with st.container(horizontal=True):
        st.button("Align by these", key="marks-align", on_click=_align, args=(viewer.id,))
        st.button("Discard these", key="marks-discard", on_click=_discard, args=(viewer.id,))


def _show_kept(viewer_id: str) -> None:
    """Put the moments that the library keeps into the boxes, where this window shows none yet."""
    for number, pair in zip(_MOMENTS, page_cache.library().viewer_marks(viewer_id), strict=False):
        for side, text in zip(_SIDES, pair, strict=True):
            if text:
                st.session_state.setdefault(_key(viewer_id, number, side), text)


def _marked(viewer_id: str) -> list[tuple[str, str]]:
    """What stands in the boxes: of each moment the film's and the recording's, empty where none is marked."""
    film, recording = _SIDES
    return [
        (
            str(st.session_state.get(_key(viewer_id, number, film)) or ""),
            str(st.session_state.get(_key(viewer_id, number, recording)) or ""),
        )
        for number in _MOMENTS
    ]


def _keep(viewer_id: str) -> None:
    marked = tuple(_marked(viewer_id))
    with error_messages.defer():
        page_cache.library().set_viewer_marks(viewer_id, marked if any(map(any, marked)) else ())


def _discard(viewer_id: str) -> None:
    with error_messages.defer():
        page_cache.library().set_viewer_marks(viewer_id, ())
        for number in _MOMENTS:
            for side in _SIDES:
                st.session_state[_key(viewer_id, number, side)] = None


def _key(viewer_id: str, number: int, side: str) -> str:
    return f"mark-{viewer_id}-{number}-{side}"


def mark_words(mark: Mark) -> str:
    """“12.34 s: clap, 31 dB”, which `seconds_of` reads again."""
    strength = f"{mark.strength:.0f} dB" if mark.kind == "clap" else f"{mark.strength / 255:.0%} brighter"
    return f"{mark.second:.2f} s: {mark.kind}, {strength}"


def seconds_of(text: str) -> float:
    """The second that was chosen or typed, as seconds, MM:SS or HH:MM:SS. Raises SettingsError."""
    match = _TIME.fullmatch(text.partition(" s: ")[0].strip())
    if match is None:
        raise SettingsError(f"A moment is {parsing.quote(text)}.", "Give seconds such as 12.5, or MM:SS.")
    hours, minutes, seconds = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + float(seconds.replace(",", "."))


@st.fragment(run_every=1)
def _watch(film_ids: list[str]) -> None:
    """Until all is found; then the page runs again."""
    left = sum(found_marks(page_cache.library(), each) == "sought" for each in film_ids)
    if not left:
        st.rerun()
    st.progress(1 - left / len(film_ids), "Listening for claps, and looking for flashes …")


def _find(film_ids: list[str]) -> None:
    with error_messages.defer():
        find_marks(page_cache.library(), film_ids)


def _align(viewer_id: str) -> None:
    with error_messages.defer():
        typed = _marked(viewer_id)
        if (half := next((pair for pair in typed if bool(pair[0]) != bool(pair[1])), None)) is not None:
            raise SettingsError(
                f"The moment {parsing.quote(half[0] or half[1])} is marked on one side only.",
                "Mark each moment in the film and in the recording.",
            )
        pairs = [(seconds_of(film), seconds_of(own)) for film, own in typed if film and own]
        page_cache.library().set_recording_alignment(viewer_id, audience.alignment_from_marks(pairs))
