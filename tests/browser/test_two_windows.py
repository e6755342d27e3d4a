"""One film corrected in two windows of the browser."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from emotion_core.library.library import Library
from tests import shelf
from tests.clips import CARPHONE
from tests.serving import App


def show(window: Page, app: App, film_id: str, scene: int) -> None:
    """A scene of the film, and the fields that correct it."""
    window.goto(f"{app.address}/film?film={film_id}&scene={scene}")
    window.get_by_text("Correct this scene").click()
    expect(window.get_by_role("textbox", name="Name")).to_be_visible()


def name(window: Page, name: str) -> None:
    window.get_by_role("textbox", name="Name").fill(name)
    window.get_by_role("textbox", name="Name").press("Enter")


def test_two_windows_correct_one_film(page: Page, app: App, library: Library) -> None:
    """Names that two windows give to different scenes are both kept; of two names for one scene the second window is
    told the first; all of it is there after the app was killed.
    """
    film = shelf.film(library, CARPHONE, ["happy", None, "sad", "sad"])
    one, two = page, page.context.new_page()
    show(one, app, film.id, 1)
    show(two, app, film.id, 3)
    name(one, "Car")
    name(two, "Street")
    expect(one.get_by_role("heading", name="Scene 1 · Car")).to_be_visible()
    expect(two.get_by_role("heading", name="Scene 3 · Street")).to_be_visible()
    for window in (one, two):
        show(window, app, film.id, 4)
    name(one, "Mine")
    expect(one.get_by_role("heading", name="Scene 4 · Mine")).to_be_visible()
    name(two, "Yours")
    expect(two.get_by_text("it is called “Mine” now")).to_be_visible()
    app.kill()
    assert library.report_settings(film.id).corrections.names == ((0, "Car"), (60, "Street"), (90, "Mine"))
    app.start()
    for window, scene, title in ((one, 1, "Car"), (two, 4, "Mine")):
        show(window, app, film.id, scene)
        expect(window.get_by_role("heading", name=f"Scene {scene} · {title}")).to_be_visible()
