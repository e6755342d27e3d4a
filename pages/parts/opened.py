"""The library, and what was opened of it before: kept in memory, so that a page answers at once."""

from __future__ import annotations

import base64
import io
import os
from bisect import bisect_left

import pandas as pd
import plotly.graph_objects as go
import streamlit as st
from PIL import Image

from emotion_core import charts
from emotion_core.analysis.film_summary import Card
from emotion_core.analysis.records import Analysis, samples_behind
from emotion_core.compare import alignment, changes
from emotion_core.compare.alignment import Footage
from emotion_core.compare.changes import SceneChange
from emotion_core.decoding import isolated
from emotion_core.errors import EmotionError, ScanError
from emotion_core.expression.checkpoints import calibration
from emotion_core.library.library import Library
from emotion_core.library.records import Film, Scan
from emotion_core.observations.observations import Observations, Sample, Thumbnail
from emotion_core.report import table as report
from emotion_core.settings import digest

from . import problems


def library() -> Library:
    """The library under EMOTION_HOME, or where the platform keeps such things."""
    return _library(os.environ.get("EMOTION_HOME", ""))


@st.cache_resource(show_spinner=False)
def _library(home: str) -> Library:
    return Library.open()


def state(film_id: str) -> str:
    """Names what a film's page shows now: its newest scan, as far as it was filled up, its report settings and their
    temperature.

    Empty before the first scan.
    """
    shelf = library()
    scan = shelf.scan_of(film_id)
    if scan is None:
        return ""
    return _state(shelf, scan)


def _state(shelf: Library, scan: Scan) -> str:
    settings = shelf.report_settings(scan.film_id)
    temperature = calibration.resolved(settings.temperature, scan.checkpoint_hash, shelf.home)
    return f"{scan.id}-{shelf.store(scan.id).segments}-{digest(settings)}-{temperature.key}"


def analysed() -> list[Film]:
    """The films that have an analysis; one of which something stored cannot be read is named and left out."""
    films = []
    for film in library().films():
        with problems.isolated(film.name):
            if state(film.id):
                films.append(film)
    return films


def scan_id(film_id: str) -> str:
    """Names the scan that a film's page shows; empty before the first one."""
    return state(film_id).partition("-")[0]


def card(film_id: str) -> Card | None:
    """What a list shows of a film, or None before its first scan is finished."""
    now = state(film_id)
    return _card(library(), film_id, now) if now else None


@st.cache_resource(max_entries=500, show_spinner=False)
def _card(_library: Library, film_id: str, state: str) -> Card | None:
    return _library.card(film_id)


def analysis(film_id: str) -> Analysis:
    """A film's analysis as its settings are now."""
    return _analysis(library(), film_id, state(film_id))


@st.cache_resource(max_entries=6, show_spinner="Opening the analysis …")
def _analysis(_library: Library, film_id: str, state: str) -> Analysis:
    return _library.analysis(film_id)


def analysis_so_far(film_id: str) -> Analysis | None:
    """What is there of an analysis that still runs, or None before its first segment is written."""
    shelf = library()
    scan = next(iter(shelf.scans(film_id)), None)
    if scan is None or shelf.store(scan.id).sealed:
        return None
    return _analysis_so_far(shelf, film_id, _state(shelf, scan))


@st.cache_resource(max_entries=2, show_spinner=False)
def _analysis_so_far(_library: Library, film_id: str, state: str) -> Analysis | None:
    return _library.analysis_so_far(film_id)


def charts_so_far(film_id: str) -> tuple[go.Figure, go.Figure] | None:
    """Timeline and heatmap of what is there: the very same figures until more is, so that they are not drawn anew."""
    analysis = analysis_so_far(film_id)
    if analysis is None:
        return None
    return _charts_so_far(analysis, f"{film_id}-{analysis.observations.frames}-{analysis.temperature.key}")


@st.cache_resource(max_entries=2, show_spinner=False)
def _charts_so_far(_analysis: Analysis, state: str) -> tuple[go.Figure, go.Figure]:
    return charts.timeline(_analysis), charts.heatmap(_analysis)


def table(film_id: str) -> pd.DataFrame:
    """The report's table."""
    return _table(analysis(film_id), state(film_id))


@st.cache_resource(max_entries=6, show_spinner=False)
def _table(_analysis: Analysis, state: str) -> pd.DataFrame:
    return report.table(_analysis)


def samples(film_id: str) -> list[tuple[Sample, ...]]:
    """The frames that were looked at, a tuple a scene."""
    return _samples(analysis(film_id), state(film_id))


@st.cache_resource(max_entries=6, show_spinner=False)
def _samples(_analysis: Analysis, state: str) -> list[tuple[Sample, ...]]:
    scenes = tuple(row.scene for row in _analysis.scenes)
    behind = samples_behind(_analysis.observations, scenes)
    frames = [sample.frame for sample in behind]
    return [behind[bisect_left(frames, s.frame_in) : bisect_left(frames, s.frame_out)] for s in scenes]


def timeline(film_id: str, selected: int | None) -> go.Figure:
    return _timeline(analysis(film_id), state(film_id), selected)


@st.cache_resource(max_entries=12, show_spinner=False)
def _timeline(_analysis: Analysis, state: str, selected: int | None) -> go.Figure:
    return charts.timeline(_analysis, selected=selected)


def heatmap(film_id: str, scenes: int | None = None, scale: float | None = None) -> go.Figure:
    return _heatmap(analysis(film_id), state(film_id), scenes, scale)


@st.cache_resource(max_entries=12, show_spinner=False)
def _heatmap(_analysis: Analysis, state: str, scenes: int | None, scale: float | None) -> go.Figure:
    return charts.heatmap(_analysis, scenes=scenes, scale=scale)


def thumbnail(film_id: str, picture: Thumbnail) -> bytes | None:
    """A sample's kept picture, JPEG; None where it is damaged or gone, which the library's check tells of."""
    shelf = library()
    scan = shelf.scan_of(film_id)
    if scan is None:
        return None
    try:
        content = shelf.store(scan.id).picture(picture)
        if picture.checksum is None:  # of an earlier version: only decoding it tells
            with Image.open(io.BytesIO(content)) as image:
                image.load()
    except (ScanError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    return content


def full_picture(film_id: str, sample: Sample) -> bytes:
    """The whole frame out of the original, JPEG. Raises EmotionError where the original is gone."""
    shelf = library()
    film, path = shelf.film(film_id), shelf.original(film_id)
    if path is None:
        raise EmotionError(
            f"The original of {film.name} is gone: "
            + ("no pictures were kept." if sample.thumbnail is None else "only the small pictures were kept."),
            "Add the film again.",
        )
    return isolated.full_picture(path, analysis(film_id).observations, sample.frame, film.name)


def recut(before_id: str, after_id: str) -> tuple[Footage | None, tuple[SceneChange, ...]]:
    """What of the second film is in the first (None where an analysis is too old to tell), and both films' scenes side
    by side.
    """
    before, after = analysis(before_id), analysis(after_id)
    shared = _shared_footage(before.observations, after.observations, f"{scan_id(before_id)}-{scan_id(after_id)}")
    return shared, _changes(before, after, shared, f"{state(before_id)}-{state(after_id)}")


@st.cache_resource(max_entries=12, show_spinner="Looking for footage that both films show …")
def _shared_footage(_before: Observations, _after: Observations, state: str) -> Footage | None:
    return alignment.footage(_before, _after)


@st.cache_resource(max_entries=6, show_spinner=False)
def _changes(_before: Analysis, _after: Analysis, _shared: Footage | None, state: str) -> tuple[SceneChange, ...]:
    return changes.pair(_before, _after, _shared)


def forget() -> None:
    """Keep nothing in memory of what was opened: a film is about to be deleted, its pictures and numbers with it."""
    films = (_card, _analysis, _analysis_so_far, _charts_so_far, _table, _samples, _timeline, _heatmap, table_picture)
    pairs = (_shared_footage, _changes)
    for each in (*films, *pairs):
        each.clear()


_DAMAGED_CELL = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="128" height="72"><rect width="128" height="72" fill="#eeeeee"/>'
    '<text x="64" y="42" font-family="sans-serif" font-size="20" fill="#666666" text-anchor="middle">'
    "damaged</text></svg>"
)
"""What a table cell shows for a picture that is not as it was written."""


@st.cache_data(max_entries=4000, show_spinner=False)
def table_picture(film_id: str, scan_id: str, picture: Thumbnail) -> str:
    """A picture that this scan kept, at the size of a table cell, as an address that holds the picture itself; one that
    says so where it is damaged.
    """
    content = thumbnail(film_id, picture)
    if content is None:
        return "data:image/svg+xml;base64," + base64.b64encode(_DAMAGED_CELL.encode()).decode()
    with Image.open(io.BytesIO(content)) as image:
        image.thumbnail((128, 72))
        small = io.BytesIO()
        image.convert("RGB").save(small, "JPEG", quality=72)
    return "data:image/jpeg;base64," + base64.b64encode(small.getvalue()).decode()
