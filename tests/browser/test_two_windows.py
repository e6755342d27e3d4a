"""One film corrected in two windows of the browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from emotion_core.library import Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.app_server import App
from tests.support.clips import CARPHONE


def show(window: Page, app: App, film_id: str, scene: int) -> None:
    """A scene of the film, and the fields that correct it."""
    window.goto(f"{app.address}/film?film={film_id}&scene={scene}")
    window.get_by_text("Correct this scene").click()
    expect(window.get_by_role("textbox", name="Name")).to_be_visible()


def next_scene(window: Page, title: str) -> None:
    """Go on to the next scene, which is called `title`."""
    window.get_by_role("button", name="Next scene", exact=True).click()
    expect(window.get_by_role("heading", name=title)).to_be_visible()
    window.wait_for_timeout(1000)  # the player rests, and tells the page
    wait_until_drawn(window)


def name(window: Page, name: str) -> None:
    """Name the scene on screen; a click elsewhere has closed its form."""
    if not window.get_by_role("textbox", name="Name").is_visible():
        window.get_by_text("Correct this scene").click()
    window.get_by_role("textbox", name="Name").fill(name)
    window.get_by_role("textbox", name="Name").press("Enter")


def test_two_windows_correct_one_film(page: Page, app: App, library: Library) -> None:
    """Names that two windows give to different scenes are both kept; of two names for one scene the second window is
    told the first; all of it is there after the app was killed.
    """
    film = library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"])
    first, second = page, page.context.new_page()
    show(first, app, film.id, 1)
    show(second, app, film.id, 3)
    name(first, "Car")
    name(second, "Street")
    expect(first.get_by_role("heading", name="Scene 1 · Car")).to_be_visible()
    expect(second.get_by_role("heading", name="Scene 3 · Street")).to_be_visible()
    next_scene(first, "Scene 2")
    next_scene(first, "Scene 3 · Street")
    next_scene(first, "Scene 4")
    next_scene(second, "Scene 4")
    name(first, "Mine")
    expect(first.get_by_role("heading", name="Scene 4 · Mine")).to_be_visible()
    name(second, "Yours")
    expect(second.get_by_text("it is called “Mine” now")).to_be_visible()
    app.kill()
    assert library.report_settings(film.id).corrections.names == ((0, "Car"), (60, "Street"), (90, "Mine"))
    app.start()
    show(first, app, film.id, 3)
    expect(first.get_by_role("heading", name="Scene 3 · Street")).to_be_visible()
    next_scene(first, "Scene 4 · Mine")
