"""All of the queue, drawn again every two seconds."""

from __future__ import annotations

import streamlit as st

from emotion_core.jobs.queue import machines, overview

from ...services import error_messages, page_cache
from . import ended_list, machine_list, running_list, throughput_line, waiting_list

EVERY = 2.0
"""Seconds between two looks."""


@st.fragment(run_every=EVERY)
def show() -> None:
    """The sections. What a press of a button could not do is told above them."""
    error_messages.show_deferred()
    with error_messages.show():
        library = page_cache.library()
        now = overview.overview(library, first=waiting_list.first(), count=waiting_list.COUNT)
        throughput_line.show(now.throughput)
        running_list.show(now.running)
        waiting_list.show(now)
        ended_list.show(now.ended)
        machine_list.show(machines.create(library.home).now())
