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
        doing = ", ".join(map(markdown.escape, machine.doing)) or "waits"
        since = "" if machine.since is None else f" for {formatting.hms(_ago(machine.since))}"
        note = f" · {markdown.escape(machine.note)}" if machine.note else ""
        st.markdown(f"**{markdown.escape(machine.name)}** · {doing}{since}{note}")


def _ago(moment: float) -> float:
    """Seconds since a moment; 0 where the clock was set back."""
    return max(0.0, clock.now().timestamp() - moment)
