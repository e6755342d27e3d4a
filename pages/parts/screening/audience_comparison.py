"""Two screenings of two cuts on the Compare page: what both audiences showed of each scene."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

import pandas as pd
import streamlit as st

from emotion_core.audience import Screening
from emotion_core.errors import EmotionError
from emotion_core.export import (
    MatchedScenes,
    ScreenedFilm,
    audience_changes,
    audience_comparison_csv,
    audience_comparison_rows,
    change_text,
    shared_viewers_note,
)
from emotion_core.library import Film

from ...services import markdown, page_cache

WORDS = ("First", "Second")


def chosen(films: tuple[Film, Film]) -> tuple[Screening, Screening] | None:
    """The screening of each film that is compared: as chosen in the section, else that of the film's own page.

    None where a film has none.
    """
    first, second = (_chosen(film, word) for film, word in zip(films, WORDS, strict=True))
    return None if first is None or second is None else (first, second)


def whose(films: tuple[Film, Film]) -> str:
    """Which screenings the list of changes tells of."""
    first, second = (screening.name for screening in chosen(films) or ())
    return f"Audience: what viewers of “{second}” (second film) showed, less what those of “{first}” (first) did."


def _chosen(film: Film, word: str) -> Screening | None:
    there = {each.id: each for each in page_cache.library().screenings(film.id)}
    kept = st.session_state.get(_key(film, word))
    if isinstance(kept, Screening) and kept.id in there:
        return there[kept.id]
    shown = page_cache.library().film_audience(film.id)  # the last one with viewers
    return there.get("" if shown is None else shown.screening) or next(iter(there.values()), None)


def _key(film: Film, word: str) -> str:
    return f"compared-screening-{word}-{film.id}"


def change_texts(films: tuple[Film, Film], changes: Sequence[MatchedScenes]) -> tuple[str, list[str]] | None:
    """A key of the numbers, and what both audiences showed of each change; None where there is nothing to tell."""
    screenings = chosen(films)
    if screenings is None:
        return None
    try:
        with st.spinner("Computing what the audiences showed …"):
            key = "-".join(page_cache.screening_numbers(screening.id)[0] for screening in screenings)
            before, after = (_screened(screening) for screening in screenings)
    except EmotionError:  # the section below says what is in the way
        return None
    return key, [change_text(before.summary.labels, each) for each in audience_changes(before, after, changes)]


def show(films: tuple[Film, Film], changes: Sequence[MatchedScenes]) -> None:
    """The section, where both films have a screening; else nothing."""
    now = chosen(films)
    if now is None:
        return
    st.header("Audiences", anchor=False)
    picked = []
    for box, film, word, screening in zip(st.columns(2, gap="medium"), films, WORDS, now, strict=True):
        there = page_cache.library().screenings(film.id)
        place = [each.id for each in there].index(screening.id)
        key = _key(film, word)
        picked.append(box.selectbox(f"{word} film's screening", there, place, format_func=lambda it: it.name, key=key))
    try:
        with st.spinner("Computing what the audiences showed …"):
            before, after = (_screened(screening) for screening in picked)
    except EmotionError as error:
        st.info(markdown.escape(str(error)), icon=":material/hourglass:")
        return
    st.caption(
        f"Expressions that viewers' faces showed, never what anyone felt. A change is in percentage points, second "
        f"less first, with its {before.summary.settings.confidence:.0%} interval over viewers; it is not clear where "
        "the interval holds zero. The viewers of the two screenings count as different people."
    )
    if note := shared_viewers_note(*(page_cache.library().viewers(screening.id) for screening in picked)):
        st.info(note, icon=":material/group:")
    rows = audience_comparison_rows(before, after, changes)
    st.dataframe(pd.DataFrame(rows), hide_index=True, placeholder="–", height="auto" if len(rows) <= 10 else 520)
    stems = "-vs-".join(PurePath(film.name).stem for film in films)
    st.download_button(
        "Download the audiences as CSV", lambda: audience_comparison_csv(before, after, changes),
        f"{stems}-audiences.csv", "text/csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _screened(screening: Screening) -> ScreenedFilm:
    """A screening with the numbers that its own page shows."""
    numbers = page_cache.screening_numbers(screening.id)[1]
    return ScreenedFilm.of(page_cache.library(), screening, numbers=lambda: numbers)
