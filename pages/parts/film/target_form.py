"""The target arc of a film on its page: typed in a table, drawn against what is read, and ranked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis import Analysis, deviations
from emotion_core.annotations import Target
from emotion_core.interchange.target_list import read_targets
from emotion_core.library import Film
from emotion_core.report import annotation_wording, wording
from emotion_core.scenes import Scene, annotating

from ...components import deviation_list, film_charts, target_strip
from ...services import error_messages, markdown, page_cache, report_edits

if TYPE_CHECKING:
    import pandas as pd

EXPRESSION, INTENSITY = "Target", "Target intensity"
"""Columns; intensities are shown and typed in per cent, as in the table of scenes."""
MAX_TABLE_MB = 5


def show(film: Film, analysis: Analysis) -> None:
    """Show the chart and the ranking where a scene has a target, and the table to type in."""
    error_messages.show_deferred()
    if waiting := annotation_wording.waiting_text(analysis):
        st.info(markdown.escape(waiting), icon=":material/hourglass_empty:")
    has_targets = bool(deviations(analysis))
    if has_targets:
        _arc(film)
    else:
        st.caption("Draw or type below what scenes are to show. Their distance from it is then ranked here.")
    target_strip.show(film, analysis, lambda stroke: _store_stroke(film.id, analysis, stroke))
    if has_targets:
        deviation_list.show(film)
    _table(film, analysis)
    with st.container(horizontal=True):
        _range(film, analysis)
        _from_table(film, analysis)


def _arc(film: Film) -> None:
    st.caption(
        "Off by: 1 − the share of the target expression, or the distance of the intensity; the larger of the two. "
        "Dotted: the target intensity. Within reach: the intervals do not tell the target from what leads. "
        "Click to go to a frame."
    )
    film_charts.targets(film)


def _table(film: Film, analysis: Analysis) -> None:
    """A row a scene; a cell that is typed is stored at once."""
    key = f"targets-{page_cache.version(film.id)}"  # after each change the table shows what is stored
    scenes = [row.scene for row in analysis.scenes]
    st.data_editor(
        _cells(analysis), key=key, hide_index=True, height=min(420, 38 + 35 * len(scenes)), num_rows="fixed",
        disabled=["Scene", "In", "Read", "Result"], placeholder="–",
        column_config={
            "Scene": st.column_config.TextColumn(width="medium"),
            "Read": st.column_config.TextColumn(width="medium"),
            EXPRESSION: st.column_config.SelectboxColumn(options=_options(analysis), help="What the scene is to show."),
            INTENSITY: st.column_config.NumberColumn(
                min_value=0, max_value=100, step=1, format="%d %%", help="From 0 %, all neutral, to 100 %."
            ),
            "Result": st.column_config.TextColumn(width="medium"),
        },
        on_change=_store_cells, args=(film.id, key, scenes, analysis),
    )  # fmt: skip


def _options(analysis: Analysis) -> list[str]:
    """The model's labels, and what was set with another model."""
    others = {t.expression for t in analysis.report_settings.annotations.targets if t.expression is not None}
    return [*analysis.labels, *sorted(others - set(analysis.labels))]


def _cells(analysis: Analysis) -> pd.DataFrame:
    import pandas as pd  # the other views of the page do not need it

    of_scenes = {each.row.scene.number: each for each in deviations(analysis)}
    off = [of_scenes.get(row.scene.number) for row in analysis.scenes]
    return pd.DataFrame(
        {
            "Scene": [wording.scene_title(row) for row in analysis.scenes],
            "In": [wording.scene_timecodes(analysis, row)[0] for row in analysis.scenes],
            "Read": [wording.dominant_or_reason(analysis, row) for row in analysis.scenes],
            EXPRESSION: [None if each is None else each.target.expression for each in off],
            INTENSITY: pd.Series(
                [None if each is None else _percent(each.target.intensity) for each in off], dtype="Int64"
            ),
            "Result": ["" if each is None else annotation_wording.deviation_text(analysis, each) for each in off],
        }
    )


def _percent(intensity: float | None) -> int | None:
    return None if intensity is None else round(intensity * 100)


def _store_cells(film_id: str, key: str, scenes: list[Scene], analysis: Analysis) -> None:
    with error_messages.defer():
        wanted = edited_targets(st.session_state[key]["edited_rows"], scenes, analysis)
        _set(film_id, analysis, wanted)


def edited_targets(edits: Mapping[Any, Mapping[str, Any]], scenes: list[Scene], analysis: Analysis) -> list[Target]:
    """The targets of the rows in which cells were typed, by row number."""
    now, targets = analysis.report_settings.annotations.by_scene, []
    for row, cells in edits.items():
        scene = scenes[int(row)].id
        target = now.get(scene, Target(scene))
        if EXPRESSION in cells:
            target = target._replace(expression=cells[EXPRESSION] or None)
        if INTENSITY in cells:
            level = cells[INTENSITY]
            target = target._replace(intensity=None if level is None else float(level) / 100)
        targets.append(target)
    return targets


def _store_stroke(film_id: str, analysis: Analysis, stroke: target_strip.Stroke) -> None:
    with error_messages.defer():
        _set(film_id, analysis, drawn_targets(stroke, analysis))


def drawn_targets(stroke: target_strip.Stroke, analysis: Analysis) -> list[Target]:
    """The targets of the scenes that a stroke passed: it changes the expression or the intensity, or erases both."""
    set_now, targets = analysis.report_settings.annotations.by_scene, []
    for scene, level in stroke.levels.items():
        now = set_now.get(scene, Target(scene))
        if stroke.erases:
            targets.append(Target(scene))
        elif stroke.expression is not None:
            targets.append(now._replace(expression=stroke.expression))
        elif level is not None:
            targets.append(now._replace(intensity=level / 100))
    return targets


def _range(film: Film, analysis: Analysis) -> None:
    """Set the same target for neighbouring scenes."""
    count = len(analysis.scenes)
    with st.popover("Several scenes at once", icon=":material/playlist_add:"):
        with st.form(f"target-range-{film.id}", border=False):
            first, last = st.columns(2)
            low = first.number_input("From scene", 1, count, 1, key=f"target-from-{film.id}")
            high = last.number_input("To scene", 1, count, count, key=f"target-to-{film.id}")
            expression = st.selectbox(
                EXPRESSION, analysis.labels, None, placeholder="None", key=f"target-expression-{film.id}"
            )
            intensity = st.number_input(
                f"{INTENSITY}, %", 0, 100, None, 5, placeholder="None", key=f"target-intensity-{film.id}"
            )
            if st.form_submit_button("Set", type="primary"):
                rows, level = analysis.scenes[int(low) - 1 : int(high)], None if intensity is None else intensity / 100
                with error_messages.show():
                    _set(film.id, analysis, [Target(row.scene.id, expression, level) for row in rows])
                    st.rerun()
        st.caption("Without an expression and an intensity the targets of these scenes are removed.")


def _from_table(film: Film, analysis: Analysis) -> None:
    """Read targets from a table, such as the report's CSV with its target columns filled in."""
    with st.popover("From a table (CSV)", icon=":material/upload_file:"):
        st.caption(
            "The report's CSV with its columns target and target_intensity filled in, or any table that names scenes "
            "by frame_in, tc_in or scene."
        )
        file = st.file_uploader(
            "Table", ["csv", "tsv", "txt"], max_upload_size=MAX_TABLE_MB, key=f"target-file-{film.id}"
        )
        if file is not None and st.button("Set what the table says", type="primary", key=f"target-read-{film.id}"):
            with error_messages.show():
                _set(film.id, analysis, list(read_targets(file.getvalue(), analysis)))
                st.rerun()


def _set(film_id: str, analysis: Analysis, wanted: list[Target]) -> None:
    """Store targets on top of those that were shown. Raises CorrectionError."""
    displayed = analysis.report_settings.annotations.targets
    operation = annotating.set_targets(displayed, wanted, analysis.labels)
    what = f"target of {formatting.count(len(wanted), 'scene')}"
    report_edits.annotate_now(film_id, operation, what)
