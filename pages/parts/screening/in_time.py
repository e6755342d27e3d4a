"""How a viewer's recording is in time with the film: by its sound, by a typed second, by marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from emotion_core import formatting
from emotion_core.audience import Alignment, Viewer
from emotion_core.ingest import align_soon, is_searching, search_by_sound

from ...services import error_messages, markdown, page_cache
from . import marks

_UNKNOWN = "The viewer does not count until the recording is aligned by marks or a second."
_KNOWN = "The recording stays in time as it was."
_METHODS = {
    "start": "begins with the film",
    "typed": "typed offset",
    "sound": "by sound",
    "mark": "by marks",
    "live": "stamped by the player",
    "synthetic": "synthetic",
}


def alignment_words(alignment: Alignment, *, is_known: bool = True) -> str:
    """“by sound, +12.34 s, confidence 0.93”; not `is_known` where it is still sought, or left to marks."""
    if not is_known and alignment.method == "start":
        return "not known yet"
    parts = [_METHODS[alignment.method]]
    if alignment.method in ("typed", "sound", "mark"):
        parts.append(f"{formatting.signed(alignment.offset, 2)} s")
    if alignment.drift:
        parts.append(f"drift {alignment.drift * 1000:+.2f} ms/s")
    if alignment.confidence is not None:
        parts.append(f"confidence {alignment.confidence:.2f}")
    return ", ".join(parts)


def unaligned(screening_id: str) -> set[str | None]:
    """Recordings of which it is not known yet how they are in time with the film: their viewers do not count."""
    library = page_cache.library()
    searches = library.sound_searches(screening_id)
    return {
        viewer.recording
        for viewer in library.viewers(screening_id)
        if viewer.id in searches and viewer.alignment.method == "start"
    }


def show_searches(screening_id: str, viewers: Sequence[Viewer]) -> None:
    """Recordings in which the film's sound is sought, and why it was not heard."""
    names = {viewer.id: viewer.name for viewer in viewers}
    searches = page_cache.library().sound_searches(screening_id)
    if any(search.wanted for search in searches.values()):
        _watch(screening_id, names)
    else:
        for key in _keys(screening_id):
            st.session_state.pop(key, None)
    for viewer in viewers:
        if (search := searches.get(viewer.id)) is not None and not search.wanted:
            until = _UNKNOWN if viewer.alignment.method == "start" else _KNOWN
            st.caption(f"{markdown.escape(viewer.name)}: {markdown.escape(search.note)} {until}")


@st.fragment(run_every=2)
def _watch(screening_id: str, names: Mapping[str, str]) -> None:
    """How far the search is; the page runs again when a recording is done."""
    searches = page_cache.library().sound_searches(screening_id)
    wanted = [viewer_id for viewer_id, search in searches.items() if search.wanted]
    left, most = _keys(screening_id)
    known, st.session_state[left] = st.session_state.get(left), len(wanted)
    if not wanted or (known is not None and known != len(wanted)):
        st.rerun()
    if not is_searching(page_cache.library().home):
        _interrupted(searches[wanted[0]].note)
        return
    st.session_state[most] = of = max(len(wanted), st.session_state.get(most, 0))
    first = markdown.escape(names.get(wanted[0], "a viewer"))
    st.progress(
        (of - len(wanted)) / of,
        f"The film's sound is sought in {formatting.count(len(wanted), 'recording')}: now in that of {first}.",
    )


def _keys(screening_id: str) -> tuple[str, str]:
    """Under which this window keeps how many recordings are left, and the most that were."""
    return f"searches-left-{screening_id}", f"searches-most-{screening_id}"


def _interrupted(note: str) -> None:
    """A fault of this machine ended the search; it goes on when it is asked for, or with the next recording."""
    st.caption(markdown.escape(f"The film's sound is still to be sought. {note}"))
    st.button("Seek it now", icon=":material/graphic_eq:", key="search-again", on_click=_again)


def _again() -> None:
    with error_messages.defer():
        align_soon(page_cache.library().home)


def show(viewer: Viewer) -> None:
    """What aligns one viewer, and with it all seats of the recording."""
    is_known = viewer.recording not in unaligned(viewer.screening_id)
    st.caption(f"In time with the film: {alignment_words(viewer.alignment, is_known=is_known)}.")
    key = f"offset-{viewer.id}-{viewer.alignment.offset}"  # another alignment is shown when it is there
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "By the film's sound", icon=":material/graphic_eq:", key="one-sound", on_click=_by_sound, args=(viewer.id,)
        )
        st.number_input(
            "Second of the recording at which the film begins", value=viewer.alignment.offset, step=0.1,
            key=key, format="%.2f",
        )  # fmt: skip
        st.button("Set", key="one-offset", on_click=_typed, args=(viewer.id, key))
    with st.expander("By a clap or flash that both show", key=f"marks-of-{viewer.id}"):
        marks.show(viewer)


def _by_sound(viewer_id: str) -> None:
    with error_messages.defer():
        search_by_sound(page_cache.library(), [viewer_id])


def _typed(viewer_id: str, key: str) -> None:
    with error_messages.defer():
        offset = float(st.session_state[key])
        page_cache.library().set_recording_alignment(viewer_id, Alignment(offset, method="typed"))
