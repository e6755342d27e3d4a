"""Corrections of faces in the panel of the current scene, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from emotion_core.library import Film, Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.app_server import App
from tests.support.clips import BIKES


@pytest.fixture
def film(library: Library) -> Film:
    """Two scenes of 30 frames, in each a face that is cut by the edge (A), and one that is whole (B)."""
    return library_builder.film(library, BIKES, ["happy", "sad"])


def test_a_face_is_named_and_left_out_and_that_is_undone(page: Page, app: App, library: Library, film: Film) -> None:
    """A face under a picture opens what can be said of its track: a name is then on all frames of the scene, as text;
    what is left out does not count; both are steps of the history and in the list of corrections.
    """
    page.goto(f"{app.address}/film?film={film.id}&scene=1")
    panel = page.get_by_role("region", name="Current scene")
    wait_until_drawn(page)
    expect(panel.locator(".chip")).to_have_text(["A not counted: cut by the frame's edge", *["B happy 70\u00a0%"] * 3])
    panel.get_by_role("button", name="B happy 70 %: correct this face").last.click()
    menu = panel.get_by_role("dialog", name="Correct a face")
    expect(menu.get_by_role("heading")).to_have_text("Track B")
    expect(menu.locator(".about")).to_contain_text("3 faces; read together: happy 70")
    menu.get_by_label("Name").fill("<b>Ada</b>")
    menu.get_by_role("button", name="Save name").click()
    named = panel.locator(".chip").filter(has_text="<b>Ada</b> happy 70\u00a0%")
    expect(named).to_have_count(3)
    named.first.click()
    menu.get_by_role("button", name="Leave out").click()
    expect(panel.locator(".leading")).to_have_text("Not enough faces")
    expect(panel.locator("p.left-out")).to_contain_text("3 left out by the editor")
    page.get_by_role("button", name="Corrections (2)").click()
    expect(page.get_by_text("Name “<b>Ada</b>” of the face at").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Undo").click()
    expect(panel.locator(".leading")).to_contain_text("happy 70")
    assert [name for _, name in library.report_settings(film.id).faces.names] == ["<b>Ada</b>"] * 2
    page.get_by_role("button", name="Undo").click()
    expect(panel.locator(".chip").filter(has_text="B happy")).to_have_count(3)
