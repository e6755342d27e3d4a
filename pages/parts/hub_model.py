"""Models from the hub: fetched and verified only when asked for, the one thing here that ever uses a network."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from emotion_core import formatting
from emotion_core.expression.checkpoints import download
from emotion_core.expression.checkpoints.location import in_cache
from emotion_core.expression.checkpoints.names import REFERENCE, REFERENCE_BYTES
from emotion_core.report import provenance

from . import opened, problems, words

_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")
"""Owner and name. Some old models have no owner; none of them reads faces."""


def offer(name: str) -> None:
    """Whether the model called `name`, or the reference if none is, is on this disk; a button that fetches it.

    Nothing is shown for what is no hub id. One download runs at a time, and shows whichever model is named.
    """
    told = download.state(opened.library().home)
    if told is not None and told.state == "running":
        _watch()
        return
    hub_id = name or REFERENCE
    if not _HUB_ID.fullmatch(hub_id) or Path(hub_id).is_dir():
        return
    newest = told if told is not None and told.hub_id == hub_id else None
    here = in_cache(hub_id) is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_where(hub_id, newest, here=here), width="content")
        if here:
            pressed = st.button(
                "Check it", icon=":material/verified:", key="check-model",
                help="Compares every file with the hub's hashes and fetches anew what is damaged, or newer on the hub. "
                "Uses the network, this once.",
            )  # fmt: skip
        else:
            size = f" ({formatting.size(REFERENCE_BYTES)})" if hub_id == REFERENCE else ""
            pressed = st.button(
                f"Download it{size}", icon=":material/download:", key="download-model",
                help="Uses the network, this once. Its labels are looked at first, and every file is verified.",
            )  # fmt: skip
    if pressed:
        with problems.told():
            download.start(opened.library().home, hub_id)
            st.rerun()
    if newest is not None and newest.state == "failed":
        st.error(words.plain(newest.message), icon=":material/error:")
    elif newest is not None and newest.state == "stopped" and not here:
        st.info(words.plain(newest.message), icon=":material/cancel:")


def _where(hub_id: str, newest: download.Download | None, *, here: bool) -> str:
    model = words.plain(provenance.model(hub_id))
    model = model[0].upper() + model[1:]
    if not here:
        return f"{model} is not on this disk."
    # Of then, not of now: what happens to a file afterwards is found out by a check, and before each analysis.
    verified = " When it was last fetched or checked, every file was as the hub had it."
    return f"{model} is on this disk." + (verified if newest is not None and newest.state == "done" else "")


@st.fragment(run_every=1)
def _watch() -> None:
    """The download while it runs; the page is drawn anew when it is over."""
    told = download.state(opened.library().home)
    if told is None or told.state != "running":
        st.rerun()
    bar, button = st.columns([6, 1], vertical_alignment="center")
    model = words.plain(told.hub_id)
    if not told.total:
        share, text = 0.0, f"Asking the hub for {model}"
    elif told.bytes < told.total:
        share = told.bytes / told.total
        text = f"Fetching {model} · {formatting.size(told.bytes)} of {formatting.size(told.total)}"
    else:
        share, text = 1.0, f"Verifying {model} · {formatting.size(told.total)}"
    bar.progress(share, text=text)
    if button.button("Cancel", key="cancel-download", width="stretch"):
        download.cancel(opened.library().home)
        st.rerun()
