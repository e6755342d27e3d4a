"""Errors shown as messages on a page."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from emotion_core.errors import CHECK_ADVICE, EarlierVersion, EmotionError
from emotion_core.storage import descriptors

from . import markdown


@contextmanager
def show() -> Iterator[None]:
    """Show an EmotionError of the block as one message; the page continues after the block."""
    try:
        yield
    except EmotionError as error:
        show_error(error)
    except OSError as error:
        if not descriptors.ran_out(error):
            raise
        _show_out_of_descriptors()


@contextmanager
def isolate(film_name: str) -> Iterator[None]:
    """Show any error of the block in its place: damaged data of one film must not hide the other films."""
    try:
        yield
    except EmotionError as error:
        show_error(error)
    except Exception as error:
        if descriptors.ran_out(error):
            _show_out_of_descriptors()
            return
        logging.getLogger(__name__).error("A film's card failed.", exc_info=error)
        _show(f"What is stored of “{film_name}” cannot be shown. {CHECK_ADVICE}")


@contextmanager
def defer() -> Iterator[None]:
    """Keep an EmotionError of a widget's callback for `show_deferred`: a callback cannot write to the page."""
    try:
        yield
    except EmotionError as error:
        st.session_state["problem"] = str(error)


def show_deferred() -> None:
    """Show the error of the callback before this run of the page."""
    problem = take_deferred()
    if problem:
        _show(problem)


def take_deferred() -> str:
    """The message of that error, for a place of its own; empty if there is none. `show_deferred` then shows nothing."""
    return str(st.session_state.pop("problem", ""))


def show_error(error: EmotionError, text: str = "") -> None:
    """Show an error's message, or `text` in its place. That an analysis is of an earlier version is no error."""
    if isinstance(error, EarlierVersion):
        st.info(markdown.escape(text or str(error)), icon=":material/history:")
    else:
        _show(text or str(error))


def _show(text: str) -> None:
    st.error(markdown.escape(text), icon=":material/error:")


def _show_out_of_descriptors() -> None:
    descriptors.log_shortage()
    st.error(str(descriptors.out_of_descriptors()), icon=":material/error:")
