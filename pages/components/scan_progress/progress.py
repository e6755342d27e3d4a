"""Progress bars of analyses. A script keeps them up to date from the app's WebSocket.

Running the page for every number would keep the server and the browser busy with the whole page each second.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import streamlit as st

from emotion_core.jobs import Status, scan_status, scans
from emotion_core.web import PLOTLY_ADDRESS, progress_fields

from ...services import error_messages, page_cache, route_tokens, routes
from ..component import component

_analyses = component(
    "film_analyses",
    Path(__file__).parent,
    html="progress.html",
    css=("../bar.css", "progress.css"),
    js="progress.js",
)


def follow_library(version: str, *, lists_films: bool = False) -> None:
    """Run the page again once the library's state differs from `version`: something else changed it. Shows nothing.

    Of a page that `lists_films` one may be opened next.
    """
    _mount("follower", {"drawn": version, "charts": PLOTLY_ADDRESS if lists_films else ""}, lambda: None)


def watch_for_start(film_id: str) -> None:
    """Run the page again once an analysis of the film is started, by any window or the terminal. Shows nothing."""
    active = [job.id for job, _ in scan_status.active(page_cache.library()) if job.film_id == film_id]
    _mount(f"awaiting-{film_id}", {"film": film_id, "known": active}, lambda: None)


def watch(film_id: str, scan_id: str, status: Status, *, opens: bool = False, grows: bool = False) -> None:
    """Progress of a film's newest analysis, as it was when the page looked; the page runs again when it has ended.

    `opens` adds a button to the film's page, on a page that calls routes.continue_opening first. `grows` runs the page
    again with every segment written.
    """
    with error_messages.show():
        _watch(film_id, scan_id, status, opens=opens, grows=grows)


def _watch(film_id: str, scan_id: str, status: Status, *, opens: bool, grows: bool) -> None:
    bar, buttons = st.columns([5, 2], vertical_alignment="center")
    fields = progress_fields(status)
    with bar:
        _mount(
            f"progress-{scan_id}",
            {
                "scan": scan_id,
                **fields,
                "segments": fields["segments"] if grows else None,
                "charts": PLOTLY_ADDRESS,  # the script that a film's page waits for
            },
            partial(_on_change, film_id),
        )
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        if opens:
            st.button("Look so far", key=f"so-far-{scan_id}", on_click=routes.begin_opening, args=(film_id,))
        if st.button("Cancel", key=f"cancel-{scan_id}"):
            scans.cancel(page_cache.library(), scan_id)
            st.rerun()


def _mount(key: str, data: dict[str, object], on_change: Callable[[], None]) -> None:
    _analyses(
        key=key,
        data={"token": route_tokens.token("analyses"), "scan": "", "film": "", "charts": "", **data},
        on_changed_change=on_change,
        on_renew_change=partial(route_tokens.forget, "analyses"),
    )


def _on_change(film_id: str) -> None:
    """Once the film's analysis has ended, add the frames that were requested while it ran."""
    from ...services import report_edits

    latest = scans.latest(page_cache.library(), film_id)
    if latest is None or not latest[1].active:
        with error_messages.defer():
            report_edits.continue_adding_frames(film_id)
