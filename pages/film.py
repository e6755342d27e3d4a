"""One film: its emotion timeline, its scenes, the frames behind them, and the report to take away."""

from __future__ import annotations

from collections import Counter, defaultdict
from pathlib import PurePath

import streamlit as st

from emotion_core import charts, formatting
from emotion_core.analysis.records import Analysis
from emotion_core.jobs import scans
from emotion_core.library.records import Film
from emotion_core.report import csv_file, json_file, provenance, wording
from pages.parts import (
    correction_list,
    figures,
    lacking,
    links,
    marker_form,
    opened,
    player,
    problems,
    progress,
    report_form,
    scene_frames,
    scene_table,
    so_far,
    words,
)


def page() -> None:
    links.say_notice()
    film_id = links.asked("film")
    if not film_id:
        _choose(opened.analysed())
        return
    film = opened.library().film(film_id)
    latest = scans.latest(opened.library(), film_id)
    under_way = latest is not None and latest[1].active
    if under_way and not opened.state(film_id):
        so_far.show(film)
        return
    analysis = opened.analysis(film_id)
    _headline(film, analysis)
    with st.container():
        if under_way:
            progress.watch(film_id)
        lacking.say(film_id, analysis)
    _timeline(film, analysis)
    _scenes(film, analysis)
    st.subheader("Every scene at a glance", anchor=False)
    st.caption(
        "One column a scene, whatever its length. The stronger the colour, the larger the expression's share: "
        f"full at {formatting.percent(charts.full_scale(analysis))}."
    )
    figures.show(opened.heatmap(film_id), f"Heatmap of {film.name}: scenes by apparent expression")
    with st.expander("How scenes are found, and which faces count"):
        report_form.show(film_id, analysis)
    if not under_way:
        progress.await_one(film_id)


def _choose(films: list[Film]) -> None:
    st.title("Film", anchor=False)
    if not films:
        st.info("No film has been analysed yet.")
        st.page_link(links.LIBRARY, label="Add one in the Library", icon=":material/video_library:")
        return
    shown = words.film_names(films)
    chosen = st.selectbox("Which film?", films, None, format_func=lambda f: shown[f.id], placeholder="Choose a film")
    if chosen is not None:
        links.to_film(chosen.id)


def _headline(film: Film, analysis: Analysis) -> None:
    seen = analysis.observations
    name, buttons = st.columns([3, 2], vertical_alignment="bottom")
    name.title(words.plain(film.name), anchor=False)
    with buttons.container(horizontal=True, horizontal_alignment="right"):
        stem = PurePath(film.name).stem
        st.download_button(
            "Download CSV", csv_file.csv(opened.table(film.id)), f"{stem}-emotion-report.csv", "text/csv",
            type="primary", icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "JSON", lambda: json_file.to_json_bytes(analysis), f"{stem}-emotion-report.json", "application/json",
            icon=":material/data_object:", on_click="ignore",
        )  # fmt: skip
        if marker_form.button(f"to-markers-{film.id}"):
            marker_form.of_scenes(film)
    film_rows = [row for row in analysis.scenes if row.scene.counts]
    without = sum(row.dominant is None for row in film_rows)
    kinds = Counter(row.scene.kind for row in analysis.scenes if not row.scene.counts)
    facts = [
        formatting.clock(seen.media.duration),
        formatting.count(len(analysis.scenes), "scene"),
        *([f"{without} of them without enough faces"] if without else []),
        *(f"{number} {kind}" for kind, number in kinds.items()),
        formatting.count(sum(row.faces for row in film_rows), "usable face"),
    ]
    seconds: dict[str, float] = defaultdict(float)
    for row in analysis.scenes:
        if row.dominant is not None:
            seconds[row.dominant] += float(row.scene.span.seconds)
    if seconds:
        label, longest = max(seconds.items(), key=lambda item: item[1])
        facts.append(f"dominant for longest: **{words.plain(label)}** ({formatting.clock(longest)})")
    st.markdown(" · ".join(facts))
    model = words.plain(provenance.model(seen.checkpoint.name))
    st.caption(
        f"Apparent facial expression, read by {model} ({seen.checkpoint.hash[:8]}) "
        f"on {seen.engine.name} {seen.engine.precision}, {provenance.temperature(analysis.temperature)}: "
        "what faces show, not what anyone feels.",
        help=f"The engine: {words.plain(provenance.engine(seen.engine))}.\n\n"
        f"{provenance.calibrated_how(analysis.temperature)}",
    )
    if analysis.damage is not None:
        st.warning(words.plain(analysis.damage.told), icon=":material/warning:")
    for note in analysis.notes[analysis.damage is not None :]:  # the first one is the damage
        st.info(words.plain(note), icon=":material/info:")


def _timeline(film: Film, analysis: Analysis) -> None:
    st.subheader("Emotion timeline", anchor=False)
    st.caption(
        f"Line: an expression's share of each scene. Band: its {analysis.report_settings.confidence:.0%} interval. "
        f"{wording.without_expression(analysis)} "
        "Click a scene to see its frames below; drag to zoom, double-click to zoom out."
    )
    if "marked" not in st.session_state:
        st.session_state["marked"] = 0
    key = f"timeline-{film.id}-{st.session_state['marked']}"
    marked = _marked(analysis, key)
    figures.show_clickable(
        opened.timeline(film.id, marked),
        f"Emotion timeline of {film.name}: share of each apparent expression, scene by scene",
        key,
        lambda: _clicked(key),
    )


def _marked(analysis: Analysis, key: str) -> int | None:
    """The scene that the timeline is drawn with: the one chosen when it got its key.

    A click is marked by the browser alone. Were it drawn in here too, each click would draw the chart anew and lose the
    editor's zoom.
    """
    if st.session_state.get("marked_for") != key:
        st.session_state["marked_for"] = key
        st.session_state["marked_scene"] = _scene(analysis)
    scene: int | None = st.session_state["marked_scene"]
    return scene if scene is not None and scene <= len(analysis.scenes) else None


def _clicked(key: str) -> None:
    points = st.session_state[key]["selection"]["points"]
    if points:
        player.jump()
        st.query_params["scene"] = str(points[-1]["point_index"] + 1)


def _scene(analysis: Analysis) -> int | None:
    number = links.asked_number("scene")
    return number if number is not None and number <= len(analysis.scenes) else None


def _scenes(film: Film, analysis: Analysis) -> None:
    title, corrections = st.columns([1, 2], vertical_alignment="bottom")
    title.subheader("Scenes", anchor=False)
    with corrections:
        correction_list.show(film.id, analysis)
    with st.container():  # always there: what comes after keeps its place on the page, and the player plays on
        problems.say_kept()
    table, frames = st.columns([3, 2], gap="medium")
    number = _scene(analysis)
    with table:
        scene_table.show(film.id, analysis, f"scenes-{opened.state(film.id)}", number)
    with frames:
        with problems.told():
            player.show(film, analysis, number)
        if number is None:
            st.info("Pick a scene here or in the timeline to see the frames behind its numbers.")
        else:
            scene_frames.show(film.id, analysis, number)


with problems.told():
    page()
