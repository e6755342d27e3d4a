"""What rows of the queue have in common: the film's name, and what its buttons do."""

from __future__ import annotations

import streamlit as st

from emotion_core.jobs import scans
from emotion_core.jobs.queue import Entry, analyse_again, move_film
from emotion_core.library import Job
from emotion_core.library.queue import Direction

from ...services import error_messages, markdown, page_cache, routes


def name(entry: Entry) -> None:
    """The film's name, which leads to its page, and what is done with it unless that is its analysis."""
    work = "" if entry.job.kind == "scan" else f" · {entry.work}"
    if entry.is_film:
        label = markdown.escape(entry.name) + work
        with st.container(width="stretch"):
            st.page_link(routes.FILM, label=label, query_params={"film": entry.job.film_id}, width="content")
    else:
        st.markdown(markdown.escape(entry.name) + work, width="stretch")


def cancel(job_id: str) -> None:
    """Cancel a job."""
    with error_messages.defer():
        scans.cancel_job(page_cache.library(), job_id)


def move(film_id: str, direction: Direction) -> None:
    """Move a film in the queue."""
    with error_messages.defer():
        move_film(page_cache.library(), film_id, direction)


def again(job: Job) -> None:
    """Analyse a film once more, with the settings of the analysis that ended."""
    with error_messages.defer():
        analyse_again(page_cache.library(), job)
