"""The form of the next analysis: model, engine, sampling, pictures."""

from __future__ import annotations

from fractions import Fraction

import streamlit as st

from emotion_core import limits
from emotion_core.errors import EmotionError
from emotion_core.expression.checkpoints import EMBEDDED, REFERENCE, locate
from emotion_core.expression.selection import requested_engine
from emotion_core.faces import embedding
from emotion_core.report import provenance
from emotion_core.settings import ENGINES, ScanSettings
from emotion_core.storage import Configuration

from ..services import markdown, page_cache
from . import model_download


def show() -> ScanSettings | None:
    """Show the form; return the settings for the next analysis, None while they are not valid."""
    checkpoint = st.session_state.get("checkpoint", "")
    # Another title makes another, closed expander: open it where a model is named, since its download button is inside.
    with st.expander(_title(checkpoint), expanded=bool(checkpoint)):
        name = st.text_input(
            "Model", key="checkpoint", placeholder="the default",
            help=f"An image classifier of facial expressions: a folder on this disk, a hub id such as {REFERENCE}, or "
            f"“{EMBEDDED}”. Left empty: the reference model if it is on this disk, else the built-in one.",
        )  # fmt: skip
        model_download.offer(name.strip())
        left, right = st.columns(2)
        samples = left.number_input(
            "Frames looked at, a second", 0.5, 30.0, 2.0, 0.5, format="%g",
            help="More frames give narrower intervals and take longer.",
        )  # fmt: skip
        engine = right.selectbox(
            "Engine", ENGINES, format_func=provenance.engine_title,
            help="The default is Intel Extension for PyTorch where it runs and agrees with PyTorch in fp32, unless "
            "another was made the default on the Engines page. A film that was analysed with the default is not "
            "analysed again when the default changes: choose an engine by name for that.",
        )  # fmt: skip
        track = left.number_input(
            "Video track", 1, limits.STREAMS, None, placeholder="the one that players show",
            help="For a film with several video tracks: the number of the one to read. The report names them.",
        )  # fmt: skip
        reuse = st.checkbox(
            "Read equal pictures of a face once", value=True,
            help="A face that is the same picture as on the frame looked at before (a freeze, a title card) is "
            "not read again. Off: every face is read; shares of the built-in model change by less than 0.01.",
        )  # fmt: skip
        take_over = st.checkbox(
            "Take over faces from an analysed cut", value=False,
            help="For a new version of a film in the library: on frames that both have, the faces are not read again. "
            "Their pictures are compared first; whatever is not surely the same is read. The report says how much was "
            "taken over, and from which film. Off: the analysis depends on nothing else in the library.",
        )  # fmt: skip
        keep = st.checkbox(
            "Keep small pictures of the frames looked at", value=_keeps_pictures(),
            help="Off: the next analysis keeps numbers only, and no face can be seen in what is stored. The report is "
            "the same. Analyses made before keep what they have; config.toml says what this is at first.",
        )  # fmt: skip
        level = st.checkbox(
            "Turn tilted heads upright before they are read", value=True,
            help="From 20° on. Off: faces are read as they are, as analyses of earlier versions did; of heads that lie "
            "by 45° or more fewer are read rightly.",
        )  # fmt: skip
        installed = embedding.is_installed()
        people = st.checkbox(
            "Tell people apart by their faces", value=False, disabled=not (keep and installed),
            help="Stores 128 numbers of each face, by which the People page puts the faces of one person together. "
            "They identify people: biometric data, kept on this machine and deleted when people are turned off there. "
            "Needs small pictures" + ("." if installed else f", and once: {embedding.not_installed().advice}"),
        )  # fmt: skip
    try:
        locate(name.strip() or None).labels()  # fails for a model of something else than expressions
        requested_engine(engine)  # fails for an engine that cannot run here
        return ScanSettings(
            samples_per_second=Fraction(samples).limit_denominator(100),
            engine=engine,
            checkpoint=name.strip() or None,
            reuse_equal_crops=reuse,
            reuse_faces=take_over,
            level_faces=level,
            keep_pictures=keep,
            people=people and keep and installed,
            track=track,
        )
    except EmotionError as error:
        st.error(markdown.escape(str(error)), icon=":material/error:")
        return None


def _keeps_pictures() -> bool:
    """The default of config.toml. Where that cannot be read, its error is shown and no pictures are kept."""
    try:
        return Configuration.load(page_cache.library().home).keep_pictures
    except EmotionError as error:
        st.error(markdown.escape(str(error)), icon=":material/error:")
        return False


def _title(name: str) -> str:
    """The expander's title: the model of the next analysis."""
    try:
        location = locate(name.strip() or None)
    except EmotionError:
        return "Model and sampling"
    return f"The next film is read with {markdown.escape(provenance.model_name(location.name))}"
