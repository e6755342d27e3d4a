"""The fields of how a usable face may be turned, sharp and lit."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from emotion_core.settings import RECOMMENDED, FaceLimits


def _form() -> None:
    import streamlit as st

    from emotion_core.settings import RECOMMENDED
    from pages.parts.film import face_limits_fields

    with st.form("form"):
        limits = face_limits_fields.show(RECOMMENDED)
        st.form_submit_button("Save")
    st.session_state["limits"] = limits()


def test_a_field_at_its_end_is_no_limit() -> None:
    """The fields show the limits that are set; one at 90° limits nothing, and the others stay as they were."""
    app = AppTest.from_function(_form).run()
    assert app.session_state["limits"] == RECOMMENDED
    fields = {field.label: field for field in app.number_input}
    fields["Turned aside by at most (°)"].set_value(90.0)
    fields["Tilted by at most (°)"].set_value(30.0)
    app.button[0].click().run()
    assert app.session_state["limits"] == FaceLimits(
        max_roll=30, max_misfit=0.12, min_sharpness=0.1, min_brightness=25, max_clipped=60
    )
