"""A CSV of reviews beside the reactions of a screening."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from emotion_core import audience, formatting, parsing
from emotion_core.audience import Mean, RatingsSummary, Screening, ScreeningSummary

from ...services import error_messages, markdown, page_cache

_FORMAT = (
    "A CSV with the columns `viewer` and `rating`, and if you like `scene` or `time` and groups; one row a rating. The "
    "name is the viewer's in this screening. A scene's rating stays at its time when you correct the film's scenes."
)


def show(screening: Screening, summary: ScreeningSummary) -> None:
    """What ratings say beside reactions, and a field for a file of them."""
    library = page_cache.library()
    with error_messages.show():
        file = library.ratings(screening.id)
        if file is not None:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"From **{markdown.escape(file.name)}**", width="content")
                st.button("Remove the ratings", icon=":material/delete:", on_click=_remove, args=(screening.id,))
    if summary.ratings is not None:
        _numbers(summary, summary.ratings)
    st.caption(_FORMAT)
    given = st.file_uploader(
        "Ratings", type=["csv", "txt", "tsv"], key=f"ratings-file-{screening.id}", max_upload_size=4
    )
    if given is not None and st.session_state.get("ratings-taken") != given.file_id:
        with error_messages.show():
            _take(screening, summary, given.name, given.getvalue())
            st.session_state["ratings-taken"] = given.file_id
            st.rerun()


def _take(screening: Screening, summary: ScreeningSummary, name: str, content: bytes) -> None:
    """Store a file of ratings; one that cannot be read is refused with one sentence."""
    audience.read_ratings(content, page_cache.library().viewers(screening.id), summary.scenes)
    page_cache.library().set_ratings(screening.id, name, parsing.decode_text(content), summary.scenes)


def _remove(screening_id: str) -> None:
    with error_messages.defer():
        page_cache.library().remove_ratings(screening_id)


def _numbers(summary: ScreeningSummary, ratings: RatingsSummary) -> None:
    for note in ratings.notes:
        st.caption(markdown.escape(note))
    rows = [{"Of": "each reviewer the same", **_mean(ratings.raw)}]
    for column in ratings.columns:
        for group in column.groups:
            few = " (too few)" if group.too_few else ""
            rows.append({"Of": f"{column.name}: {group.name}{few}", **_mean(group.rating)})
        if column.balanced.value is not None:
            rows.append({"Of": f"{column.name}: group-balanced mean", **_mean(column.balanced)})
    st.dataframe(pd.DataFrame(rows), hide_index=True, placeholder="–")
    parted = [index for index in ratings.by_gap[:3] if abs(float(ratings.gaps[index])) >= 1]
    if parted:
        words = [
            f"scene {summary.scenes[i].number} ({formatting.hms(summary.scenes[i].start)}): rated "
            f"{'above' if ratings.gaps[i] > 0 else 'below'} what faces showed"
            for i in parted
        ]
        st.markdown("Ratings and reactions part most in " + "; ".join(words) + ".")


def _mean(mean: Mean) -> dict[str, object]:
    interval = None if mean.low is None or mean.high is None else f"{mean.low:.2f}–{mean.high:.2f}"
    return {"Rating": None if mean.value is None else round(mean.value, 2), "Interval": interval, "People": mean.people}
