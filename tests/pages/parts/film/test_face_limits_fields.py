"""The fields of how a usable face may be turned, sharp and lit."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from emotion_core.settings import RECOMMENDED, FaceLimits


def _form() -> None:
    import streamlit as st

    from emotion_core.settings import RECOMMENDED
    from pages.parts.film import face_limits_fields

    with st.form("form"):
        now = st.session_state.get("limits", RECOMMENDED)
        limits = face_limits_fields.show(now, "limits-film")
        st.form_submit_button("Save")
        recommended = face_limits_fields.send_recommended("limits-film", lambda: None)
    st.session_state["limits"] = RECOMMENDED if recommended else limits()


def test_a_field_at_its_end_is_no_limit() -> None:
    """The fields show the limits that are set; one at 90° limits nothing, and the others stay as they were."""
    app = AppTest.from_function(_form).run()
    assert app.session_state["limits"] == RECOMMENDED
    fields = {field.label: field for field in app.number_input}
    fields["Turned aside by at most (°)"].set_value(90.0)
    fields["Tilted by at most (°)"].set_value(30.0)
    next(button for button in app.button if button.label == "Save").click().run()
    assert app.session_state["limits"] == FaceLimits(
        max_roll=30, max_misfit=0.12, min_sharpness=0.1, min_brightness=25, max_clipped=60
    )


def test_the_recommended_limits_are_a_click_away() -> None:
    """Whatever was saved, or entered and not saved; the fields show them then."""
    app = AppTest.from_function(_form).run()
    next(field for field in app.number_input if field.label == "Sharpness at least").set_value(0.5)
    next(button for button in app.button if button.label == "Save").click().run()
    assert app.session_state["limits"] != RECOMMENDED
    app.run()
    for value in (0.7, 0.8):
        next(field for field in app.number_input if field.label == "Sharpness at least").set_value(value)
        next(button for button in app.button if button.label == "Save with the recommended face limits").click().run()
        assert app.session_state["limits"] == RECOMMENDED
        app.run()
        assert app.session_state["limits"] == RECOMMENDED
        assert next(field for field in app.number_input if field.label == "Sharpness at least").value == 0.1
