"""The library and what pages show of it, cached in memory so that a page answers at once.

Every cached function takes a key that changes with its result; arguments with an underscore are no part of the key.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import streamlit as st

from emotion_core.errors import EmotionError
from emotion_core.expression.checkpoints import calibration
from emotion_core.library import Library

from . import error_messages

if TYPE_CHECKING:  # functions load what they draw with: the library's page needs neither pandas nor Plotly
    import pandas as pd
    import plotly.graph_objects as go

    from emotion_core.analysis import Analysis, FilmSummary
    from emotion_core.compare import AlignmentMap, SceneChange
    from emotion_core.library import Film, Scan, ScreeningNumbers
    from emotion_core.people import FilmPeople
    from emotion_core.settings import ReportSettings


def library() -> Library:
    """The library under EMOTION_HOME, or in the platform's folder for application data."""
    return _library(os.environ.get("EMOTION_HOME", ""))


@functools.cache  # a page asks for its library a hundred times: Streamlit's cache hashes its arguments each time
def _library(home: str) -> Library:
    return Library.open().sharing_memory()


def version(film_id: str) -> str:
    """Key of what a film's page shows: its newest scan, the frames added to it, the report settings, the temperature.

    Empty before the first scan.
    """
    scan = library().newest_scan(film_id)
    return _version(scan) if scan is not None else ""


def numbers_version(film_id: str) -> str:
    """As `version`, of the numbers alone: a note or a target leaves it as it is."""
    scan = library().newest_scan(film_id)
    return _version(scan, lambda settings: settings.of_numbers) if scan is not None else ""


def targets_version(film_id: str) -> str:
    """As `version`, of the numbers and the targets: a note leaves it as it is."""
    scan = library().newest_scan(film_id)
    return _version(scan, _without_notes) if scan is not None else ""


def _without_notes(settings: ReportSettings) -> ReportSettings:
    written = settings.annotations
    return replace(settings, annotations=replace(written, notes=())) if written.notes else settings


def _version(scan: Scan, part: Callable[[ReportSettings], ReportSettings] = lambda settings: settings) -> str:
    from emotion_core.analysis import AnalysisKey

    settings = part(library().report_settings(scan.film_id))
    temperature = calibration.resolve_temperature(settings.temperature, scan.checkpoint_hash, library().home)
    return f"{scan.id}-{AnalysisKey.of(library().store(scan.id).segment_count, settings, temperature)}"


def scan_id(film_id: str) -> str:
    """Id of the scan that a film's page shows; empty before the first one."""
    return version(film_id).partition("-")[0]


def is_readable(film_id: str) -> bool:
    """Whether the scan that a film's page shows has a layout that is read here, and is not obviously damaged.

    So are the film's report settings. What is in the way is told by `analysis`.
    """
    try:
        scan = library().newest_scan(film_id)
        return scan is not None and library().store(scan.id).is_readable and bool(_version(scan))
    except EmotionError:
        return False


def analysed_films() -> list[Film]:
    """The films that have an analysis. A film whose data cannot be read is reported on the page and left out."""
    films = []
    for film in library().films():
        with error_messages.isolate(film.name):
            if version(film.id):
                films.append(film)
    return films


def film_summary(film_id: str) -> FilmSummary | None:
    """What a list shows of a film; None before its first scan is finished."""
    key = numbers_version(film_id)
    return _film_summary(library(), film_id, key) if key else None


@st.cache_resource(max_entries=500, show_spinner=False)
def _film_summary(_library: Library, film_id: str, key: str) -> FilmSummary | None:
    return _library.film_summary(film_id)


def analysis(film_id: str) -> Analysis:
    """A film's analysis under its present settings."""
    return _analysis(library(), film_id, version(film_id))


@st.cache_resource(max_entries=6, show_spinner="Opening the analysis …")
def _analysis(_library: Library, film_id: str, key: str) -> Analysis:
    return _library.analysis(film_id)


def partial_analysis(film_id: str) -> Analysis | None:
    """The analysis of a running scan, as far as it is written; None before its first segment."""
    scan = next(iter(library().scans(film_id)), None)
    if scan is None or library().store(scan.id).sealed:
        return None
    return _partial_analysis(library(), film_id, _version(scan))


@st.cache_resource(max_entries=2, show_spinner=False)
def _partial_analysis(_library: Library, film_id: str, key: str) -> Analysis | None:
    return _library.partial_analysis(film_id)


def partial_charts(film_id: str) -> tuple[go.Figure, go.Figure] | None:
    """Timeline and heatmap of a running scan: the same objects until there is more, which draws nothing again."""
    analysis = partial_analysis(film_id)
    if analysis is None:
        return None
    return _partial_charts(analysis, f"{film_id}-{analysis.observations.frames}-{analysis.temperature.key}")


@st.cache_resource(max_entries=2, show_spinner=False)
def _partial_charts(_analysis: Analysis, key: str) -> tuple[go.Figure, go.Figure]:
    from emotion_core import charts

    return charts.timeline_figure(_analysis), charts.heatmap_figure(_analysis)


def table(film_id: str) -> pd.DataFrame:
    """The report's table."""
    return _table(analysis(film_id), version(film_id))


@st.cache_resource(max_entries=6, show_spinner=False)
def _table(_analysis: Analysis, key: str) -> pd.DataFrame:
    from emotion_core.report import scene_table

    return scene_table(_analysis)


def heatmap(film_id: str, scenes: int | None = None, scale: float | None = None) -> go.Figure:
    """The heatmap of scenes, drawn for `scenes` columns and with full colour at the share `scale`."""
    return _heatmap(analysis(film_id), numbers_version(film_id), scenes, scale)


@st.cache_resource(max_entries=12, show_spinner=False)
def _heatmap(_analysis: Analysis, key: str, scenes: int | None, scale: float | None) -> go.Figure:
    from emotion_core import charts

    return charts.heatmap_figure(_analysis, scenes=scenes, scale=scale)


def screening_numbers(screening_id: str) -> tuple[str, ScreeningNumbers]:
    """The numbers of a screening, and their key: the same that the routes of its charts show. Raises LibraryError."""
    from emotion_core.library import kept_numbers, numbers_key

    key = numbers_key(library(), screening_id)
    return key, kept_numbers(library(), screening_id, key)


def people_version(film_id: str) -> str:
    """Key of a film's people: changes with its numbers, and with embeddings that come or go."""
    from emotion_core.library import has_embeddings

    return f"{numbers_version(film_id)}-{has_embeddings(library(), film_id)}"


def film_people(film_id: str) -> FilmPeople:
    """The people of a film under its present settings. Raises EmotionError."""
    return _film_people(library(), film_id, people_version(film_id))


@st.cache_resource(max_entries=3, show_spinner=False)
def _film_people(_library: Library, film_id: str, key: str) -> FilmPeople:
    from emotion_core.library import people_of_film

    return people_of_film(_library, film_id)


def people_document(film_id: str) -> dict[str, Any]:
    """What the board of a film's people draws."""
    return _people_document(film_people(film_id), people_version(film_id))


@st.cache_resource(max_entries=3, show_spinner=False)
def _people_document(_people: FilmPeople, key: str) -> dict[str, Any]:
    from emotion_core import charts

    return charts.people_document(_people)


def comparison(before_id: str, after_id: str) -> tuple[AlignmentMap, tuple[SceneChange, ...]]:
    """Which frames of the second film are in the first, and the change of each pair of scenes."""
    before, after = analysis(before_id), analysis(after_id)
    key = f"{numbers_version(before_id)}-{numbers_version(after_id)}"
    shared = _shared_footage(library(), before, after, key)
    return shared, _changes(library(), before, after, shared, key)


@st.cache_resource(max_entries=12, show_spinner="Looking for footage that both films show …")
def _shared_footage(_library: Library, _before: Analysis, _after: Analysis, key: str) -> AlignmentMap:
    from emotion_core.library.projects import aligned

    return aligned(_library, _before, _after)


@st.cache_resource(max_entries=6, show_spinner=False)
def _changes(
    _library: Library, _before: Analysis, _after: Analysis, _shared: AlignmentMap, key: str
) -> tuple[SceneChange, ...]:
    from emotion_core.library.projects import paired_scenes

    return paired_scenes(_library, _before, _after, _shared)


_Asked = ParamSpec("_Asked")
_Kept = TypeVar("_Kept")
_elsewhere: list[Any] = []
"""Caches of films in other modules."""


def cleared_with_films(function: Callable[_Asked, _Kept]) -> Callable[_Asked, _Kept]:
    """Let `clear` empty a function's cache too: a decorator above Streamlit's."""
    _elsewhere.append(function)
    return function


def clear_with_films(cache: Any) -> None:
    """Let `clear` call the method `clear` of another cache too."""
    if cache not in _elsewhere:
        _elsewhere.append(cache)


def clear() -> None:
    """Empty all caches of films, as when one is deleted with its pictures and numbers."""
    from emotion_core.library.projects import forget_links

    of_films = (_film_summary, _analysis, _partial_analysis, _partial_charts, _table, _heatmap)
    of_people = (_film_people, _people_document)
    for function in (*of_films, *of_people, _shared_footage, _changes, *_elsewhere):
        function.clear()
    forget_links()
