"""The form for markers of an editing tool: of a film's scenes, or of the changes of a re-cut."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis import Analysis
from emotion_core.audience import Screening
from emotion_core.export import ScreenedFilm, audience_markers, marker_files
from emotion_core.formatting import frame_rate
from emotion_core.interchange import (
    FORMATS,
    NAMES,
    RATES,
    FormatName,
    MarkerList,
    MarkerSettings,
    Side,
    file_stem,
    mark_changes,
    mark_scenes,
    pack_files,
    usual_rate,
    usual_start,
    write_files,
)
from emotion_core.library import Film
from emotion_core.media import Media

from ..services import error_messages, markdown, page_cache
from .compare import kept_comparisons

if TYPE_CHECKING:
    from emotion_core.export.clip_changes import ComparedClips

TITLE = "Markers for an editing tool"
_WHICH: dict[str, MarkerSettings] = {
    "Every scene": MarkerSettings(),
    "Changes of expression": MarkerSettings(changes_only=True),
    "Off target": MarkerSettings(off_target_only=True),
    "Notes alone": MarkerSettings(scenes=False),
}


def button(key: str) -> bool:
    """The button that opens the form."""
    return st.button("Markers", icon=":material/bookmark:", help=f"{TITLE}: Resolve, Premiere Pro, Avid …", key=key)


@st.dialog(TITLE, width="medium")
def of_scenes(film: Film) -> None:
    """Markers of a film's present scenes, which the page behind the dialog may not show yet."""
    with error_messages.show():
        _of_scenes(film, page_cache.analysis(film.id))


def _of_scenes(film: Film, analysis: Analysis) -> None:
    name = _format()
    settings = MarkerSettings()
    if not FORMATS[name].has_every_scene:
        which = st.segmented_control(
            "Marked are", list(_WHICH), default="Every scene", required=True, key="markers-which",
            help="Changes: only where another expression is dominant than in the scene before. Off target: only scenes "
            "that do not meet the target that you set.",
        )  # fmt: skip
        settings = _WHICH[which]
        if settings.scenes:
            labels = st.pills(
                "Dominant expression, one of", analysis.labels, default=analysis.labels, selection_mode="multi",
                key=f"markers-labels-{'-'.join(analysis.labels)}",
            )  # fmt: skip
            missing = st.checkbox("Scenes without enough faces, and what is not film, too", key="markers-missing")
            settings = replace(settings, expressions=tuple(labels), without_expression=missing)
    if settings.scenes and analysis.report_settings.annotations.notes:
        settings = replace(settings, notes=st.checkbox("Notes at their frames, too", True, key="markers-notes"))
    settings = _timeline(name, film.id, analysis.observations.media, settings)
    _download(name, mark_scenes(analysis, film.name, settings), PurePath(film.name).stem)


@st.dialog(TITLE, width="medium")
def of_changes(films: tuple[Film, Film]) -> None:
    """Markers of the changes from the first film to the second."""
    with error_messages.show():
        _of_changes(films)


def _of_changes(films: tuple[Film, Film]) -> None:
    name, side = _format(scenes=False), _side("film", "scene")
    film = films[side == "after"]
    before, after = (page_cache.analysis(each.id) for each in films)
    analysis = after if side == "after" else before
    listed = kept_comparisons.change_list(films[0].id, films[1].id)
    settings = _timeline(name, film.id, analysis.observations.media, MarkerSettings())
    markers = mark_changes(before, after, listed, side, film.name, settings)
    _download(name, markers, f"{PurePath(film.name).stem}-changes")


@st.dialog(TITLE, width="medium")
def of_lists(clips: ComparedClips) -> None:
    """Markers of the changes from one cut list to another."""
    from emotion_core.interchange.compared_lists import mark_clip_changes  # loads OpenTimelineIO

    with error_messages.show():
        name, side = _format(scenes=False), _side("list", "clip")
        markers = mark_clip_changes(clips.before, clips.after, clips.changes, side)
        _download(name, markers, f"{PurePath(markers.file).stem}-changes")


@st.dialog(TITLE, width="medium")
def of_audience(film: Film, screening: Screening) -> None:
    """Markers of what the viewers of a screening showed."""
    with error_messages.show():
        screened = ScreenedFilm.of(page_cache.library(), screening)
        name = _format(scenes=False)
        which = st.segmented_control(
            "Marked are", ["Every scene", "Changes of expression"], default="Every scene", required=True,
            key="markers-audience-which",
            help="Changes: only where another expression leads on the viewers' faces than in the scene before.",
        )  # fmt: skip
        settings = _timeline(name, film.id, screened.analysis.observations.media, _WHICH[which])
        _download(name, audience_markers(screened, film.name, settings), f"{PurePath(film.name).stem}-audience")


@st.dialog(TITLE, width="medium")
def of_people(film: Film) -> None:
    """Markers of a person's appearances, from in to out; of several people a file each."""
    with error_messages.show():
        people = page_cache.film_people(film.id)
        labels = {arc.person.label: arc for arc in people.arcs}
        name = _format(scenes=False)
        chosen = st.multiselect("People", list(labels), list(labels)[:1], key=f"markers-people-{film.id}")
        settings = _timeline(name, film.id, people.analysis.observations.media, MarkerSettings())
        files = {
            k: v for label in chosen for k, v in marker_files(people, labels[label], film.name, name, settings).items()
        }
        if files:
            _button(
                name, formatting.count(len(files), "file"), *pack_files(files, f"{PurePath(film.name).stem}-people")
            )


def _side(of: str, part: str) -> Side:
    """Which of two films or lists gets the markers."""
    sides: tuple[Side, ...] = ("after", "before")
    return st.segmented_control(
        "For the timeline of", sides, default="after", required=True, key=f"markers-side-{of}",
        format_func=lambda name: f"the {'second' if name == 'after' else 'first'} {of}",
        help=f"Second: a marker where a {part} is not as it was, or is new. First: where it is changed or left out.",
    )  # fmt: skip


def _format(*, scenes: bool = True) -> FormatName:
    offered = [name for name in NAMES if scenes or not FORMATS[name].has_every_scene]
    name: FormatName = st.selectbox(
        "Editing tool", offered, format_func=lambda name: FORMATS[name].title, key="markers-format"
    )
    st.caption(markdown.escape(FORMATS[name].how))
    return name


def _timeline(name: FormatName, film_id: str, media: Media, settings: MarkerSettings) -> MarkerSettings:
    """Fields for the editor's timeline, and for the length of markers; returns `settings` with their values."""
    default = usual_rate(media)
    left, right = st.columns(2)
    rate = left.selectbox(
        "Timeline, frames a second", RATES, RATES.index(default), format_func=frame_rate,
        key=f"markers-rate-{film_id}",
        help="The film's own, unless your timeline has another one."
        + (" This film's frame rate varies." if media.is_vfr else ""),
    )  # fmt: skip
    start = right.text_input(
        "Timecode of its first frame", usual_start(media, rate), max_chars=16,
        key=f"markers-start-{film_id}-{rate}",
        help="Where the film begins in your timeline. Resolve and Media Composer begin at 01:00:00:00 unless told "
        "otherwise. A semicolon before the frames means drop-frame.",
    )  # fmt: skip
    long = True
    if FORMATS[name].has_durations:
        long = st.checkbox("As long as their scenes, not one frame", True, key="markers-long")
    return replace(settings, rate=rate, starts_at=start, as_long_as_scenes=long)


def _download(name: FormatName, markers: MarkerList, film: str) -> None:
    stem, has_scenes = file_stem(name, film), FORMATS[name].has_every_scene
    count = (
        formatting.count(len(markers.scenes), "scene")
        if has_scenes
        else formatting.count(len(markers.markers), "marker")
    )
    _button(name, count, *pack_files(write_files(name, markers, stem), stem))


def _button(name: FormatName, count: str, file: str, content: bytes) -> None:
    st.download_button(
        f"Download {count}", content, file, "application/zip" if file.endswith(".zip") else FORMATS[name].mime,
        type="primary", icon=":material/download:", on_click="ignore", key="markers-download",
    )  # fmt: skip
