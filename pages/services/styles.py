"""The style sheets of the pages, read at the app's start: to show a page no file has to be opened."""

from __future__ import annotations

from pathlib import Path

_PAGES = Path(__file__).parent.parent
ALL_PAGES, FILM, PEOPLE, SCREENING = (
    f"<style>\n{(_PAGES / name).read_text(encoding='utf-8')}</style>"
    for name in ("pages.css", "film.css", "people.css", "screening.css")
)
"""For st.html."""
