"""The analyses that ended last: how, when, and why some failed."""

from __future__ import annotations

import time
from collections.abc import Sequence

import streamlit as st

from emotion_core import formatting
from emotion_core.jobs.queue import Entry
from emotion_core.storage import clock

from ...services import markdown
from . import entries


def show(ended: Sequence[Entry]) -> None:
    """A row for each, with a button that analyses it again unless it is done."""
    if not ended:
        return
    st.header("Ended last", anchor=False)
    for entry in ended:
        job = entry.job
        with st.container(key=f"ended-{job.id}", gap="small"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                entries.name(entry)
                st.caption(f"{job.state}{_when(job.ended_at)}", width="content")
                if job.state != "done":
                    st.button(
                        "Analyse again", icon=":material/refresh:", key=f"again-{job.id}", on_click=entries.again,
                        args=(job,), help=markdown.escape(f"Analyse {entry.name} again, with the same settings"),
                    )  # fmt: skip
            if job.message:
                st.error(markdown.escape(job.message), icon=":material/error:")


def _when(ended_at: float | None) -> str:
    """“ 12 min ago”, “ at 14:05”, “ on 3 May at 14:05”."""
    if ended_at is None:
        return ""
    now = clock.now().timestamp()
    ago = now - ended_at
    if 0 <= ago < 60:
        return " just now"
    if 0 <= ago < 3600:
        return f" {formatting.count(int(ago // 60), 'minute')} ago"
    then = time.localtime(ended_at)
    day = "" if time.strftime("%x", then) == time.strftime("%x", time.localtime(now)) else f" on {_day(then)}"
    return f"{day} at {time.strftime('%H:%M', then)}"


def _day(moment: time.struct_time) -> str:
    return f"{moment.tm_mday} {time.strftime('%B', moment)}"
