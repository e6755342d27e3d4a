"""Errors that have a message for the reader become that message."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from emotion_core.errors import CHECK, EmotionError
from emotion_core.storage import descriptors

from . import words


@contextmanager
def kept() -> Iterator[None]:
    """Keep an EmotionError of a button's or field's callback for the page that is drawn next (`say_kept`)."""
    try:
        yield
    except EmotionError as error:
        st.session_state["problem"] = str(error)


def say_kept() -> None:
    """What the callback before this page had to say."""
    problem = st.session_state.pop("problem", "")
    if problem:
        st.error(words.plain(problem), icon=":material/error:")


@contextmanager
def told() -> Iterator[None]:
    """Show an EmotionError of the block as one message; the page goes on after it."""
    try:
        yield
    except EmotionError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
    except OSError as error:
        if not descriptors.ran_out(error):
            raise
        descriptors.say()
        st.error(str(descriptors.refused()), icon=":material/error:")


@contextmanager
def isolated(name: str) -> Iterator[None]:
    """Let whatever is wrong with what is stored of the film called `name` take its own card, and nothing else."""
    try:
        yield
    except EmotionError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
    except Exception as error:
        if descriptors.ran_out(error):
            descriptors.say()
            st.error(str(descriptors.refused()), icon=":material/error:")
            return
        logging.getLogger(__name__).error("A film's card failed.", exc_info=error)
        st.error(words.plain(f"What is stored of “{name}” cannot be shown. {CHECK}"), icon=":material/error:")
