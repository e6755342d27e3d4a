"""The Guide page: the texts of docs/, with links and pictures that work within the app."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from pages.services import guide_texts
from tests.support import pages
from tests.support.pages import open_page
from tests.support.repository import ROOT

FIRST = "How to read the report"
library = pages.library
pytestmark = pytest.mark.usefixtures("library")


def open_guide(name: str) -> AppTest:
    """The page of the guide called `name`, as its address opens it."""
    app = open_page("guide")
    app.query_params["page"] = name
    return app.run()


def test_it_opens_on_how_to_read_the_report() -> None:
    """The first page explains the report's columns; the list has every page of docs/."""
    app = open_page("guide")
    assert not app.exception
    assert app.title[0].value == FIRST
    assert "| `tc_in`, `tc_out`, `tc_duration` |" in "".join(text.value for text in app.markdown)
    files = {file.stem for file in (ROOT / "docs").glob("*.md")} - {"README"}
    assert set(guide_texts.titles()) == files
    assert app.radio[0].options == list(guide_texts.titles().values())


@pytest.mark.parametrize("name", guide_texts.titles())
def test_every_page_opens_by_its_address(name: str) -> None:
    """An address with a page's name shows its heading and text, without HTML being let through."""
    app = open_guide(name)
    assert not app.exception
    assert not app.info
    assert app.title[0].value == guide_texts.titles()[name]
    assert app.radio[0].value == name
    assert app.markdown
    assert not any(text.allow_html for text in app.markdown)


def test_choosing_a_page_changes_the_address() -> None:
    """A page chosen in the list is shown, and its address can be passed on."""
    app = open_page("guide")
    app.radio[0].set_value("comparing").run()
    assert app.title[0].value == "Compare two cuts"
    assert app.query_params["page"] == "comparing"


def test_an_unknown_page_is_named() -> None:
    """An address with another name says so, and shows the first page."""
    app = open_guide("*nonesuch*")
    assert app.info[0].value == r"The guide has no page “\*nonesuch\*”."
    assert app.title[0].value == FIRST
