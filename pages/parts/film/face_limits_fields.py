"""The fields of the report's form for how a usable face may be turned, sharp and lit."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from emotion_core.settings import RECOMMENDED, FaceLimits


class _Field(NamedTuple):
    title: str
    name: str
    """Of FaceLimits."""
    highest: float
    off: float
    """The value that leaves nothing out."""
    step: float
    format: str
    help: str


_FIELDS = (
    _Field("Turned aside by at most (°)", "max_yaw", 90, 90, 5, "%g", "0° looks into the camera, 90° is a profile."),
    _Field("Up or down by at most (°)", "max_pitch", 90, 90, 5, "%g", "Coarse: an open mouth looks like it."),
    _Field("Tilted by at most (°)", "max_roll", 180, 180, 5, "%g", "In the picture: 90° lies on its side."),
    _Field(
        "Eyes, nose and mouth off by at most", "max_misfit", 1, 1, 0.01, "%.2f",
        "From where a face has them, in distances between the eyes: more is a face hardly seen, or none.",
    ),
    _Field("Sharpness at least", "min_sharpness", 2, 0, 0.01, "%.2f", "Faces in focus reach 0.2 to 0.6."),
    _Field("Brightness at least (0 to 255)", "min_brightness", 255, 0, 5, "%g", "Mean of the face's pixels."),
    _Field("Black or white at most (%)", "max_clipped", 100, 100, 5, "%g", "Share of the face's pixels."),
)  # fmt: skip


def show(now: FaceLimits, key: str) -> Callable[[], FaceLimits]:
    """Show the fields within a form. The function makes the limits that were entered. `key` begins their keys."""
    drawn = st.session_state.setdefault(f"{key}-drawn", 0)
    with st.expander("Faces that can be read"):
        st.caption("Faces beyond a limit do not count, and are counted by reason. No frame is read again.")
        columns = st.columns(3)
        entered = {
            field: columns[index % 3].number_input(
                field.title, 0.0, float(field.highest), _shown(now, field), float(field.step), format=field.format,
                help=f"{field.help} {field.off:g} sets no limit. Recommended: {_shown(RECOMMENDED, field):g}.",
                key=f"{key}-{field.name}-{_shown(now, field):g}-{drawn}",  # other limits or another drawing: as saved
            )
            for index, field in enumerate(_FIELDS)
        }  # fmt: skip
    return lambda: FaceLimits(**{field.name: _limit(field, value) for field, value in entered.items()})


def send_recommended(key: str, on_send: Callable[[], None]) -> bool:
    """Show a button that sends the form; whether it was clicked, which calls `on_send`: the limits are to be those that
    are recommended, and what was entered is drawn no more.

    It comes after the form's own button: Enter in a field clicks the first one.
    """
    return st.form_submit_button(
        "Save with the recommended face limits", icon=":material/restart_alt:", key=f"{key}-back",
        help="Saves the form with the limits under “Faces that can be read” as they are recommended.",
        on_click=_redraw, args=(key, on_send),
    )  # fmt: skip


def _redraw(key: str, on_send: Callable[[], None]) -> None:
    st.session_state[f"{key}-drawn"] += 1
    on_send()


def _shown(limits: FaceLimits, field: _Field) -> float:
    value = getattr(limits, field.name)
    return float(field.off if value is None else value)


def _limit(field: _Field, value: float) -> float | None:
    """None at the value that leaves nothing out. A whole number is an int, as limits that were set otherwise are."""
    if value == field.off:
        return None
    return int(value) if value == int(value) else round(value, 4)
