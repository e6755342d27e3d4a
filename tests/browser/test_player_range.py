"""The range that an editor marks with keys in the film's page, and notes typed over the picture."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from emotion_core.library import Film, Library
from tests.browser.library_page import wait_until_drawn
from tests.support import library_builder
from tests.support.app_server import App
from tests.support.clips import CARPHONE
from tests.support.player_page import opened


@pytest.fixture
def film(library: Library) -> Film:
    """Scenes of 30 frames: happy, without faces, sad, happy."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "happy"])


def test_a_range_has_its_numbers_loops_and_splits_at_once(page: Page, app: App, library: Library, film: Film) -> None:
    """I and O mark a range on the slider, with the numbers of its own faces. P loops it. Split here splits at both ends
    in one step; X removes the range. While a field is typed in, its letters stay letters.
    """
    heard = "window.addEventListener('film-range', ({ detail }) => { window.heard = [detail.first, detail.last]; })"
    player = opened(page, app.address, film, scene=1)
    expect(player).to_have_attribute("data-frame", "0")
    wait_until_drawn(page)
    page.evaluate(heard)
    player.get_by_role("slider").fill("10")
    expect(player).to_have_attribute("data-frame", "10")
    page.keyboard.press("i")
    player.get_by_role("slider").fill("69")
    expect(player).to_have_attribute("data-frame", "69")
    page.keyboard.press("o")
    marked = player.get_by_role("region", name="Range")
    expect(marked).to_contain_text("3 usable faces on 3 of 6 sampled frames")
    expect(marked).to_contain_text("00:00:00:10 – 00:00:02:10")
    expect(marked.get_by_role("listitem").first).to_contain_text("happy")
    assert page.evaluate("window.heard") == [10, 69]
    band, slider = player.locator(".band").bounding_box(), player.get_by_role("slider").bounding_box()
    assert band is not None
    assert slider is not None
    assert band["width"] / slider["width"] == pytest.approx(
        60 / library.analysis(film.id).observations.frames, abs=0.02
    )

    page.keyboard.press("p")
    expect(marked.get_by_role("button", name="Loop")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function("() => window.filmMoment.playing && window.filmMoment.frame > 40")
    page.wait_for_function("() => window.filmMoment.playing && window.filmMoment.frame < 30")
    page.keyboard.press("k")

    marked.get_by_role("button", name="Split here").click()
    expect(page.get_by_role("button", name="Corrections (2)")).to_be_visible()
    assert [row.scene.frame_in for row in library.analysis(film.id).scenes] == [0, 10, 30, 60, 70, 90]
    assert library.undo(film.id)
    assert [row.scene.frame_in for row in library.analysis(film.id).scenes] == [0, 30, 60, 90]
    page.keyboard.press("x")
    expect(marked).to_be_hidden()
    assert page.evaluate("window.heard") == [None, None]


def test_a_note_is_typed_over_the_picture(page: Page, app: App, library: Library, film: Film) -> None:
    """M opens a field; Enter keeps what was typed at the frame on screen, Escape leaves it. Its letters are no keys."""
    player = opened(page, app.address, film, t=1)
    expect(player).to_have_attribute("data-frame", "30")
    wait_until_drawn(page)
    page.keyboard.press("m")
    page.keyboard.type("kill jokes i o m x")
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.type("Too <b>long</b>?")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('[data-test-script-state=notRunning]')")
    for _ in range(100):
        if notes := library.report_settings(film.id).annotations.notes:
            break
        page.wait_for_timeout(100)
    assert [(note.frame, note.text) for note in notes] == [(30, "Too <b>long</b>?")]
    expect(player).to_have_attribute("data-frame", "30")
    expect(player.get_by_role("region", name="Range")).to_be_hidden()
