"""Markers for an editing tool: of a film's scenes, or of what a re-cut changed; the format and what is marked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import Literal

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis.records import Analysis
from emotion_core.interchange import timebase
from emotion_core.interchange.change_markers import change_markers
from emotion_core.interchange.marker_list import MarkerList
from emotion_core.interchange.scene_markers import MarkerSettings, scene_markers
from emotion_core.interchange.writers.registry import FORMATS, NAMES, FormatName, files, packed, stem
from emotion_core.library.records import Film
from emotion_core.media.media import Media
from emotion_core.timecode import per_second

from . import opened, problems, words

TITLE = "Markers for an editing tool"
_WHICH: dict[bool, str] = {False: "Every scene", True: "Changes of expression"}


def button(key: str) -> bool:
    """The button that opens the form."""
    return st.button("Markers", icon=":material/bookmark:", help=f"{TITLE}: Resolve, Premiere Pro, Avid …", key=key)


@st.dialog(TITLE, width="medium")
def of_scenes(film: Film) -> None:
    """Of a film's scenes as they are now, whatever the page behind shows still."""
    with problems.told():
        _of_scenes(film, opened.analysis(film.id))


def _of_scenes(film: Film, analysis: Analysis) -> None:
    name = _format()
    settings = MarkerSettings()
    if not FORMATS[name].whole:
        changes = st.segmented_control(
            "Marked are", list(_WHICH), default=False, format_func=_WHICH.__getitem__, required=True,
            help="Changes: only where another expression is dominant than in the scene before.", key="markers-which",
        )  # fmt: skip
        labels = st.pills(
            "Dominant expression, one of", analysis.labels, default=analysis.labels, selection_mode="multi",
            key=f"markers-labels-{'-'.join(analysis.labels)}",
        )  # fmt: skip
        missing = st.checkbox("Scenes without enough faces, and what is not film, too", key="markers-missing")
        settings = MarkerSettings(changes_only=changes, expressions=tuple(labels), without_expression=missing)
    settings = _timeline(name, film.id, analysis.observations.media, settings)
    _download(name, scene_markers(analysis, film.name, settings), PurePath(film.name).stem)


@st.dialog(TITLE, width="medium")
def of_changes(films: tuple[Film, Film]) -> None:
    """Of what the second film changed of the first."""
    with problems.told():
        _of_changes(films)


def _of_changes(films: tuple[Film, Film]) -> None:
    name = _format(scenes=False)
    sides: tuple[Literal["before", "after"], ...] = ("after", "before")
    side = st.segmented_control(
        "For the timeline of", sides, default="after", required=True, key="markers-side",
        format_func=lambda one: f"the {'second' if one == 'after' else 'first'} film",
        help="Second: a marker where a scene is not as it was, or is new. First: where it is changed or left out.",
    )  # fmt: skip
    film = films[sides.index(side) == 0]
    before, after = (opened.analysis(one.id) for one in films)
    analysis = after if side == "after" else before
    _, changes = opened.recut(films[0].id, films[1].id)
    settings = _timeline(name, film.id, analysis.observations.media, MarkerSettings())
    made = change_markers(before, after, changes, side, film.name, settings)
    _download(name, made, f"{PurePath(film.name).stem}-changes")


def _format(*, scenes: bool = True) -> FormatName:
    offered = [name for name in NAMES if scenes or not FORMATS[name].whole]
    name: FormatName = st.selectbox(
        "Editing tool", offered, format_func=lambda one: FORMATS[one].title, key="markers-format"
    )
    st.caption(words.plain(FORMATS[name].how))
    return name


def _timeline(name: FormatName, film_id: str, media: Media, settings: MarkerSettings) -> MarkerSettings:
    """How the editor's own timeline counts, and how long markers are."""
    usual = timebase.usual_rate(media)
    left, right = st.columns(2)
    rate = left.selectbox(
        "Timeline, frames a second", timebase.RATES, timebase.RATES.index(usual), format_func=per_second,
        key=f"markers-rate-{film_id}",
        help="The film's own, unless your timeline has another one."
        + (" This film's frame rate varies." if media.is_vfr else ""),
    )  # fmt: skip
    start = right.text_input(
        "Timecode of its first frame", timebase.usual_start(media, rate), max_chars=16,
        key=f"markers-start-{film_id}-{rate}",
        help="Where the film begins in your timeline. Resolve and Media Composer begin at 01:00:00:00 unless told "
        "otherwise. A semicolon before the frames means drop-frame.",
    )  # fmt: skip
    long = True
    if name not in ("final-cut", "cut-list"):
        long = st.checkbox("As long as their scenes, not one frame", True, key="markers-long")
    return replace(settings, rate=rate, starts_at=start, as_long_as_scenes=long)


def _download(name: FormatName, made: MarkerList, film: str) -> None:
    called, whole = stem(name, film), FORMATS[name].whole
    count = formatting.count(len(made.scenes), "scene") if whole else formatting.count(len(made.markers), "marker")
    file, content = packed(files(name, made, called), called)
    st.download_button(
        f"Download {count}", content, file, "application/zip" if file.endswith(".zip") else FORMATS[name].mime,
        type="primary", icon=":material/download:", on_click="ignore", key="markers-download",
    )  # fmt: skip
