"""The machines that work for the library, what each does, and since when."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from emotion_core import formatting
from emotion_core.jobs.queue import Machine
from emotion_core.storage import clock

from ...services import markdown


def show(machines: Sequence[Machine]) -> None:
    """A line for each."""
    st.header("Machines", anchor=False)
    for machine in machines:
        st.markdown(words(machine))


def words(machine: Machine) -> str:
    """A machine's line, as Markdown: “**cut-3** · works at take 1.mp4 · for 12 min”, “**cut-3** · idle”."""
    since = "" if machine.since is None else f"for {formatting.rough(_ago(machine.since))}"
    if machine.doing:
        parts = [f"works at {', '.join(machine.doing)}", since, machine.note]
    else:
        parts = [f"idle {since}", machine.note]
    return " · ".join(
        [f"**{markdown.escape(machine.name)}**", *(markdown.escape(part.strip()) for part in parts if part)]
    )


def _ago(moment: float) -> float:
    """Seconds since a moment; 0 where the clock was set back."""
    return max(0.0, clock.now().timestamp() - moment)
