"""The People page in a real browser: faces get a name, and lead to the film."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from emotion_core.library import Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.clips import CARPHONE


def test_faces_become_a_person_and_lead_to_the_film(page: Page, address: str, home: Path) -> None:
    """Chosen faces get a name, which is a row of the board; typed over it is another; undone it is the one before. The
    arrow keys choose a scene and say what is known of it, and Enter opens the film there.
    """
    library = Library.open(home)
    film = library_builder.film(library, CARPHONE, ["sad", None, "happy", "happy"])
    page.goto(f"{address}/film?film={film.id}")
    page.get_by_role("link", name="People").last.click()
    page.get_by_role("checkbox", name="Faces without a person, face 1,").check()
    page.get_by_role("checkbox", name="Faces without a person, face 2,").check()
    expect(page.get_by_text("2 faces chosen:")).to_be_visible()
    page.get_by_role("combobox", name="Name of the person").fill("Ann <b>")
    page.get_by_role("button", name="Is this person").click()
    name = page.get_by_role("combobox", name="Name of Ann <b>")
    expect(name).to_have_value("Ann <b>")
    wait_until_drawn(page)
    name.fill("Anna")
    name.press("Enter")
    expect(page.get_by_role("combobox", name="Name of Anna")).to_have_value("Anna")
    wait_until_drawn(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
        page.get_by_role("button", name="CSV: a row a person and scene").click()
    assert b"Anna" in download.value.path().read_bytes()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    lane = page.get_by_role("button", name="Scenes of Ann <b>.")
    expect(lane).to_be_visible()
    wait_until_drawn(page)
    page.get_by_role("button", name="Edit Ann <b>").click()
    expect(page.get_by_role("group", name="Faces of Ann <b>").get_by_role("checkbox")).to_have_count(2)
    lane.focus()
    lane.press("ArrowRight")
    expect(page.locator(".readout")).to_contain_text("Ann <b> · Scene 1 · on screen 1.0 s · sad 70")
    lane.press("ArrowRight")
    lane.press("Enter")
    expect(page.get_by_role("group", name="Player")).to_be_visible()
    assert "scene=3" in page.url
