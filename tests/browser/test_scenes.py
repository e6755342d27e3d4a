"""Board and table of the film's page in a browser: filters in the address, the very frame, changes by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from emotion_core.corrections import Corrections
from emotion_core.library import Film, Library
from tests.support import library_builder
from tests.support.app_server import App
from tests.support.clips import CARPHONE

PLAYS_WITHIN = 240_000
"""Milliseconds in which there is something to play, on a machine that may be busy."""


@pytest.fixture
def film(library: Library) -> Film:
    """Six scenes of 30 frames."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad", "black", "fear"])


def test_the_address_restores_filter_order_and_view(page: Page, app: App, film: Film) -> None:
    """What is typed filters at once and is in the address; a fresh window at that address shows the same."""
    page.goto(f"{app.address}/film?film={film.id}")
    scenes = page.get_by_role("region", name="Scenes")
    expect(scenes.get_by_role("listbox").get_by_role("option")).to_have_count(6)
    field = scenes.get_by_role("textbox", name="Filter scenes")
    field.fill("feer > 30%")
    field.press("Enter")
    expect(scenes.get_by_role("alert")).to_contain_text("There is no “feer” to compare. Choose one of: scene,")
    field.fill("sad > 30% length < 2s")
    field.press("Enter")
    expect(scenes.get_by_role("listbox").get_by_role("option")).to_have_count(2)
    expect(scenes.get_by_role("status")).to_have_text("2 of 6 scenes")
    scenes.get_by_role("button", name="Table").click()
    head = scenes.get_by_role("columnheader", name="In", exact=True)
    head.get_by_role("button").click()
    head.get_by_role("button").click()
    address = page.url
    assert address.endswith("&filter=sad%20%3E%2030%25%20length%20%3C%202s&sort=-in&list=table")

    page.goto("about:blank")
    page.goto(address)
    rows = scenes.get_by_role("grid").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("00:00:03:00")
    expect(head).to_have_attribute("aria-sort", "descending")
    scenes.get_by_role("button", name="Remove the filter sad > 30%").click()
    expect(rows).to_have_count(7)
    assert "sad" not in page.url


def test_scenes_are_played_merged_named_and_marked_by_keyboard(
    page: Page, app: App, library: Library, film: Film
) -> None:
    """A click and Enter go to a scene's very first frame, and light it. Neighbours chosen with Shift are merged; a
    name is typed in place, the choice stays; undo takes steps back.
    """

    def corrections() -> Corrections:
        return library.report_settings(film.id).corrections

    page.goto(f"{app.address}/film?film={film.id}")
    scenes = page.get_by_role("region", name="Scenes")
    options = scenes.get_by_role("listbox").get_by_role("option")
    player = page.get_by_role("group", name="Player")
    expect(player).to_have_attribute("data-frame", "0", timeout=PLAYS_WITHIN)
    options.nth(4).click()
    expect(player).to_have_attribute("data-frame", "120")
    expect(options.nth(4)).to_have_attribute("aria-current", "true")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    expect(player).to_have_attribute("data-frame", "60")
    page.keyboard.press(".")  # the player's own keys are the player's here too
    expect(player).to_have_attribute("data-frame", "61")
    expect(scenes.locator("[aria-current=true]")).to_contain_text("3")
    page.keyboard.press("Shift+ArrowRight")
    expect(scenes.locator("[aria-selected=true]")).to_have_count(2)
    page.keyboard.press("Control+j")
    expect(options).to_have_count(5)
    assert corrections() == Corrections(joined=(90,))
    page.keyboard.press("F2")
    page.keyboard.type("The <b>car</b>")
    page.keyboard.press("Enter")
    expect(options.nth(2)).to_contain_text("The <b>car</b>")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Delete")
    expect(options.nth(2)).to_contain_text("not film")
    assert corrections() == Corrections(joined=(90,), names=((60, "The <b>car</b>"),), marks=((60, "not film"),))
    undo = page.get_by_role("button", name="Undo")
    undo.click()
    expect(options.nth(2)).not_to_contain_text("not film")
    undo.click()
    expect(options.nth(2)).not_to_contain_text("car")
    undo.click()
    expect(options).to_have_count(6)
    assert corrections() == Corrections()
