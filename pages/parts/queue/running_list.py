"""What runs: film, step, progress, time left."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from emotion_core.jobs import Status, progress_text
from emotion_core.jobs.queue import Entry

from ...services import markdown
from .. import icon_button
from . import entries


def show(running: Sequence[tuple[Entry, Status]]) -> None:
    """A card for each film that is worked at."""
    st.header("Running", anchor=False)
    if not running:
        st.caption("Nothing runs.")
    for entry, status in running:
        with st.container(border=True, key=f"running-{entry.job.id}"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                entries.name(entry)
                icon_button.show(
                    f"Cancel {entry.name}", "close", f"cancel-{entry.job.id}",
                    hint="Cancel; what was read is kept, and goes on from there", kind="tertiary",
                    on_click=entries.cancel, args=(entry.job.id,),
                )  # fmt: skip
            st.progress(min(1.0, status.progress.share), text=markdown.escape(progress_text(status)))
