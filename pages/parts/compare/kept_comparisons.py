"""What the Compare page computes of two films, kept for as long as both stay as they are."""

from __future__ import annotations

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.compare import AlignmentMap, SceneChange
from emotion_core.compare.change_list import ChangeList, screen_times, summary_sentence
from emotion_core.interchange import conforming
from emotion_core.interchange.conforming import TwoCuts
from emotion_core.library import projects
from emotion_core.library.projects import is_known_to_share

from ...services import page_cache


def change_list(before_id: str, after_id: str) -> ChangeList:
    """What became of each scene of both films, by kind."""
    shared, changes = page_cache.comparison(before_id, after_id)
    key = f"{page_cache.numbers_version(before_id)}-{page_cache.numbers_version(after_id)}"
    return _change_list(page_cache.analysis(before_id), page_cache.analysis(after_id), shared, changes, key)


@page_cache.cleared_with_films
@st.cache_resource(max_entries=6, show_spinner=False)
def _change_list(
    _before: Analysis, _after: Analysis, _shared: AlignmentMap, _changes: tuple[SceneChange, ...], key: str
) -> ChangeList:
    return projects.listed_changes(page_cache.library(), _before, _after, _shared, _changes)


def two_cuts(before_id: str, after_id: str) -> TwoCuts:
    """Both films as lists are moved between them. Raises ComparisonError where they share no footage."""
    shared, _ = page_cache.comparison(before_id, after_id)
    key = f"{page_cache.numbers_version(before_id)}-{page_cache.numbers_version(after_id)}"
    return _two_cuts(page_cache.analysis(before_id), page_cache.analysis(after_id), shared, key)


@page_cache.cleared_with_films
@st.cache_resource(max_entries=6, show_spinner=False)
def _two_cuts(_before: Analysis, _after: Analysis, _shared: AlignmentMap, key: str) -> TwoCuts:
    return conforming.two_cuts(_before, _after, _shared)


def sentence(before_id: str, after_id: str) -> str:
    """What the re-cut did, in one sentence; empty without common footage."""
    listed = change_list(before_id, after_id)
    key = f"{page_cache.numbers_version(before_id)}-{page_cache.numbers_version(after_id)}"
    return _sentence(page_cache.analysis(before_id), page_cache.analysis(after_id), listed, key)


@page_cache.cleared_with_films
@st.cache_resource(max_entries=6, show_spinner=False)
def _sentence(_before: Analysis, _after: Analysis, _listed: ChangeList, key: str) -> str:
    return summary_sentence(_listed, screen_times(_before, _after, _listed))


def share_footage(before_id: str, after_id: str) -> bool:
    """Whether the films share footage, as a cheap test tells: see compare.footage_probe."""
    library, scans = page_cache.library(), (page_cache.scan_id(before_id), page_cache.scan_id(after_id))
    known = is_known_to_share(library, *scans)
    if known is not None:
        return known
    before, after = (page_cache.analysis(film_id).observations for film_id in (before_id, after_id))
    return projects.share_footage(library, *scans, (before, after))
