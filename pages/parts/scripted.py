"""Parts of a page that have scripts of their own: their files, read from beside this one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import streamlit as st


def component(name: str, *, html: str, css: tuple[str, ...], js: tuple[str, ...]) -> Any:
    """Streamlit's component of these files, several of a kind one after the other."""
    return st.components.v2.component(
        name, html=_text(html), css="\n".join(map(_text, css)), js="\n".join(map(_text, js))
    )


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
