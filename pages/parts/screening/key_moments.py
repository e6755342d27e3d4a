"""The scenes of a screening that an editor looks at first; a click goes there."""

from __future__ import annotations

from itertools import groupby

import streamlit as st

from emotion_core import audience, formatting
from emotion_core.analysis import Analysis
from emotion_core.audience import KeyMoment, ScreeningSummary

from ...services import markdown, moment

_TITLES = {
    "intense": "The audience shows most",
    "apart": "Farthest from the cast",
    "together": "Viewers move together",
    "leaving": "The audience looks away",
}
_NONE = (
    "No scene stands out: too few viewers with a usable face, or nothing that differs. Each scene's numbers are below."
)


def show(film_id: str, analysis: Analysis, summary: ScreeningSummary) -> None:
    """A list of buttons by kind."""
    moments = audience.key_moments(summary)
    st.header("Key moments", anchor=False)
    if not moments:
        st.caption(_NONE)
    for kind, found in groupby(moments, key=lambda each: each.kind):
        st.caption(_TITLES[kind])
        for each in found:
            _button(film_id, analysis, summary, each)


def _button(film_id: str, analysis: Analysis, summary: ScreeningSummary, each: KeyMoment) -> None:
    scene = summary.scenes[each.scene]
    named = f": {scene.name}" if scene.name else ""
    text = f"Scene {scene.number}{named} · {formatting.hms(scene.start)}: {each.words}"
    frame = analysis.scenes[each.scene].scene.frame_in
    st.button(
        markdown.escape(text), type="tertiary", icon=":material/play_circle:", key=f"key-{each.kind}-{each.scene}",
        on_click=moment.go, args=(film_id, frame),
    )  # fmt: skip
