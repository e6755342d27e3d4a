"""Buttons that show an icon only. Streamlit would name one without a label by its icon: "delete icon"."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import streamlit as st

from ..services import markdown


def show(
    name: str,
    icon: str,
    key: str,
    *,
    hint: str,
    kind: Literal["primary", "secondary", "tertiary"] = "secondary",
    disabled: bool = False,
    on_click: Callable[..., None] | None = None,
    args: tuple[Any, ...] = (),
) -> bool:
    """A button with a Material icon; whether it was pressed.

    `name` is what screen readers say, as plain text: pages.css hides it from sight, by the prefix of the widget's key,
    which is `icon-` and `key`. `hint` is the tooltip.
    """
    return st.button(
        markdown.escape(name), icon=f":material/{icon}:", key=f"icon-{key}", help=markdown.escape(hint), type=kind,
        disabled=disabled, on_click=on_click, args=args,
    )  # fmt: skip
