"""The head of a film's page: its name and facts in one row, what the numbers rest on, and what must be known first."""

from __future__ import annotations

from collections import defaultdict

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis import Analysis
from emotion_core.library import Film
from emotion_core.report import provenance, wording

from ...components import film_audience
from ...services import markdown, page_cache, routes
from . import export_menu


def show(film: Film, analysis: Analysis) -> None:
    """Show the row."""
    with st.container(key="film-head", horizontal=True, vertical_alignment="center", gap="small"):
        st.title(markdown.escape(film.name), anchor=False, width="content")
        st.markdown(" · ".join(_facts(analysis)), width="stretch")
        _measured(analysis)
        st.page_link(routes.PEOPLE, label="People", icon=":material/face:", query_params={"film": film.id})
        _project(film)
        _audience(film)
        export_menu.show(film)
    if analysis.damage is not None:
        st.warning(markdown.escape(analysis.damage.message), icon=":material/warning:")


def _project(film: Film) -> None:
    """The way to the versions of which the film is one; nothing for a film that is in no project."""
    project = page_cache.library().project_of(film.id)
    if project is not None:
        label = f"Version {project.number_of(film.id)} of {len(project.films)}"
        st.page_link(routes.VERSIONS, label=label, icon=":material/layers:", query_params={"project": project.id})


def _audience(film: Film) -> None:
    """The way to the film's screenings, with how many viewers they have, and the choice of the one that the page shows
    where several have viewers; nothing without one.
    """
    audience = film_audience.of(film.id)
    if audience is None:
        return
    title, icon = f"Audience ({formatting.count(audience.all_viewers, 'viewer')})", ":material/groups:"
    there = {"film": film.id, "screening": audience.screening}
    if len(audience.choices) < 2:
        st.page_link(routes.SCREENING, label=title, icon=icon, query_params=there)
        return
    with st.popover(title, icon=icon, type="tertiary", key="film-audience-choice"):
        words = {each: f"{name} ({formatting.count(viewers, 'viewer')})" for each, name, viewers in audience.choices}
        key = f"film-screening-{audience.screening}"  # another one that is shown is another choice
        st.radio(
            "Screening on this page", list(words), list(words).index(audience.screening), key=key,
            format_func=lambda each: markdown.escape(words[each]), on_change=_choose_screening, args=(key,),
        )  # fmt: skip
        st.page_link(routes.SCREENING, label="Open it on the Screening page", icon=icon, query_params=there)


def _choose_screening(key: str) -> None:
    st.query_params[film_audience.ADDRESS] = st.session_state[key]


def _facts(analysis: Analysis) -> list[str]:
    """Length, scenes, faces, and the expression that is dominant for longest."""
    facts = wording.film_facts(analysis)
    seconds: dict[str, float] = defaultdict(float)
    for row in analysis.scenes:
        if row.dominant is not None:
            seconds[row.dominant] += float(row.scene.span.seconds)
    if seconds:
        label, longest = max(seconds.items(), key=lambda item: item[1])
        facts.append(f"dominant for longest: **{markdown.escape(label)}** ({formatting.hms(longest)})")
    return facts


def _measured(analysis: Analysis) -> None:
    """What only experts ask: model, engine, precision, temperature, and the notes of the report."""
    observations = analysis.observations
    model = markdown.escape(provenance.model_name(observations.checkpoint.name))
    notes = analysis.notes[analysis.damage is not None :]  # the first note is the damage, which stands on the page
    title = f"How this was measured ({formatting.count(len(notes), 'note')})" if notes else "How this was measured"
    with st.popover(title, icon=":material/info:", type="tertiary", key="film-measured"):
        st.markdown(
            f"Apparent facial expression, read by {model} ({observations.checkpoint.hash[:8]}) "
            f"on {observations.engine.name} {observations.engine.precision}, "
            f"{provenance.temperature_description(analysis.temperature)}: what faces show, not what anyone feels."
        )
        st.caption(f"The engine: {markdown.escape(provenance.engine_description(observations.engine))}.")
        st.caption(provenance.calibration_description(analysis.temperature))
        for note in notes:
            st.markdown(f"- {markdown.escape(note)}")
