"""The app: `streamlit run app.py`."""

from __future__ import annotations

import logging

import streamlit as st


def say_so(error: Exception) -> bool:
    """Log what nobody foresaw, and show one sentence instead of a traceback."""
    logging.getLogger(__name__).error("A page failed.", exc_info=error)
    st.error("Something went wrong on this page. Reload it; the terminal that runs the app shows the details.")
    return True


# The router lies in pages/: beside a folder of that name the first deep link after a start would skip it.
app = st.App("pages/router.py", on_script_error=say_so)
