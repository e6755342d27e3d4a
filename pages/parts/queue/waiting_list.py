"""What waits, in the order in which it will run, and buttons that change the order. A part is shown at a time."""

from __future__ import annotations

import streamlit as st

from emotion_core.jobs.queue import Entry, Overview
from emotion_core.library.queue import Direction

from .. import icon_button
from . import entries

COUNT = 20
"""Films shown at once."""
_MOVES: tuple[tuple[Direction, str, str], ...] = (
    ("front", "to the front", "vertical_align_top"),
    ("up", "up", "arrow_upward"),
    ("down", "down", "arrow_downward"),
)


def first() -> int:
    """Place of the first film that is shown, from 0."""
    return int(st.session_state.get("queue-first", 0))


def show(now: Overview) -> None:
    """The films, and buttons for the parts before and after."""
    st.header(f"Waiting ({now.waiting_count:,})" if now.waiting_count else "Waiting", anchor=False)
    if not now.waiting:
        st.caption("Nothing waits.")
    for place, entry in enumerate(now.waiting, start=now.first + 1):
        _row(place, entry, now.waiting_count)
    if now.waiting_count > COUNT:
        _turn(now)


def _row(place: int, entry: Entry, count: int) -> None:
    job = entry.job
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"waiting-{job.id}"):
        st.markdown(f"**{place:,}**", width=44)
        entries.name(entry)
        for direction, words, icon in _MOVES:
            icon_button.show(
                f"Move {entry.name} {words}", icon, f"{direction}-{job.id}", hint=f"Move {words}", kind="tertiary",
                disabled=place == (count if direction == "down" else 1), on_click=entries.move,
                args=(job.film_id, direction),
            )  # fmt: skip
        icon_button.show(
            f"Cancel {entry.name}", "close", f"cancel-{job.id}", hint="Cancel", kind="tertiary",
            on_click=entries.cancel, args=(job.id,),
        )  # fmt: skip


def _turn(now: Overview) -> None:
    """Buttons that show the films before or after these."""
    last = now.first + len(now.waiting)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        icon_button.show(
            "Earlier films", "chevron_left", "queue-earlier", hint="Earlier films", disabled=now.first == 0,
            on_click=_show_from, args=(now.first - COUNT,),
        )  # fmt: skip
        st.markdown(f"{now.first + 1:,} to {last:,} of {now.waiting_count:,}", width="content")
        icon_button.show(
            "Later films", "chevron_right", "queue-later", hint="Later films", disabled=last >= now.waiting_count,
            on_click=_show_from, args=(now.first + COUNT,),
        )  # fmt: skip


def _show_from(place: int) -> None:
    st.session_state["queue-first"] = max(0, place)
