"""How analyses go: a bar each, kept up to date by its own script, which the app's own route tells.

A page that was run for every number would keep the server and the browser busy with all of it each second.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from emotion_core.jobs import scan_status, scans
from emotion_core.web import progress_socket

from . import links, opened, permits, problems, saving, scripted

_analyses = scripted.component(
    "film_analyses", html="progress.html", css=("bar.css", "progress.css"), js=("progress.js",)
)


def follow(drawn: str) -> None:
    """Draws the page anew once the library's state is no longer the one it was drawn with: another window, or the
    terminal, changed it. Shows nothing.
    """
    _mount("follower", {"drawn": drawn}, lambda: None)


def await_one(film_id: str) -> None:
    """Draws the page anew once an analysis of the film is begun, wherever. Shows nothing."""
    known = [job.id for job, _ in scan_status.active(opened.library()) if job.film_id == film_id]
    _mount(f"awaiting-{film_id}", {"film": film_id, "known": known}, lambda: None)


def watch(film_id: str, *, opens: bool = False, grows: bool = False) -> None:
    """The newest analysis of a film while it runs; the page is drawn anew when it is over.

    `opens` offers the film's page; `grows` draws this page anew with every segment written.
    """
    with problems.told():
        _watch(film_id, opens=opens, grows=grows)


def _watch(film_id: str, *, opens: bool, grows: bool) -> None:
    found = scans.latest(opened.library(), film_id)
    if found is None or not found[1].active:  # over since the page asked
        _over(film_id)
        st.rerun()
    scan_id, status = found
    bar, buttons = st.columns([5, 2], vertical_alignment="center")
    shown = progress_socket.shown(status)
    with bar:
        _mount(
            f"progress-{scan_id}",
            {"scan": scan_id, **shown, "segments": shown["segments"] if grows else None},
            partial(_over, film_id),
        )
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        if opens and st.button("Look so far", key=f"so-far-{scan_id}"):
            links.to_film(film_id)
        if st.button("Cancel", key=f"cancel-{scan_id}"):
            scans.cancel(opened.library(), scan_id)
            st.rerun()


def _mount(key: str, data: dict[str, object], changed: Callable[[], None]) -> None:
    _analyses(
        key=key,
        data={"token": permits.token("analyses"), "scan": "", "film": "", **data},
        on_changed_change=changed,
        on_renew_change=partial(permits.forget, "analyses"),
    )


def _over(film_id: str) -> None:
    """Frames that were asked for while others were added come next."""
    found = scans.latest(opened.library(), film_id)
    if found is None or not found[1].active:
        with problems.kept():
            saving.go_on(film_id)
