"""The frames behind a scene's numbers: their pictures, the faces on them, and the expressions of each face."""

from __future__ import annotations

import io
from dataclasses import dataclass
from string import ascii_uppercase

import numpy as np
import pandas as pd
import streamlit as st
from PIL import Image

from emotion_core import formatting
from emotion_core.analysis import Analysis, SceneEmotion, probabilities, unusable_because
from emotion_core.labels import colour
from emotion_core.media import timecode_at
from emotion_core.observations import Face, Sample
from emotion_core.picture import FaceMark, draw_face_marks, encode_jpeg
from emotion_core.report import scene_timecodes, wording
from emotion_core.scenes import Scene

from ..services import error_messages, markdown, moment, page_cache
from . import icon_button, scene_correction

FIRST = 6
"""Frames shown before "Show all"."""
_UNUSED = "#9AA0A6"
"""Colour of a face that does not count; its box is one pixel thin."""
_TEXT = "#101216"


@dataclass(frozen=True, slots=True)
class _ShownFace:
    """A face as it is shown below its frame."""

    letter: str
    face: Face
    probabilities: tuple[float, ...]
    unusable_because: str | None

    @property
    def top(self) -> int:
        return self.probabilities.index(max(self.probabilities))


def show(film_id: str, analysis: Analysis, number: int) -> None:
    """Show a scene: its place in the film, its shares, its frames."""
    row = analysis.scenes[number - 1]
    title, previous, following = st.columns([8, 1, 1], vertical_alignment="center")
    title.header(markdown.escape(wording.scene_title(row)), anchor=False)
    with previous:
        icon_button.show("Scene before", "chevron_left", "scene-before", hint="Scene before", disabled=number == 1,
                         on_click=_go, args=(film_id, number - 1))  # fmt: skip
    with following:
        icon_button.show("Next scene", "chevron_right", "scene-next", hint="Next scene",
                         disabled=number == len(analysis.scenes), on_click=_go,
                         args=(film_id, number + 1))  # fmt: skip
    tc_in, tc_out, _ = scene_timecodes(analysis, row)
    st.markdown(f"{tc_in} – {tc_out} · {formatting.hms(row.scene.span.seconds)}")
    _show_shares(analysis, row)
    _list_shots(analysis, row)
    scene_correction.show(film_id, analysis, number)
    samples = page_cache.samples(film_id)[number - 1]
    if not samples:
        st.info("No frame of this scene was looked at.")
        return
    everything = len(samples) <= FIRST or st.toggle(f"Show all {len(samples)} frames", key=f"all-{film_id}-{number}")
    faces = _faces(analysis, row)
    frames = list(samples) if everything else _spread(samples)
    for place in range(0, len(frames), 2):
        for column, sample in zip(st.columns(2), frames[place : place + 2], strict=False):
            with column:
                _frame(film_id, analysis, row.scene, sample, faces.get(sample.frame, []))


def _go(film_id: str, number: int) -> None:
    moment.go(film_id, page_cache.analysis(film_id).scenes[number - 1].scene.frame_in)


def _show_shares(analysis: Analysis, row: SceneEmotion) -> None:
    if not row.scene.counts:
        kind = row.scene.kind.capitalize()
        st.markdown(f"**{kind}**: it has no part in any number of the film · {wording.evidence_text(row)}")
    elif row.dominant is None:
        floor = formatting.percent(analysis.report_settings.coverage_floor)
        st.markdown(f"**Not enough faces** · {wording.evidence_text(row)}; {floor} are asked for")
    else:
        leading = markdown.escape(wording.dominant_or_reason(analysis, row))
        st.markdown(f"**{leading}** {wording.leading_shares(analysis, row)} · {wording.evidence_text(row)}")
        if why := wording.certainty_text(analysis, row):
            st.caption(f"{why[0].upper()}{why[1:]}.")
    if row.left_out.total:
        st.caption(f"Faces left out: {wording.left_out_text(row.left_out)}")


def _list_shots(analysis: Analysis, row: SceneEmotion) -> None:
    """Show the clock times of the shots of a grouped scene."""
    if len(row.scene.shots) == 1:
        return
    with st.expander(formatting.count(len(row.scene.shots), "shot")):
        lines = [f"{number}. {wording.shot_times(analysis, shot)}" for number, shot in enumerate(row.scene.shots, 1)]
        st.markdown("\n".join(lines))


def _spread(samples: tuple[Sample, ...]) -> list[Sample]:
    """FIRST samples, spread evenly over the scene."""
    return [samples[i * (len(samples) - 1) // (FIRST - 1)] for i in range(FIRST)]


def _faces(analysis: Analysis, row: SceneEmotion) -> dict[int, list[_ShownFace]]:
    """The scene's faces by frame, with letters from left to right."""
    observations, settings = analysis.observations, analysis.report_settings
    faces = [f for f in observations.faces if row.scene.frame_in <= f.sample_frame < row.scene.frame_out]
    face_probabilities = probabilities(observations, analysis.temperature.value)
    shown: dict[int, list[_ShownFace]] = {}
    for face in sorted(faces, key=lambda f: (f.sample_frame, f.box[0])):
        frame = shown.setdefault(face.sample_frame, [])
        letter = ascii_uppercase[len(frame) % 26]
        reason = unusable_because(face, settings, observations.media_at(face.sample_frame).active_display)
        frame.append(_ShownFace(letter, face, tuple(face_probabilities[face.id].tolist()), reason))
    return shown


def _frame(film_id: str, analysis: Analysis, scene: Scene, sample: Sample, faces: list[_ShownFace]) -> None:
    media, labels = analysis.observations.media_at(sample.frame), analysis.labels
    picture = None if sample.thumbnail is None else page_cache.thumbnail(film_id, sample.thumbnail)
    if picture is not None:
        alt = f"Frame at {timecode_at(media, sample.pts)}, with {formatting.count(len(faces), 'face')} marked"
        st.image(_annotated(picture, faces, analysis.labels, media.display_width), width="stretch", alt=alt)
    else:
        with st.container(border=True, horizontal_alignment="center"):
            st.caption(markdown.NO_PICTURES if sample.thumbnail is None else markdown.DAMAGED_PICTURE, width="content")
    timecode = timecode_at(media, sample.pts)
    lines = [timecode + ("" if faces else " · no face" if not sample.too_small else "")]
    for face in faces:
        if face.unusable_because is None:
            share = formatting.percent(face.probabilities[face.top])
            lines.append(f"{face.letter} · **{markdown.escape(labels[face.top])}** {share}")
        else:
            lines.append(f"{face.letter} · not counted: {face.unusable_because}")
    if sample.too_small:
        lines.append(f"{formatting.count(sample.too_small, 'face')} too small to be read")
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.caption("  \n".join(lines), width="content")
        with st.container(horizontal=True, width="content", gap="small"):
            scene_correction.split_here(film_id, scene, sample.frame)
            # A dialog: the lower half of a popover can be out of the window, where it cannot be reached.
            if st.button("Details", type="tertiary", key=f"details-{film_id}-{sample.frame}"):
                _details(film_id, analysis, sample, faces)


def _place(face: Face) -> str:
    """A face's box on its frame, in display pixels."""
    left, top, width, height = (round(value) for value in face.box)
    return f"{left}, {top}: {width} × {height}".replace("-", "−")


def _annotated(picture: bytes, faces: list[_ShownFace], labels: tuple[str, ...], display_width: int) -> bytes:
    """A picture of any scale of a frame `display_width` pixels wide, with its faces marked; JPEG."""
    with Image.open(io.BytesIO(picture)) as file:
        image = file.convert("RGB")
    line = max(2, round(image.width / 160))
    marks = [
        FaceMark(face.face.box, face.letter, colour(labels[face.top], labels), line, _TEXT)
        if face.unusable_because is None
        else FaceMark(face.face.box, face.letter, _UNUSED, 1, _TEXT)
        for face in faces
    ]
    draw_face_marks(
        image, marks, font_size=max(11, image.width // 22), padding=3, gap=0, scale=image.width / display_width
    )
    return encode_jpeg(np.asarray(image), 88)


@st.dialog("Details", width="large")
def _details(film_id: str, analysis: Analysis, sample: Sample, faces: list[_ShownFace]) -> None:
    """Show the probabilities of every face, and the full picture at the press of a button."""
    st.markdown(f"Frame {sample.frame} · {timecode_at(analysis.observations.media, sample.pts)}")
    if faces:
        table = pd.DataFrame([face.probabilities for face in faces], columns=list(analysis.labels)) * 100
        table.insert(0, "face", [face.letter for face in faces])
        if sample.thumbnail is None:  # no picture on the page shows where they are
            table.insert(1, "box, px", [_place(face.face) for face in faces])
        table["counted"] = ["no: " + face.unusable_because if face.unusable_because else "yes" for face in faces]
        percent = {label: st.column_config.NumberColumn(format="%.0f %%") for label in analysis.labels}
        st.dataframe(table, hide_index=True, column_config=percent, width="content")
    if sample.thumbnail is None:
        st.caption("No pictures are kept of this film. The full picture is read from the original, and is not kept.")
    if st.button("Full picture", icon=":material/fullscreen:", key=f"full-{film_id}-{sample.frame}"):
        with error_messages.show():
            picture = page_cache.full_picture(film_id, sample)
            width = analysis.observations.media_at(sample.frame).display_width
            alt = f"The full picture of frame {sample.frame}"
            st.image(_annotated(picture, faces, analysis.labels, width), width="stretch", alt=alt)
