"""The frames behind a scene's numbers: the pictures kept, the faces on them, and what was read of each face."""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

import pandas as pd
import streamlit as st

from emotion_core import formatting
from emotion_core.analysis.records import Analysis, SceneEmotion, probabilities
from emotion_core.analysis.usable_faces import unusable_because
from emotion_core.labels import colour
from emotion_core.media.media import timecode_at
from emotion_core.observations.observations import Face, Sample
from emotion_core.report import wording
from emotion_core.report.timecodes import timecodes
from emotion_core.scenes.scenes import Scene

from . import boxed, opened, problems, scene_correction, words
from .scene_table import pick

FIRST = 6
"""Frames shown before all are asked for."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A face and what was read of it."""

    letter: str
    face: Face
    chances: tuple[float, ...]
    why_not: str | None

    @property
    def top(self) -> int:
        return self.chances.index(max(self.chances))


def show(film_id: str, analysis: Analysis, number: int) -> None:
    """The scene's panel: where it lies, what it shows, its frames."""
    row = analysis.scenes[number - 1]
    title, back, on = st.columns([8, 1, 1], vertical_alignment="center")
    title.subheader(words.plain(wording.scene_title(row)), anchor=False)
    back.button("", icon=":material/chevron_left:", help="Scene before", key="scene-before",
                disabled=number == 1, on_click=pick, args=(number - 1,), width="stretch")  # fmt: skip
    on.button("", icon=":material/chevron_right:", help="Next scene", key="scene-next",
              disabled=number == len(analysis.scenes), on_click=pick, args=(number + 1,), width="stretch")  # fmt: skip
    tc_in, tc_out, _ = timecodes(analysis, row)
    st.markdown(f"{tc_in} – {tc_out} · {formatting.clock(row.scene.span.seconds)}")
    _say_shares(analysis, row)
    _list_shots(analysis, row)
    scene_correction.show(film_id, analysis, number)
    samples = opened.samples(film_id)[number - 1]
    if not samples:
        st.info("No frame of this scene was looked at.")
        return
    everything = len(samples) <= FIRST or st.toggle(f"Show all {len(samples)} frames", key=f"all-{film_id}-{number}")
    seen = _faces(analysis, row)
    shown = list(samples) if everything else _spread(samples)
    for place in range(0, len(shown), 2):
        for column, sample in zip(st.columns(2), shown[place : place + 2], strict=False):
            with column:
                _frame(film_id, analysis, row.scene, sample, seen.get(sample.frame, []))


def _say_shares(analysis: Analysis, row: SceneEmotion) -> None:
    if not row.scene.counts:
        kind = row.scene.kind.capitalize()
        st.markdown(f"**{kind}**: it has no part in any number of the film · {wording.evidence(row)}")
    elif row.dominant is None:
        floor = formatting.percent(analysis.report_settings.coverage_floor)
        st.markdown(f"**Not enough faces** · {wording.evidence(row)}; {floor} are asked for")
    else:
        share = wording.share(row, analysis.labels.index(row.dominant))
        st.markdown(f"**{words.plain(row.dominant)}** {share} · {wording.evidence(row)}")
    if row.left_out.total:
        st.caption(f"Faces left out: {wording.left_out(row.left_out)}")


def _list_shots(analysis: Analysis, row: SceneEmotion) -> None:
    """Where the shots of a grouped scene lie."""
    if len(row.scene.shots) == 1:
        return
    with st.expander(formatting.count(len(row.scene.shots), "shot")):
        lines = [f"{number}. {wording.shot_clock(analysis, shot)}" for number, shot in enumerate(row.scene.shots, 1)]
        st.markdown("\n".join(lines))


def _spread(samples: tuple[Sample, ...]) -> list[Sample]:
    """FIRST samples, evenly over the scene."""
    return [samples[i * (len(samples) - 1) // (FIRST - 1)] for i in range(FIRST)]


def _faces(analysis: Analysis, row: SceneEmotion) -> dict[int, list[_Seen]]:
    """The scene's faces by frame, lettered from the left."""
    observations, settings = analysis.observations, analysis.report_settings
    faces = [f for f in observations.faces if row.scene.frame_in <= f.sample_frame < row.scene.frame_out]
    chances = probabilities(observations, analysis.temperature.value)
    seen: dict[int, list[_Seen]] = {}
    for face in sorted(faces, key=lambda f: (f.sample_frame, f.box[0])):
        frame = seen.setdefault(face.sample_frame, [])
        letter = ascii_uppercase[len(frame) % 26]
        why_not = unusable_because(face, settings, observations.media_at(face.sample_frame).active_display)
        frame.append(_Seen(letter, face, tuple(chances[face.id].tolist()), why_not))
    return seen


def _frame(film_id: str, analysis: Analysis, scene: Scene, sample: Sample, seen: list[_Seen]) -> None:
    media, labels = analysis.observations.media_at(sample.frame), analysis.labels
    picture = None if sample.thumbnail is None else opened.thumbnail(film_id, sample.thumbnail)
    if picture is not None:
        st.image(boxed.draw(picture, _marks(analysis, seen), media.display_width), width="stretch")
    else:
        with st.container(border=True, horizontal_alignment="center"):
            st.caption(words.NO_PICTURES if sample.thumbnail is None else words.DAMAGED_PICTURE, width="content")
    at = timecode_at(media, sample.pts)
    lines = [at + ("" if seen else " · no face" if not sample.too_small else "")]
    for face in seen:
        read = f"{face.letter} · **{words.plain(labels[face.top])}** {formatting.percent(face.chances[face.top])}"
        lines.append(read if face.why_not is None else f"{face.letter} · not counted: {face.why_not}")
    if sample.too_small:
        lines.append(f"{formatting.count(sample.too_small, 'face')} too small to be read")
    with st.container(horizontal=True, horizontal_alignment="distribute", gap="small"):
        st.caption("  \n".join(lines), width="content")
        with st.container(horizontal=True, width="content", gap="small"):
            scene_correction.split_here(film_id, scene, sample.frame)
            # Not a popover: it opens beside its button, which can leave its lower half beyond the window, unreachable.
            if st.button("Details", type="tertiary", key=f"details-{film_id}-{sample.frame}"):
                _details(film_id, analysis, sample, seen)


def _place(face: Face) -> str:
    """Where a face is on its frame, in display pixels."""
    left, top, width, height = (round(value) for value in face.box)
    return f"{left}, {top}: {width} × {height}".replace("-", "−")


def _marks(analysis: Analysis, seen: list[_Seen]) -> list[boxed.Mark]:
    labels = analysis.labels
    return [boxed.Mark(s.letter, s.face.box, colour(labels[s.top], labels), s.why_not is None) for s in seen]


@st.dialog("Details", width="large")
def _details(film_id: str, analysis: Analysis, sample: Sample, seen: list[_Seen]) -> None:
    """Every face's probabilities, and the full picture on demand."""
    st.markdown(f"Frame {sample.frame} · {timecode_at(analysis.observations.media, sample.pts)}")
    if seen:
        table = pd.DataFrame([s.chances for s in seen], columns=list(analysis.labels)) * 100
        table.insert(0, "face", [s.letter for s in seen])
        if sample.thumbnail is None:  # nothing on the page shows where they are
            table.insert(1, "box, px", [_place(s.face) for s in seen])
        table["counted"] = ["yes" if s.why_not is None else f"no: {s.why_not}" for s in seen]
        percent = {label: st.column_config.NumberColumn(format="%.0f %%") for label in analysis.labels}
        st.dataframe(table, hide_index=True, column_config=percent, width="content")
    if sample.thumbnail is None:
        st.caption("No pictures are kept of this film. The full picture is read from the original, and is not kept.")
    if st.button("Full picture", icon=":material/fullscreen:", key=f"full-{film_id}-{sample.frame}"):
        with problems.told():
            picture = opened.full_picture(film_id, sample)
            width = analysis.observations.media_at(sample.frame).display_width
            st.image(boxed.draw(picture, _marks(analysis, seen), width), width="stretch")
