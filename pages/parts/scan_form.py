"""With which model and how closely the next film is looked at."""

from __future__ import annotations

from fractions import Fraction

import streamlit as st

from emotion_core import wording
from emotion_core.errors import EmotionError
from emotion_core.expression.location import EMBEDDED, REFERENCE, locate
from emotion_core.settings import ENGINES, EngineName, ScanSettings

from . import reference, words

_ENGINE_NAMES: dict[EngineName, str] = {
    "default": "Intel Extension for PyTorch where it runs",
    "torch": "PyTorch",
    "ipex": "Intel Extension for PyTorch",
}


def show() -> ScanSettings | None:
    """The settings for the next analysis, or None while they are not right."""
    with st.expander(_model_in_words(st.session_state.get("checkpoint", ""))):
        name = st.text_input(
            "Model", key="checkpoint", placeholder="the default",
            help=f"A checkpoint on this disk: a folder, a hub id such as {REFERENCE}, or “{EMBEDDED}”. "
            "Left empty: the reference model if it is on this disk, else the built-in one.",
        )  # fmt: skip
        reference.offer()
        left, right = st.columns(2)
        samples = left.number_input(
            "Frames looked at, a second", 0.5, 30.0, 2.0, 0.5, format="%g",
            help="More frames give narrower intervals and take longer.",
        )  # fmt: skip
        engine = right.selectbox("Engine", ENGINES, format_func=_ENGINE_NAMES.__getitem__)
        reuse = st.checkbox(
            "Read equal pictures of a face once", value=True,
            help="A face that is the same picture as on the frame looked at before (a freeze, a title card) is "
            "not read again. Off: every face is read; shares change by less than 0.01.",
        )  # fmt: skip
    try:
        locate(name.strip() or None)
        return ScanSettings(
            samples_per_second=Fraction(samples).limit_denominator(100),
            engine=engine,
            checkpoint=name.strip() or None,
            reuse_equal_crops=reuse,
        )
    except EmotionError as error:
        st.error(words.plain(str(error)), icon=":material/error:")
        return None


def _model_in_words(name: str) -> str:
    """Which model the next film is analysed with."""
    try:
        found = locate(name.strip() or None)
    except EmotionError:
        return "Model and sampling"
    return f"The next film is read with {words.plain(wording.model(found.name))}"
