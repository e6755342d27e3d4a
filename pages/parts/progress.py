"""How an analysis goes, looked at once a second."""

from __future__ import annotations

import streamlit as st

from emotion_core import jobs, wording
from emotion_core.jobs import Status

from . import links, opened, problems, saving


@st.fragment(run_every=1)
def watch(film_id: str, *, opens: bool = True) -> None:
    """The newest analysis of a film while it runs; the page is drawn anew when it is over.

    `opens` offers the film's page as soon as there is something on it.
    """
    with problems.told():
        found = jobs.latest(opened.library(), film_id)
        if found is None or not found[1].active:
            saving.go_on(film_id)
            st.rerun()
        scan_id, status = found
        bar, buttons = st.columns([5, 2], vertical_alignment="center")
        bar.progress(_done(status), text=_words(status))
        with buttons.container(horizontal=True, horizontal_alignment="right"):
            if opens and status.segments and st.button("Look so far", key=f"so-far-{scan_id}"):
                links.to_film(film_id)
            if st.button("Cancel", key=f"cancel-{scan_id}"):
                jobs.cancel(opened.library(), scan_id)
                st.rerun()


def _done(status: Status) -> float:
    return min(1.0, status.frames / status.frames_total) if status.frames_total else 0.0


def _words(status: Status) -> str:
    """“Reading the film · 1,200 of 8,000 frames · 3 scenes so far · 12 faces · 95 frames/s · 1:12 left”."""
    words = [status.step[:1].upper() + status.step[1:]]
    if status.frames:
        total = f" of {status.frames_total:,}" if status.frames_total else ""
        words += [f"{status.frames:,}{total} frames", f"{wording.count(status.scenes, 'scene')} so far"]
        words.append(wording.count(status.faces, "face"))
    if status.frames_per_second:
        words.append(f"{status.frames_per_second:.0f} frames/s")
    if status.seconds_left is not None:
        words.append(f"{wording.clock(status.seconds_left)} left")
    return " · ".join(words)
