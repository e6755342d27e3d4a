"""Corrections of the selected scene: merge, split, move, name, mark. No frame is read again."""

from __future__ import annotations

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.corrections import Mark
from emotion_core.library import editing
from emotion_core.media import parse_position, timecode_at
from emotion_core.report import wording
from emotion_core.scenes import Scene

from ...services import error_messages, markdown, moment, page_cache, report_edits


def show(film_id: str, analysis: Analysis, number: int) -> None:
    """Show the corrections of scene `number` behind a button; they name it, since it may be another one than the panel
    shows just after a move.
    """
    scenes = [row.scene for row in analysis.scenes]
    scene, before, after = scenes[number - 1], scenes[: number - 1][-1:], scenes[number:][:1]
    # The key changes with the scene, so that a field shows the scene as it is, not what was typed before.
    key = f"{film_id}-{page_cache.version(film_id)}-{scene.id}"
    with st.popover("Correct this scene", icon=":material/edit:", type="tertiary", key="correct-scene"):
        st.markdown(f"**{markdown.escape(wording.scene_title(analysis.scenes[number - 1]))}**")
        st.text_input(
            "Name", scene.name, placeholder="No name", key=f"name-{key}", on_change=_rename,
            args=(film_id, scene, f"name-{key}"), max_chars=200,
        )  # fmt: skip
        with st.container(horizontal=True):
            st.button(
                "Merge with the one before", key="merge-before", icon=":material/merge:", disabled=not before,
                on_click=_merge, args=(film_id, *before, scene),
            )  # fmt: skip
            st.button(
                "Merge with the next", key="merge-next", icon=":material/merge:", disabled=not after,
                on_click=_merge, args=(film_id, scene, *after),
            )  # fmt: skip
            mark: Mark = "not film" if scene.counts else "film"
            st.button(
                f"Mark as {mark}", key="mark", icon=":material/movie_off:" if scene.counts else ":material/movie:",
                help="Leader, bars, slate: kept in the table, without part in any number of the film.",
                on_click=_mark, args=(film_id, scene, mark),
            )  # fmt: skip
        playhead = moment.frame(film_id)
        cut = playhead if scene.frame_in < playhead < scene.frame_out else scene.frame_in + scene.frames // 2
        _position("Split at", "Split", f"split-{key}-{cut}", analysis, scene, cut, scene.frames > 1)
        _position("Begin at", "Move", f"move-{key}", analysis, scene, scene.frame_in, number > 1)


def _position(label: str, verb: str, key: str, analysis: Analysis, scene: Scene, frame: int, possible: bool) -> None:
    """A field for a position in the film, with the button that applies it."""
    observations = analysis.observations
    media = observations.media
    position = str(frame) if media.is_vfr else timecode_at(media, observations.seconds_at(frame))
    with st.form(f"form-{key}", border=False):
        field, button = st.columns([2, 1], vertical_alignment="bottom")
        field.text_input(
            label, position, key=key, disabled=not possible, help="A timecode, a frame of the film from 0, or 18.5s."
        )
        button.form_submit_button(
            verb, key=f"button-{key}", disabled=not possible, width="stretch",
            on_click=_apply, args=(media.content_id, scene, key, verb),
        )  # fmt: skip


def _merge(film_id: str, first: Scene, second: Scene) -> None:
    what = f"merge of scenes {first.number} and {second.number}"
    report_edits.correct(film_id, editing.merge(first, second), what, first.frame_in)


def _rename(film_id: str, scene: Scene, key: str) -> None:
    name = st.session_state[key]
    report_edits.correct(film_id, editing.rename(scene, name), f"name “{name}”", scene.frame_in)


def _mark(film_id: str, scene: Scene, mark: Mark) -> None:
    report_edits.correct(film_id, editing.mark(scene, mark), f"mark “{mark}” of scene {scene.number}", scene.frame_in)


def _apply(film_id: str, scene: Scene, key: str, verb: str) -> None:
    with error_messages.defer():
        frame = parse_position(st.session_state[key], page_cache.analysis(film_id).observations.media)
        (_split if verb == "Split" else _move)(film_id, scene, frame)


def _split(film_id: str, scene: Scene, frame: int) -> None:
    report_edits.correct(film_id, editing.split(scene, frame), f"split of scene {scene.number}", frame)


def _move(film_id: str, scene: Scene, frame: int) -> None:
    report_edits.correct(film_id, editing.move(scene, frame), f"move of scene {scene.number}", frame)
