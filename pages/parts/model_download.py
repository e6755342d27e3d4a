"""Download and check of models from the hub: the only use of a network in the app, at the press of a button."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit as st

from emotion_core import formatting
from emotion_core.expression.checkpoints import REFERENCE, REFERENCE_BYTES, download, in_cache
from emotion_core.report import provenance

from ..services import error_messages, markdown, page_cache
from . import background_progress

_HUB_ID = re.compile(r"\w[\w.-]*/\w[\w.-]*")
"""Owner and name. Some old models have no owner, but none of those reads faces."""


def offer(name: str) -> None:
    """Show whether the model `name` (empty: the reference) is on this disk, with a button to download or check it.

    Shows nothing for a name that is no hub id. Only one download runs at a time; its progress is shown for any name.
    """
    home = page_cache.library().home
    state = download.state(home)
    if state is not None and state.state == "running":
        background_progress.watch(_progress, lambda: download.cancel(home), "cancel-download")
        return
    hub_id = name or REFERENCE
    if not _HUB_ID.fullmatch(hub_id) or Path(hub_id).is_dir():
        return
    newest = state if state is not None and state.hub_id == hub_id else None
    is_cached = in_cache(hub_id) is not None
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(_status(hub_id, newest, is_cached=is_cached), width="content")
        if is_cached:
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
        with error_messages.show():
            download.start(home, hub_id)
            st.rerun()
    if newest is not None and newest.state == "failed":
        st.error(markdown.escape(newest.message), icon=":material/error:")
    elif newest is not None and newest.state == "stopped" and not is_cached:
        st.info(markdown.escape(newest.message), icon=":material/cancel:")


def _status(hub_id: str, newest: download.Download | None, *, is_cached: bool) -> str:
    model = markdown.escape(provenance.model_name(hub_id))
    model = model[0].upper() + model[1:]
    if not is_cached:
        return f"{model} is not on this disk."
    # Says when: the files are verified again before each analysis, not whenever this page is drawn.
    verified = " When it was last fetched or checked, every file was as the hub had it."
    return f"{model} is on this disk." + (verified if newest is not None and newest.state == "done" else "")


def _progress() -> tuple[float, str] | None:
    """The share and the text of the download that runs; None when it has ended."""
    state = download.state(page_cache.library().home)
    if state is None or state.state != "running":
        return None
    model, now = markdown.escape(state.hub_id), state.progress
    if not now.total:
        return 0.0, f"Asking the hub for {model}"
    if now.done < now.total:
        return now.share, f"Fetching {model} · {formatting.size(now.done)} of {formatting.size(now.total)}"
    return 1.0, f"Verifying {model} · {formatting.size(now.total)}"
