"""The form of the report's settings: how scenes are found and which faces count. No frame is read again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TypeVar

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.corrections import Corrections
from emotion_core.face_corrections import FaceCorrections
from emotion_core.scenes import as_cut_list
from emotion_core.settings import (
    DEFAULT_THRESHOLDS,
    DETECTORS,
    RECOMMENDED,
    Detector,
    FacesWeigh,
    ReportSettings,
    ScenesAre,
    ShotSettings,
)

from ...services import error_messages, report_edits
from .. import cut_list_box
from . import face_limits_fields

_NAMES: dict[Detector, str] = {
    "combined": "Combined – hard cuts, fades and dissolves (default)",
    "adaptive": "Adaptive – hard cuts, calm about camera moves",
    "content": "Content – hard cuts",
    "hash": "Hash – hard cuts, by perceptual hash",
    "histogram": "Histogram – hard cuts, by brightness histogram",
    "threshold": "Threshold – fades to and from black",
    "cuts": "Cut list – of an editing tool or scene detector, or by hand",
}


_T = TypeVar("_T")
_WEIGH: dict[FacesWeigh, str] = {"faces": "Faces", "screen time": "Screen time", "tracks": "Tracks"}
_SCENES: dict[ScenesAre, str] = {"shots": "Shots", "groups": "Scenes"}


def show(film_id: str, analysis: Analysis) -> None:
    """Show the form. Saving it computes the report again from the scan's observations."""
    now = _as_shown(film_id, "settings", analysis.report_settings)
    _reset_if_changed(film_id, now)
    detector: Detector = st.selectbox(
        "How cuts are found", DETECTORS, DETECTORS.index(now.shots.detector), format_func=_NAMES.__getitem__,
        key=f"detector-{film_id}",
    )  # fmt: skip
    text_key = ""
    scenes_are, window, similarity = now.scenes_are, now.scene_window, now.scene_similarity
    if detector != "cuts":
        scenes_are = st.segmented_control(
            "A row of the report is", list(_SCENES), default=now.scenes_are, format_func=_SCENES.__getitem__,
            required=True, key=f"scenes-are-{film_id}",
            help="Shots: from cut to cut. Scenes: neighbouring shots that return to the same places, as shot and "
            "reverse shot of a dialogue do, grouped.",
        )  # fmt: skip
    else:
        text_key = cut_list_box.from_file(film_id, analysis, lambda key: _as_shown(film_id, "cut-list", key))
    with st.form(f"report-{film_id}"):
        threshold, shortest, held_seconds, text = (
            now.shots.threshold,
            now.shots.min_scene_frames,
            now.shots.held_seconds,
            "",
        )
        if detector == "cuts":
            text = st.text_area(
                "Cut list",
                height=220,
                help="A line a scene: where it begins (timecode, frame from 0, or seconds as 18.5s), and its name.",
                key=text_key,
            )
        else:
            left, right, *third = st.columns(3 if detector == "combined" else 2)
            default = DEFAULT_THRESHOLDS[detector]
            same = detector == now.shots.detector
            threshold = left.number_input(
                "Threshold", 0.0, 255.0, float(now.shots.threshold or default) if same else default, format="%g",
                help=f"Lower finds more cuts. The usual value for this detector is {default:g}.",
                key=f"threshold-{film_id}-{detector}",
            )  # fmt: skip
            threshold = None if threshold == default else threshold
            shortest = right.number_input("Shortest scene (frames)", 1, 100_000, now.shots.min_scene_frames)
            if third:
                held_seconds = third[0].number_input(
                    "Black or title is a scene from (seconds)", 0.2, 600.0, float(now.shots.held_seconds), 0.1,
                    format="%g", help="Black, white or a title card that is held for less has the cut within it.",
                )  # fmt: skip
        if scenes_are == "groups" and detector != "cuts":
            left, right = st.columns(2)
            window = left.number_input(
                "Comes back within (seconds)", 1.0, 600.0, float(now.scene_window), format="%g",
                help="A place that is left for longer begins another scene.",
            )  # fmt: skip
            similarity = right.slider(
                "Same place at least (%)", 0, 100, round(now.scene_similarity * 100), 5,
                help="How alike two shots must be, by colours and layout, to show the same place. Lower groups more.",
            ) / 100  # fmt: skip
        left, middle, right = st.columns(3)
        floor = left.slider(
            "Coverage floor (%)", 0, 100, round(now.coverage_floor * 100), 5,
            help="With a usable face on fewer of its sampled frames, a scene says “not enough faces”.",
        )  # fmt: skip
        mixed = middle.slider(
            "Mixed below (%)", 0, 100, round(now.mixed_floor * 100), 5,
            help="A scene whose largest share is lower is called mixed, and shown pale. So is one whose largest share "
            "and the next overlap by their intervals.",
        )  # fmt: skip
        score = right.slider(
            "Face detector at least (%)", 0, 100, round(now.min_face_score * 100), 5,
            help="Faces that the detector is less sure of do not count.",
        )  # fmt: skip
        weigh = st.segmented_control(
            "A scene's shares are a mean of its", list(_WEIGH), default=now.faces_weigh, format_func=_WEIGH.__getitem__,
            required=True,
            help="Faces: large and sure ones weigh more. Screen time: each track (one person's faces in a shot) weighs "
            "as long as it is on screen. Tracks: each track weighs the same.",
        )  # fmt: skip
        limits = face_limits_fields.show(now.face_limits, f"limits-{film_id}")
        is_sent, recommended = _buttons(film_id)
        if not (is_sent or recommended):
            return
    st.session_state[_sent_key(film_id)] = False
    with error_messages.show():
        shots = ShotSettings(
            detector=detector, threshold=threshold, min_scene_frames=shortest, held_seconds=held_seconds
        )
        if detector == "cuts":
            read = cut_list_box.read(film_id, analysis, text)
            shots = replace(shots, cuts=read.cuts, cut_notes=read.notes, cut_sources=read.sources)
        corrections = now.corrections
        if detector == "cuts" and now.shots.detector != "cuts":
            _, corrections = as_cut_list(
                tuple(row.scene for row in analysis.scenes)
            )  # the cut list contains all other corrections
        scenes = replace(now, scenes_are=scenes_are, scene_window=window, scene_similarity=similarity)
        rules = replace(scenes, coverage_floor=floor / 100, mixed_floor=mixed / 100, min_face_score=score / 100)
        wanted = replace(rules, shots=shots, corrections=corrections, faces_weigh=weigh)
        wanted = replace(wanted, face_limits=RECOMMENDED if recommended else limits())
        report_edits.save(film_id, now, wanted, "how scenes are found")
        st.rerun()


def _buttons(film_id: str) -> tuple[bool, bool]:
    """Whether the form was sent as it is, and whether with the recommended limits of faces."""
    with st.container(horizontal=True):
        return (
            st.form_submit_button(
                "Save and make the report anew", type="primary", on_click=_mark_sent, args=(film_id,)
            ),
            face_limits_fields.send_recommended(f"limits-{film_id}", partial(_mark_sent, film_id)),
        )


def _as_shown(film_id: str, what: str, newest: _T) -> _T:
    """`newest`; while the form is being sent, what it was drawn with, since that is what its sender saw."""
    key = f"report-{what}-{film_id}"
    value: _T = st.session_state.get(key, newest) if st.session_state.get(_sent_key(film_id)) else newest
    st.session_state[key] = value
    return value


def _reset_if_changed(film_id: str, now: ReportSettings) -> None:
    """Let the fields show `now` if another window saved it, or a step was undone, since they were drawn."""
    plain, key = replace(now, corrections=Corrections(), faces=FaceCorrections()), f"report-begun-{film_id}"
    if st.session_state.get(key, plain) != plain:
        for field in (
            "detector",
            "scenes-are",
        ):  # the other fields have no key: Streamlit identifies them by their arguments, so by `now`
            st.session_state.pop(f"{field}-{film_id}", None)
    st.session_state[key] = plain


def _sent_key(film_id: str) -> str:
    return f"report-sent-{film_id}"


def _mark_sent(film_id: str) -> None:
    st.session_state[_sent_key(film_id)] = True
