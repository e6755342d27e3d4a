"""Errors that have a message for the reader become that message."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from emotion_core.errors import EmotionError

from . import words


@contextmanager
def told() -> Iterator[None]:
    """Show an EmotionError of the block as one message; the page goes on after it."""
    try:
        yield
    except EmotionError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
