"""The queue: what runs, what waits and in which order, what ended, and how much is done a day."""

from __future__ import annotations

import streamlit as st

from pages.parts.queue import board
from pages.services import error_messages, routes


def page() -> None:
    st.title("Queue", anchor=False)
    routes.show_notice()
    board.show()


with error_messages.show():
    page()
