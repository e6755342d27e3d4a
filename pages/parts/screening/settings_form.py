"""The settings of a screening's numbers, stored with it. None needs the recordings again."""

from __future__ import annotations

from typing import Any

import streamlit as st

from emotion_core import audience, parsing
from emotion_core.audience import AudienceSettings, Screening
from emotion_core.errors import SettingsError

from ...services import error_messages, page_cache

_FIELDS: dict[str, tuple[str, float, float, float, str]] = {
    "second_floor": (
        "Coverage floor of a second",
        0,
        1,
        0.05,
        "Least share of a viewer's readings with a usable face.",
    ),
    "scene_floor": ("Coverage floor of a scene", 0, 1, 0.05, "The same of a scene."),
    "confidence": ("Confidence of intervals", 0.5, 0.99, 0.01, "Intervals resample viewers."),
    "least_viewers": ("Viewers needed", 2, 100, 1, "With fewer there is no interval, and a group is too few."),
    "synchrony_share": ("Synchrony: share of viewers a second", 0.1, 1, 0.05, "Of the other viewers, with a face."),
    "synchrony_seconds": ("Synchrony: least seconds of a scene", 10, 600, 1, "Shorter scenes have no synchrony."),
}


def show(screening: Screening) -> None:
    """A form; what is wrong with a value is said in one sentence."""
    settings = AudienceSettings()
    with error_messages.show():
        settings = audience.settings_from_json(page_cache.library().screening_settings(screening.id))
    with st.form(f"statistics-{screening.id}", border=False):
        places = st.columns(3)
        for number, (name, (label, low, high, step, why)) in enumerate(_FIELDS.items()):
            kind = int if isinstance(getattr(settings, name), int) else float
            places[number % 3].number_input(
                label, kind(low), kind(high), kind(getattr(settings, name)), kind(step),
                key=f"set-{name}-{screening.id}", help=why,
            )  # fmt: skip
        st.text_area(
            "Target population", targets_text(settings), key=f"set-targets-{screening.id}",
            placeholder="age: 18-29 = 0.4, 30-49 = 0.6",
            help="A line a column of groups, with weights that sum to 1. Without one each group weighs the same.",
        )  # fmt: skip
        st.form_submit_button("Use these", icon=":material/check:", on_click=_store, args=(screening.id, settings))


def targets_text(settings: AudienceSettings) -> str:
    """The target populations as they are typed."""
    return "\n".join(
        f"{column}: {', '.join(f'{group} = {weight:g}' for group, weight in weights.items())}"
        for column, weights in settings.targets.items()
    )


def parse_targets(text: str) -> dict[str, dict[str, float]]:
    """Target populations as typed: “age: 18-29 = 0.4, 30-49 = 0.6”, a line each. Raises SettingsError."""
    targets: dict[str, dict[str, float]] = {}
    for line in filter(None, (each.strip() for each in text.splitlines())):
        column, colon, rest = line.partition(":")
        weights: dict[str, float] = {}
        for part in filter(None, (each.strip() for each in rest.split(","))):
            group, equals, number = (each.strip() for each in part.rpartition("="))
            try:
                weights[group] = float(number)
            except ValueError:
                equals = ""
            if not (equals and group):
                raise SettingsError(
                    f"The target population has {parsing.quote(part)}.", "Write “age: 18-29 = 0.4, 30-49 = 0.6”."
                )
        if not (colon and column.strip() and weights):
            raise SettingsError(
                f"The target population has the line {parsing.quote(line)}.", "Write “age: 18-29 = 0.4, 30-49 = 0.6”."
            )
        targets[column.strip()] = weights
    return targets


def _store(screening_id: str, before: AudienceSettings) -> None:
    with error_messages.defer():
        wanted: dict[str, Any] = {name: st.session_state[f"set-{name}-{screening_id}"] for name in _FIELDS}
        wanted["targets"] = parse_targets(str(st.session_state[f"set-targets-{screening_id}"]))
        settings = audience.settings_from_json({**audience.settings_to_json(before), **wanted})
        page_cache.library().set_screening_settings(screening_id, audience.settings_to_json(settings))
