"""One film: its emotion timeline, its scenes, the frames behind them, and the report as files."""

from __future__ import annotations

from collections import defaultdict

import streamlit as st

from emotion_core import charts, formatting
from emotion_core.analysis import Analysis
from emotion_core.errors import EarlierVersion
from emotion_core.jobs import scans
from emotion_core.library import Film
from emotion_core.report import provenance, wording
from pages.components import film_charts, player, scan_progress
from pages.parts import (
    correction_list,
    export_menu,
    missing_frames,
    partial_report,
    report_form,
    scene_frames,
    scene_table,
)
from pages.services import error_messages, markdown, page_cache, routes, scene_selection


def page() -> None:
    routes.finish_opening()
    routes.show_notice()
    film_id = routes.query("film")
    if not film_id:
        _choose(page_cache.analysed_films())
        return
    film = page_cache.library().film(film_id)
    latest = scans.latest(page_cache.library(), film_id)
    under_way = latest if latest is not None and latest[1].active else None
    if under_way and not page_cache.version(film_id):
        partial_report.show(film, *under_way)
        return
    try:
        analysis = page_cache.analysis(film_id)
    except EarlierVersion as error:
        if under_way:
            partial_report.show(film, *under_way)  # the new analysis, until it is finished
            return
        st.title(markdown.escape(film.name), anchor=False)
        error_messages.show_error(error)
        st.page_link(routes.LIBRARY, label="Analyse it again in the Library", icon=":material/video_library:")
        return
    _headline(film, analysis)
    with st.container():
        if under_way:
            scan_progress.watch(film_id, *under_way)
        missing_frames.show(film_id, analysis)
    _timeline(film, analysis)
    _scenes(film, analysis)
    st.subheader("Every scene at a glance", anchor=False)
    st.caption(
        "One column a scene, whatever its length. The stronger the colour, the larger the expression's share: "
        f"full at {formatting.percent(charts.full_scale(analysis))}. Click a scene to go there."
    )
    film_charts.heatmap(film)
    with st.expander("How scenes are found, and which faces count"):
        report_form.show(film_id, analysis)
    if not under_way:
        scan_progress.watch_for_start(film_id)


def _choose(films: list[Film]) -> None:
    st.title("Film", anchor=False)
    if not films:
        st.info("No film has been analysed yet.")
        st.page_link(routes.LIBRARY, label="Add one in the Library", icon=":material/video_library:")
        return
    names = markdown.unique_names(films)
    film = st.selectbox("Which film?", films, None, format_func=lambda f: names[f.id], placeholder="Choose a film")
    if film is not None:
        routes.open_film(film.id)


def _headline(film: Film, analysis: Analysis) -> None:
    observations = analysis.observations
    name, buttons = st.columns([3, 2], vertical_alignment="bottom")
    name.title(markdown.escape(film.name), anchor=False)
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        export_menu.show(film)
    facts = wording.film_facts(analysis)
    seconds: dict[str, float] = defaultdict(float)
    for row in analysis.scenes:
        if row.dominant is not None:
            seconds[row.dominant] += float(row.scene.span.seconds)
    if seconds:
        label, longest = max(seconds.items(), key=lambda item: item[1])
        facts.append(f"dominant for longest: **{markdown.escape(label)}** ({formatting.hms(longest)})")
    st.markdown(" · ".join(facts))
    model = markdown.escape(provenance.model_name(observations.checkpoint.name))
    temperature = provenance.temperature_description(analysis.temperature)
    st.caption(
        f"Apparent facial expression, read by {model} ({observations.checkpoint.hash[:8]}) "
        f"on {observations.engine.name} {observations.engine.precision}, {temperature}: "
        "what faces show, not what anyone feels.",
        help=f"The engine: {markdown.escape(provenance.engine_description(observations.engine))}.\n\n"
        f"{provenance.calibration_description(analysis.temperature)}",
    )
    if analysis.damage is not None:
        st.warning(markdown.escape(analysis.damage.message), icon=":material/warning:")
    for note in analysis.notes[analysis.damage is not None :]:  # the first note is the damage, shown above
        st.info(markdown.escape(note), icon=":material/info:")


def _timeline(film: Film, analysis: Analysis) -> None:
    st.subheader("Emotion timeline", anchor=False)
    st.caption(
        f"Line: an expression's share of each scene. Band: its {analysis.report_settings.confidence:.0%} interval. "
        f"{wording.veil_legend(analysis)} "
        "Click to go to a frame and its scene; drag to zoom, double-click to zoom out. Red: the picture on screen."
    )
    film_charts.timeline(film)


def _scenes(film: Film, analysis: Analysis) -> None:
    title, corrections = st.columns([1, 2], vertical_alignment="bottom")
    title.subheader("Scenes", anchor=False)
    with corrections:
        correction_list.show(film.id, analysis)
    with st.container():  # also when empty: what follows keeps its place on the page, and so the player its state
        error_messages.show_deferred()
    table, frames = st.columns([3, 2], gap="medium")
    number = scene_selection.selected(len(analysis.scenes))
    with table:
        scene_table.show(film.id, analysis, f"scenes-{page_cache.version(film.id)}", number)
    with frames:
        with error_messages.show():
            player.show(film, analysis, number)
        if number is None:
            st.info("Pick a scene here or in the timeline to see the frames behind its numbers.")
        else:
            scene_frames.show(film.id, analysis, number)


with error_messages.show():
    page()
