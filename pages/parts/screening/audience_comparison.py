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
    audience_comparison_csv,
    audience_comparison_rows,
    shared_viewers_note,
)
from emotion_core.library import Film

from ...services import markdown, page_cache


def show(films: tuple[Film, Film], changes: Sequence[MatchedScenes]) -> None:
    """The section, where both films have a screening; else nothing."""
    screenings = [page_cache.library().screenings(film.id) for film in films]
    if all(screenings):
        st.header("Audiences", anchor=False)
        _section(films, screenings, changes)


@st.fragment
def _section(films: tuple[Film, Film], screenings: list[list[Screening]], changes: Sequence[MatchedScenes]) -> None:
    chosen = []
    for box, film, there, word in zip(st.columns(2, gap="medium"), films, screenings, ("First", "Second"), strict=True):
        key = f"compared-screening-{word}-{film.id}"
        shown = page_cache.library().film_audience(film.id)  # as on the film's page: the last one with viewers
        ids = [each.id for each in there]
        place = ids.index(shown.screening) if shown is not None and shown.screening in ids else 0
        chosen.append(box.selectbox(f"{word} film's screening", there, place, format_func=lambda it: it.name, key=key))
    try:
        with st.spinner("Computing what the audiences showed …"):
            before, after = (_screened(screening) for screening in chosen)
    except EmotionError as error:
        st.info(markdown.escape(str(error)), icon=":material/hourglass:")
        return
    st.caption(
        f"Expressions that viewers' faces showed, never what anyone felt. A change is in percentage points, second "
        f"less first, with its {before.summary.settings.confidence:.0%} interval over viewers; it is not clear where "
        "the interval holds zero. The viewers of the two screenings count as different people."
    )
    if note := shared_viewers_note(*(page_cache.library().viewers(screening.id) for screening in chosen)):
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
