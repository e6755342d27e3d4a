"""The fields of the report's form for how a usable face may be turned, sharp and lit."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from emotion_core.face_limits import RECOMMENDED, FaceLimits


class _Field(NamedTuple):
    title: str
    name: str
    """Of FaceLimits."""
    highest: float
    step: float
    format: str
    help: str


_FIELDS = (
    _Field("Turned aside by at most (°)", "max_yaw", 90, 5, "%g", "0 looks into the camera, 90 is a profile."),
    _Field("Up or down by at most (°)", "max_pitch", 90, 5, "%g", "Coarse: an open mouth looks like it."),
    _Field("Tilted by at most (°)", "max_roll", 180, 5, "%g", "Tilted faces are turned upright before they are read."),
    _Field(
        "Eyes, nose and mouth off by at most", "max_misfit", 1, 0.01, "%.2f",
        "From where a face has them, in distances between the eyes: more is a covered face, or none.",
    ),
    _Field("Sharpness at least", "min_sharpness", 2, 0.01, "%.2f", "Faces in focus reach 0.2 to 0.6."),
    _Field("Brightness at least (0 to 255)", "min_brightness", 255, 5, "%g", "Mean of the face's pixels."),
    _Field("Black or white at most (%)", "max_clipped", 100, 5, "%g", "Share of the face's pixels."),
)  # fmt: skip


def show(now: FaceLimits) -> Callable[[], FaceLimits]:
    """Show the fields within a form. The function makes the limits that were entered; it raises SettingsError."""
    with st.expander("Faces that can be read"):
        st.caption(
            "Faces beyond a limit are left out of all numbers, and counted by reason. An empty field leaves nothing "
            f"out. Recommended: {_in_words(RECOMMENDED)}."
        )
        columns = st.columns(3)
        entered = {
            field.name: columns[index % 3].number_input(
                field.title, 0.0, float(field.highest), _number(now, field), float(field.step),
                format=field.format, help=field.help, placeholder="no limit",
            )
            for index, field in enumerate(_FIELDS)
        }  # fmt: skip
    return lambda: FaceLimits(**{name: _whole(value) for name, value in entered.items()})


def _number(now: FaceLimits, field: _Field) -> float | None:
    value = getattr(now, field.name)
    return None if value is None else float(value)


def _whole(value: float | None) -> float | None:
    """A whole number as an int, as limits that were set otherwise are."""
    return int(value) if value is not None and value == int(value) else value


def _in_words(limits: FaceLimits) -> str:
    return ", ".join(
        f"{field.title.removesuffix(' (0 to 255)').lower()} {getattr(limits, field.name):g}"
        for field in _FIELDS
        if getattr(limits, field.name) is not None
    )
